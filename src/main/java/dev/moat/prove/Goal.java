package dev.moat.prove;

import dev.moat.logic.AbstractAction;
import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * That one conjunct of a statement holds initially, or after an action in states where all statements hold. Proved when
 * the assumptions and the denial are together unsatisfiable, for sorts of any size.
 *
 * @param conjunct its place within the statement, from 0
 * @param action null for the initial states
 * @param constants the action's parameters, free in assumptions and denial
 * @param denial that the conjunct is false afterwards, in terms of the state before
 */
public record Goal(
        ProofStatement statement,
        int conjunct,
        @Nullable AbstractAction action,
        List<Var> constants,
        List<Term> assumptions,
        Term denial) {
    static Goal initial(Theory theory, ProofStatement s, int i) {
        Term conjunct = s.conjuncts().get(i);
        Term denial = new Term.Not(conjunct.place(), conjunct);
        return new Goal(s, i, null, List.of(), Rewriting.conjuncts(theory.initially()), denial);
    }

    static Goal step(Theory theory, ProofStatement s, int i, AbstractAction action) {
        Term conjunct = s.conjuncts().get(i);
        List<Term> assumptions = new ArrayList<>(theory.assumed());
        assumptions.add(Rewriting.plain(action.guard()));
        Term denial = new Term.Not(conjunct.place(), Rewriting.before(action, conjunct));
        return new Goal(s, i, action, action.parameters(), assumptions, denial);
    }

    /** {@code no-stale.2@fill}: the statement, the conjunct's number in its file from 1, the action or {@code initially}. */
    public String id() {
        return statement.name(conjunct) + "@" + after();
    }

    /** The action's name, or {@code initially}. */
    String after() {
        AbstractAction a = action;
        return a == null ? "initially" : a.name();
    }

    /** The free variables of an assumption: those of the guard, which is the last one of a step, are the constants. */
    public List<Var> constantsOf(int assumption) {
        return assumption == assumptions.size() - 1 ? constants : List.of();
    }

    /** The formula that is to hold afterwards. */
    public Term formula() {
        return statement.conjuncts().get(conjunct);
    }
}
