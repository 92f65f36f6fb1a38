package dev.moat.prove;

import dev.moat.logic.AbstractAction;
import dev.moat.logic.ActionMutant;
import dev.moat.logic.ResponseRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tests whether the proof of responses has content, and which parts of the discipline it uses.
 *
 * @param hollow waits, as {@code rule.waiting}, that no state has unanswered; stages, as {@code rule.stage}, that no
 *     state allows to be the one that counts, with something left to be done
 * @param unneeded parts of rules, as {@code rule.without.action}, without which everything is still proved
 * @param broken mutants of the discipline, among those that were asked about, of which some response is not proved any
 *     more
 * @param undecided questions that the solver gave up on; these count as not audited
 */
public record ResponseAudit(List<String> hollow, List<String> unneeded, Set<String> broken, List<String> undecided) {
    /**
     * Audits responses that are proved.
     *
     * @param mutants ids of mutants that break no safety property
     */
    public static ResponseAudit of(Responses responses, Collection<String> mutants, int rlimit) {
        ResponseAudit audit =
                new ResponseAudit(new ArrayList<>(), new ArrayList<>(), new TreeSet<>(), new ArrayList<>());
        try (Prover prover = new Prover(responses.theory(), rlimit)) {
            audit.hollow(responses, prover);
        }
        try (Prover prover = new Prover(responses.theory(), rlimit)) {
            audit.unneeded(responses, prover);
        }
        for (AbstractAction action : responses.theory().discipline().actions()) {
            try (Prover prover = new Prover(responses.theory(), rlimit)) {
                ActionMutant.of(action).stream()
                        .filter(m -> mutants.contains(m.id()))
                        .forEach(m -> audit.mutant(responses, m, prover));
            }
        }
        return audit;
    }

    private void hollow(Responses responses, Prover prover) {
        for (ResponseRule rule : responses.rules().values()) {
            for (Premise never : Premises.possible(rule)) {
                if (isTrue(List.of(never), never.id(), responses, prover)) {
                    hollow.add(never.id());
                }
            }
        }
    }

    private void unneeded(Responses responses, Prover prover) {
        for (String part : responses.parts()) {
            Responses less = responses.without(List.of(part));
            ResponseRule rule = Objects.requireNonNull(less.rules().get(Responses.ruleOf(part)));
            if (isTrue(less.premises(rule), part, responses, prover)) {
                unneeded.add(part);
            }
        }
    }

    private void mutant(Responses responses, ActionMutant mutant, Prover prover) {
        List<Premise> premises = new ArrayList<>();
        responses.rules().values().forEach(r -> premises.addAll(responses.premises(r, mutant.action())));
        if (!isTrue(premises, mutant.id(), responses, prover)) {
            broken.add(mutant.id());
        }
    }

    /** Whether all premises are true; what the solver gives up on is noted, and counts as true: nothing was broken. */
    private boolean isTrue(List<Premise> premises, String subject, Responses responses, Prover prover) {
        List<GoalAnswer.Status> said = prover.refute(
                responses.theory(), premises.stream().map(Premise::denial).toList());
        if (said.contains(GoalAnswer.Status.FAILED)) {
            return false;
        }
        if (said.contains(GoalAnswer.Status.UNKNOWN)) {
            undecided.add(subject);
        }
        return true;
    }

    /** One line for each finding about the rules themselves. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        hollow.forEach(s -> lines.add("HOLLOW " + s + ": no state allows it"));
        unneeded.forEach(p -> lines.add("UNNEEDED " + p + ": the response is proved without it"));
        undecided.forEach(u -> lines.add("UNKNOWN " + u + ": the solver gave up"));
        return lines;
    }
}
