package dev.moat.logic.ground;

import dev.moat.state.Footprint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A formula whose variables stand for elements, compiled for the states of one component. Immutable. */
public final class Ground {
    private final Node node;

    Ground(Node node) {
        this.node = node;
    }

    /** Whether it is true in a state. Allocates nothing. */
    public boolean holds(long[] s) {
        return node.holds(s);
    }

    /** Adds what an evaluation may read. */
    public void read(Footprint footprint) {
        node.read(footprint);
    }

    /**
     * Whether it is false in every state, as far as constants, relations that read nothing, and a conjunction's own atoms
     * tell: {@code (a or b) and not a and not b} is.
     */
    public boolean isNever() {
        if (node instanceof Node.Constant constant) {
            return !constant.value;
        }
        if (!(node instanceof Node.All all)) {
            return false;
        }
        Set<List<Object>> falsified = new HashSet<>();
        for (Node part : all.parts) {
            if (part instanceof Node.Literal literal) {
                falsified.add(key(literal, !literal.isNegative()));
            }
        }
        return Arrays.stream(all.parts).anyMatch(part -> isFalse(part, falsified));
    }

    private static boolean isFalse(Node part, Set<List<Object>> falseLiterals) {
        if (part instanceof Node.Some some) {
            return Arrays.stream(some.parts).allMatch(p -> isFalse(p, falseLiterals));
        }
        return part instanceof Node.Literal literal && falseLiterals.contains(key(literal, literal.isNegative()));
    }

    private static List<Object> key(Node.Literal literal, boolean negative) {
        return List.of(literal.relation, literal.arguments(), negative);
    }

    /** Whether it is just this atom. */
    public boolean isAtom(String relation, List<Integer> elements) {
        return node instanceof Node.Literal literal
                && !literal.isNegative()
                && literal.relation.equals(relation)
                && literal.arguments().subList(0, elements.size()).equals(elements);
    }

    /** What formulas are translated into, bottom up. */
    public interface Target<T> {
        /** True or false. */
        T truth(boolean value);

        /** An atom that depends on the state; {@code elements} are five, those behind the relation's places 0. */
        T atom(String relation, List<Integer> elements);

        T not(T part);

        T all(List<T> parts);

        T some(List<T> parts);

        T equal(T left, T right);

        T choice(T condition, T yes, T no);
    }

    /** Translates formulas of one grounding; shared parts are translated once. */
    public static final class Translation<T> {
        private final Target<T> target;
        /** By number of the node. */
        private final Map<Integer, T> done = new HashMap<>();

        /** @param target makes the formulas */
        public Translation(Target<T> target) {
            this.target = target;
        }

        /** The image of a formula. */
        public T of(Ground formula) {
            return of(formula.node);
        }

        private T of(Node node) {
            T known = done.get(node.id);
            if (known != null) {
                return known;
            }
            T made = make(node);
            done.put(node.id, made);
            return made;
        }

        private T make(Node node) {
            if (node instanceof Node.Constant constant) {
                return target.truth(constant.value);
            } else if (node instanceof Node.Literal literal) {
                T atom = target.atom(literal.relation, literal.arguments());
                return literal.isNegative() ? target.not(atom) : atom;
            }
            List<T> parts = new ArrayList<>();
            for (Node part : ((Node.Compound) node).parts) {
                parts.add(of(part));
            }
            if (node instanceof Node.All) {
                return target.all(parts);
            } else if (node instanceof Node.Some) {
                return target.some(parts);
            } else if (node instanceof Node.Equal) {
                return target.equal(parts.get(0), parts.get(1));
            }
            return target.choice(parts.get(0), parts.get(1), parts.get(2));
        }
    }
}
