package dev.moat.prove;

import dev.moat.logic.AbstractAction;
import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One premise of a rule for a response: where all statements of the theory hold, and some formulas, a claim holds too, in
 * the same state or after an action.
 *
 * @param id {@code rule.stage.kind}, and {@code @action} where there is one
 * @param says what it demands
 * @param constants free in formulas and claim: elements for the rule's parameters, and for those of the action
 * @param before formulas that hold
 * @param action null where nothing happens
 * @param claim of the state after the action
 */
public record Premise(
        String id,
        String says,
        List<Var> constants,
        List<Term> before,
        @Nullable AbstractAction action,
        Term claim) {
    public Premise {
        constants = List.copyOf(constants);
        before = List.copyOf(before);
    }

    /** What is refuted where the premise is true: the formulas, the guard, and that the claim is false. */
    public Prover.Claim denial() {
        List<Term> parts = new ArrayList<>();
        before.forEach(t -> parts.add(Rewriting.plain(t)));
        AbstractAction step = action;
        if (step != null) {
            parts.add(Rewriting.plain(step.guard()));
        }
        Term after = step == null ? Rewriting.plain(claim) : Rewriting.before(step, claim);
        parts.add(new Term.Not(claim.place(), after));
        return new Prover.Claim(parts, constants);
    }

    /** Everything that a solver is given: statements first, without free variables, then what the constants are free in. */
    public List<Term> asserted(Theory theory) {
        List<Term> all = new ArrayList<>(theory.assumed());
        all.addAll(denial().parts());
        return all;
    }
}
