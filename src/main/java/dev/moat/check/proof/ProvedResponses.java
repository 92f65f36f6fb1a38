package dev.moat.check.proof;

import dev.moat.check.ExitCode;
import dev.moat.discipline.InstanceBounds;
import dev.moat.logic.AbstractAction;
import dev.moat.logic.ResponseRule;
import dev.moat.prove.GoalAnswer;
import dev.moat.prove.Prover;
import dev.moat.prove.ResponseProof;
import dev.moat.prove.ResponseProof.Outcome;
import dev.moat.prove.Responses;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Proved responses, and for each unproved one whether a run shows that it is false.
 *
 * @param searches what came of looking for such runs, by id of the rule that is not proved
 */
public record ProvedResponses(ResponseProof proof, Map<String, ResponseLasso.Search> searches) {
    public ProvedResponses {
        searches = Collections.unmodifiableMap(new LinkedHashMap<>(searches));
    }

    /**
     * Proves all rules; searches an instance where a premise of one fails.
     *
     * @param bounds of that instance; null for a discipline of one's own, for which instances have no shape
     */
    public static ProvedResponses of(Responses responses, Prover prover, @Nullable InstanceBounds bounds) {
        return of(ResponseProof.of(responses, prover), bounds);
    }

    /** The same of a proof that there is. */
    static ProvedResponses of(ResponseProof proof, @Nullable InstanceBounds bounds) {
        Map<String, ResponseLasso.Search> searches = new LinkedHashMap<>();
        for (ResponseRule rule : proof.responses().rules().values()) {
            if (!proof.isProved(rule.id())) {
                searches.put(rule.id(), search(proof, rule, bounds));
            }
        }
        return new ProvedResponses(proof, searches);
    }

    private static ResponseLasso.Search search(
            ResponseProof proof, ResponseRule rule, @Nullable InstanceBounds bounds) {
        List<Outcome> failed = proof.openWithAwaited(rule.id()).stream()
                .filter(o -> o.status() == GoalAnswer.Status.FAILED)
                .toList();
        if (failed.isEmpty()) {
            return ResponseLasso.Search.not("no premise fails, the solver gave up");
        }
        if (bounds == null) {
            return ResponseLasso.Search.not(
                    "instances are shaped for the shipped discipline, this is one of one's own");
        }
        InstanceBounds searched = ResponseLasso.enough(proof.responses(), rule, bounds);
        Set<String> lacking = new TreeSet<>();
        for (Outcome o : failed) {
            AbstractAction step = o.premise().action();
            if (step != null && !searched.has(step.name())) {
                lacking.add(step.name());
            }
        }
        return ResponseLasso.search(proof.responses(), rule, searched).lacking(lacking);
    }

    /** Whether any instance was searched. */
    public boolean looked() {
        return searches.values().stream().anyMatch(ResponseLasso.Search::looked);
    }

    /** Whether a run shows that a rule is false. */
    public boolean isFalse(ResponseRule rule) {
        ResponseLasso.Search search = searches.get(rule.id());
        return search != null && search.lasso() != null;
    }

    /** The runs that show that rules are false, in the order of the rules. */
    public List<ResponseLasso> lassos() {
        return searches.values().stream()
                .map(ResponseLasso.Search::lasso)
                .filter(Objects::nonNull)
                .toList();
    }

    /** The rules in their order. */
    public List<ResponseRule> rules() {
        return List.copyOf(proof.responses().rules().values());
    }

    /** What is not proved, why, the runs that show it, the verdict, and on whom it rests. */
    public List<String> verdict() {
        List<String> lines = new ArrayList<>();
        for (ResponseRule rule : rules()) {
            lines.addAll(explained(rule));
        }
        lines.addAll(proof.verdict());
        return lines;
    }

    /** Why a rule is not proved, and whether it is false; nothing where it is proved. */
    public List<String> explained(ResponseRule rule) {
        List<String> lines = new ArrayList<>(proof.explained(rule.id()));
        ResponseLasso.Search search = searches.get(rule.id());
        if (search != null) {
            lines.addAll(search.lines(rule.id()));
        }
        return lines;
    }

    /** The premises of a rule, and of those that it awaits, that are not shown to be true. */
    public List<Outcome> open(ResponseRule rule) {
        return proof.openWithAwaited(rule.id());
    }

    /** The most serious of what was found; disagreements are told, and counted, with those about goals. */
    public ExitCode exit() {
        return ExitCode.worst(List.of(
                proof.isProved() ? ExitCode.OK : ExitCode.LIMIT,
                rules().stream().noneMatch(this::isFalse) ? ExitCode.OK : ExitCode.VIOLATION));
    }
}
