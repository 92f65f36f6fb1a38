package dev.moat.logic;

import dev.moat.input.Place;
import java.util.List;

/**
 * A formula whose names, sorts and arities have been checked. Elements of sorts are only ever named by variables. A
 * {@code let} is resolved by sharing the bound term, so a term is an acyclic graph rather than a tree.
 */
public sealed interface Term extends TermMeaning {
    /** Where the formula is written. */
    Place place();

    /** The constant true or false. */
    record Truth(Place place, boolean value) implements Term {}

    /** Negation. */
    record Not(Place place, Term body) implements Term {}

    /** Conjunction, evaluated in the order given. */
    record And(Place place, List<Term> parts) implements Term {}

    /** Disjunction, evaluated in the order given. */
    record Or(Place place, List<Term> parts) implements Term {}

    /** Implication. */
    record Implies(Place place, Term premise, Term goal) implements Term {}

    /** Both or neither. */
    record Iff(Place place, Term left, Term right) implements Term {}

    /** Choice between two formulas. */
    record Ite(Place place, Term condition, Term yes, Term no) implements Term {}

    /** Equality of two elements of one sort. */
    record Same(Place place, Var left, Var right) implements Term {}

    /** Universal quantification; true when a sort is empty. */
    record Forall(Place place, List<Var> vars, Term body) implements Term {}

    /** Existential quantification; false when a sort is empty. */
    record Exists(Place place, List<Var> vars, Term body) implements Term {}

    /** A relation of the vocabulary applied to variables. */
    record Atom(Place place, String relation, List<Var> args) implements Term {}

    /** A macro applied to variables. */
    record Call(Place place, Macro macro, List<Var> args) implements Term {}

    /** The formulas directly below this one; a call's is its macro's body. */
    default List<Term> children() {
        if (this instanceof Not t) {
            return List.of(t.body());
        } else if (this instanceof And t) {
            return t.parts();
        } else if (this instanceof Or t) {
            return t.parts();
        } else if (this instanceof Implies t) {
            return List.of(t.premise(), t.goal());
        } else if (this instanceof Iff t) {
            return List.of(t.left(), t.right());
        } else if (this instanceof Ite t) {
            return List.of(t.condition(), t.yes(), t.no());
        } else if (this instanceof Forall t) {
            return List.of(t.body());
        } else if (this instanceof Exists t) {
            return List.of(t.body());
        } else if (this instanceof Call t) {
            return List.of(t.macro().body());
        }
        return List.of();
    }
}
