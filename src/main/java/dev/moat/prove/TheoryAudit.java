package dev.moat.prove;

import com.microsoft.z3.Status;
import dev.moat.logic.AbstractAction;
import dev.moat.logic.ActionMutant;
import dev.moat.logic.Term;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tests whether a proof has content. A theory may be proved because an action can never happen, because a premise is
 * never true, or because the properties are too weak to notice a rule of the discipline.
 *
 * @param impossible actions that no state allows in which all statements hold
 * @param hollow statements whose witness no such state satisfies; {@link #ALL}, when no single state satisfies those
 *     of all others; and {@link #INITIALLY}, when no state is initial
 * @param unneeded conjuncts of lemmas without which everything else is still proved, as {@code id.number}
 * @param survivors mutants of the discipline that break no goal, by id, with what was left out
 * @param mutants number of mutants tried
 * @param undecided questions that the solver gave up on; these count as not audited
 */
public record TheoryAudit(
        List<String> impossible,
        List<String> hollow,
        List<String> unneeded,
        Map<String, String> survivors,
        int mutants,
        List<String> undecided) {

    /** What a discipline without an initial state is listed as, among the hollow: everything is proved of nothing. */
    public static final String INITIALLY = "initially";

    /** What witnesses that no single state satisfies together are listed as, among the hollow. */
    public static final String ALL = "all-witnesses";

    /**
     * Audits a theory that is proved.
     *
     * @param rlimit what one question may cost, in Z3's units
     * @throws SolverException when the solver dies
     */
    public static TheoryAudit of(Theory theory, int rlimit) {
        List<ActionMutant> all = theory.discipline().actions().stream()
                .flatMap(a -> ActionMutant.of(a).stream())
                .toList();
        return of(new Auditor(theory, all, theory.lemmas(), rlimit));
    }

    /**
     * Audits what a variation, which is proved, has that the theory which it varies has not: its lemmas, and what is left out of actions. What never happens by its guard, the constant false, is not impossible but absent.
     *
     * @param varied the very theory that was varied
     * @param rlimit what one question may cost, in Z3's units
     * @throws SolverException when the solver dies
     */
    public static TheoryAudit ofFamily(Theory theory, Theory varied, int rlimit) {
        Map<String, AbstractAction> before = new HashMap<>();
        varied.discipline().actions().forEach(a -> before.put(a.name(), a));
        List<ActionMutant> own = new ArrayList<>();
        for (AbstractAction action : theory.discipline().actions()) {
            if (!action.isNever()) {
                own.addAll(ofFamily(action, before.get(action.name())));
            }
        }
        List<String> lemmas = new ArrayList<>(theory.lemmas());
        lemmas.removeAll(varied.lemmas());
        TheoryAudit audit = of(new Auditor(theory, own, lemmas, rlimit));
        theory.discipline().actions().stream()
                .filter(AbstractAction::isNever)
                .forEach(a -> audit.impossible().remove(a.name()));
        return audit;
    }

    /** Those mutants that leave out what the varied action has not: one that is only added to keeps its guards, first, and its effects. */
    private static List<ActionMutant> ofFamily(AbstractAction action, @Nullable AbstractAction before) {
        List<ActionMutant> all = ActionMutant.of(action);
        if (before == null) {
            return all;
        }
        if (action.equals(before)) {
            return List.of();
        }
        boolean added =
                action.guard() instanceof Term.And both && both.parts().get(0).equals(before.guard());
        if (!added) {
            return all;
        }
        Set<String> kept = new HashSet<>();
        for (ActionMutant m : ActionMutant.of(before)) {
            String part = m.part();
            if (part.equals("guard")
                    || Objects.equals(
                            action.effects().get(part), before.effects().get(part))) {
                kept.add(m.id());
            }
        }
        return all.stream().filter(m -> !kept.contains(m.id())).toList();
    }

    private static TheoryAudit of(Auditor auditor) {
        auditor.vacuity();
        auditor.lemmas();
        auditor.mutants();
        return auditor.audit;
    }

    /** The same, some of whose survivors break something else. */
    public TheoryAudit without(Collection<String> broken) {
        Map<String, String> left = new TreeMap<>(survivors);
        left.keySet().removeAll(broken);
        return new TheoryAudit(impossible, hollow, unneeded, left, mutants, undecided);
    }

    /** Asks the questions and notes the answers, each few of them with a solver of their own, whose memory ends with it. */
    private static final class Auditor {
        private final Theory theory;
        private final List<ActionMutant> mutated;
        private final List<String> doubted;
        private final int rlimit;
        private final TheoryAudit audit;

        /** Which mutants are tried, and of which lemmas conjuncts are left out. */
        Auditor(Theory theory, List<ActionMutant> mutated, List<String> doubted, int rlimit) {
            this.theory = theory;
            this.mutated = mutated;
            this.doubted = doubted;
            this.rlimit = rlimit;
            audit = new TheoryAudit(
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new TreeMap<>(),
                    mutated.size(),
                    new ArrayList<>());
        }

        void vacuity() {
            try (Prover prover = new Prover(theory, rlimit)) {
                vacuity(prover);
            }
        }

        private void vacuity(Prover prover) {
            List<Term> assumed = theory.assumed();
            note(prover.satisfiable(List.of(), theory.initially(), List.of()), INITIALLY, audit.hollow());
            for (AbstractAction action : theory.discipline().actions()) {
                note(prover.possible(theory, action), action.name(), audit.impossible());
            }
            List<Term> everything = new ArrayList<>(assumed);
            for (ProofStatement s : theory.statements()) {
                note(prover.satisfiable(assumed, s.witness(), List.of()), s.id(), audit.hollow());
                if (!audit.hollow().contains(s.id())) {
                    everything.add(s.witness());
                }
            }
            Term last = everything.get(everything.size() - 1);
            note(prover.satisfiable(everything, last, List.of()), ALL, audit.hollow());
        }

        private void note(Status status, String subject, List<String> bad) {
            if (status == Status.UNKNOWN) {
                audit.undecided().add(subject);
            } else if (status == Status.UNSATISFIABLE) {
                bad.add(subject);
            }
        }

        /** Leaves out one conjunct of a lemma at a time, as assumption and as goal. */
        void lemmas() {
            for (ProofStatement s : theory.statements()) {
                for (int i = 0; i < s.conjuncts().size() && doubted.contains(s.id()); i++) {
                    if (isProved(without(s, i))) {
                        audit.unneeded().add(s.name(i));
                    }
                }
            }
        }

        private Theory without(ProofStatement lemma, int conjunct) {
            List<ProofStatement> others = new ArrayList<>();
            for (ProofStatement s : theory.statements()) {
                int number = lemma.numbers().get(conjunct);
                others.add(s.id().equals(lemma.id()) ? s.only(n -> n != number) : s);
            }
            return theory.with(others);
        }

        private boolean isProved(Theory smaller) {
            try (Prover prover = new Prover(smaller, rlimit)) {
                return smaller.discipline().actions().stream()
                        .allMatch(a -> prover.firstOpen(smaller.goals(a)) == null);
            }
        }

        void mutants() {
            Map<String, List<ActionMutant>> byAction = new LinkedHashMap<>();
            mutated.forEach(m -> byAction.computeIfAbsent(m.action().name(), a -> new ArrayList<>())
                    .add(m));
            byAction.values().forEach(of -> {
                try (Prover prover = new Prover(theory, rlimit)) {
                    of.forEach(m -> mutant(m, prover));
                }
            });
        }

        private void mutant(ActionMutant mutant, Prover prover) {
            GoalAnswer open = prover.firstOpen(theory.goals(mutant.action()));
            if (open == null) {
                audit.survivors().put(mutant.id(), mutant.says());
            } else if (open.status() == GoalAnswer.Status.UNKNOWN) {
                audit.undecided().add(mutant.id());
            }
        }
    }
}
