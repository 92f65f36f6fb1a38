package dev.moat.logic.judge;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A formula without implications, equivalences, macros and universal quantifiers, in which negation stands only before atoms
 * and before existential quantifiers. Variables are numbers, each quantified once.
 */
sealed interface Formula {
    /** Cases that a conjunction is split into at most, for their number is the product of those of its parts. */
    int MOST_CASES = 64;

    /** An atom or its negation; tells the relation by its tuples. */
    record Literal(TrueTuples tuples, List<Integer> vars, boolean sign) implements Formula {}

    /** Whether two variables stand for the same element, or not. */
    record Same(int left, int right, boolean sign) implements Formula {}

    /** All parts. */
    record And(List<Formula> parts) implements Formula {}

    /** Some part. */
    record Or(List<Formula> parts) implements Formula {}

    /** Some values of the variables make the body true. */
    record Exists(List<Integer> vars, Formula body) implements Formula {}

    /** No values of the variables do. */
    record None(List<Integer> vars, Formula body) implements Formula {}

    /** The variables that are not quantified within. */
    default Set<Integer> free() {
        Set<Integer> vars = new HashSet<>();
        if (this instanceof Literal t) {
            vars.addAll(t.vars());
        } else if (this instanceof Same t) {
            vars.addAll(List.of(t.left(), t.right()));
        } else if (this instanceof And t) {
            t.parts().forEach(p -> vars.addAll(p.free()));
        } else if (this instanceof Or t) {
            t.parts().forEach(p -> vars.addAll(p.free()));
        } else if (this instanceof Exists t) {
            vars.addAll(t.body().free());
            t.vars().forEach(vars::remove);
        } else if (this instanceof None t) {
            vars.addAll(t.body().free());
            t.vars().forEach(vars::remove);
        }
        return vars;
    }

    /** A conjunction of literals, comparisons and {@link None}, some of whose variables are sought. */
    record Case(List<Integer> sought, List<Formula> parts) {
        Case and(Case other) {
            return new Case(joined(sought, other.sought), joined(parts, other.parts));
        }

        private static <T> List<T> joined(List<T> a, List<T> b) {
            List<T> all = new ArrayList<>(a);
            all.addAll(b);
            return all;
        }
    }

    /** The cases of which one has to hold. */
    default List<Case> cases() {
        if (this instanceof And t) {
            List<Case> all = List.of(new Case(List.of(), List.of()));
            for (Formula part : t.parts()) {
                List<Case> of = part.cases();
                if (all.size() * of.size() > MOST_CASES) {
                    // Two negations make of it a condition that is only tested.
                    of = List.of(new Case(List.of(), List.of(new None(List.of(), new None(List.of(), part)))));
                }
                List<Case> with = of;
                all = all.stream().flatMap(a -> with.stream().map(a::and)).toList();
            }
            return all;
        } else if (this instanceof Or t) {
            return t.parts().stream().flatMap(p -> p.cases().stream()).toList();
        } else if (this instanceof Exists t) {
            Case vars = new Case(t.vars(), List.of());
            return t.body().cases().stream().map(vars::and).toList();
        }
        return List.of(new Case(List.of(), List.of(this)));
    }
}
