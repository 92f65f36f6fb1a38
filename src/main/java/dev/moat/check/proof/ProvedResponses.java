package dev.moat.check.proof;

import dev.moat.check.ExitCode;
import dev.moat.discipline.Bounds;
import dev.moat.logic.read.ResponseRule;
import dev.moat.prove.Answer;
import dev.moat.prove.Prover;
import dev.moat.prove.response.ResponseProof;
import dev.moat.prove.response.ResponseProof.Outcome;
import dev.moat.prove.response.Responses;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was proved of responses, and for those that are not proved whether a run shows that they are false.
 *
 * @param lassos by id of the rule; none for one of which no such run was found
 */
public record ProvedResponses(ResponseProof proof, Map<String, ResponseLasso> lassos) {
    public ProvedResponses {
        lassos = Collections.unmodifiableMap(new LinkedHashMap<>(lassos));
    }

    /**
     * Proves all rules; searches an instance where one is not proved.
     *
     * @param bounds of that instance
     */
    public static ProvedResponses of(Responses responses, Prover prover, Bounds bounds) {
        ResponseProof proof = ResponseProof.of(responses, prover);
        Map<String, ResponseLasso> lassos = new LinkedHashMap<>();
        for (ResponseRule rule : responses.rules().values()) {
            if (proof.open(rule.id()).stream().anyMatch(o -> o.status() == Answer.Status.FAILED)) {
                ResponseLasso.of(responses, rule, bounds).ifPresent(l -> lassos.put(rule.id(), l));
            }
        }
        return new ProvedResponses(proof, lassos);
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
        lines.addAll(proof.disagreements());
        return lines;
    }

    /** Why a rule is not proved, and whether it is false; nothing where it is proved. */
    public List<String> explained(ResponseRule rule) {
        List<String> lines = new ArrayList<>(proof.explained(rule.id()));
        ResponseLasso lasso = lassos.get(rule.id());
        if (lasso != null) {
            lines.addAll(lasso.lines());
        } else if (!lines.isEmpty()) {
            lines.add("no run found on which " + rule.id() + " waits for ever; larger instances with -P");
        }
        return lines;
    }

    /** The premises of a rule that are not shown to be true. */
    public List<Outcome> open(ResponseRule rule) {
        return proof.open(rule.id());
    }

    /** The most serious of what was found. */
    public ExitCode exit() {
        return ExitCode.worst(List.of(
                proof.isProved() ? ExitCode.OK : ExitCode.LIMIT,
                proof.disagreements().isEmpty() ? ExitCode.OK : ExitCode.DISAGREEMENT,
                lassos.isEmpty() ? ExitCode.OK : ExitCode.VIOLATION));
    }
}
