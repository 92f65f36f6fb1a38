package dev.moat.prove.refine;

import dev.moat.prove.lift.TermExpr;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A state as the discipline sees it: for each relation, whether it holds of which elements. Immutable.
 *
 * @param shape which elements there are
 * @param of by relation, {@code @shape} one truth value for each choice of elements, the last place varying first
 */
record Atoms(Shape shape, Map<String, List<TermExpr>> of) {
    /**
     * Finite sorts, and the sorts of relations' places.
     *
     * @param sizes number of elements by the vocabulary's name of a sort
     */
    record Shape(Map<String, Integer> sizes, Map<String, Relation> relations) {
        /** @throws IllegalArgumentException when a relation has no meaning there */
        static Shape of(Abstraction abstraction, Iterable<String> relations) {
            Map<String, Integer> sizes = new LinkedHashMap<>();
            abstraction.sorts().forEach(s -> sizes.put(s.name(), s.size()));
            Map<String, Relation> meant = new LinkedHashMap<>();
            for (String name : relations) {
                Relation r = abstraction.relation(name).orElse(null);
                if (r == null) {
                    throw new IllegalArgumentException("the component gives no meaning to relation '" + name + "'");
                }
                meant.put(name, r);
            }
            return new Shape(sizes, meant);
        }

        int size(String sort) {
            return sizes.getOrDefault(sort, 0);
        }

        Relation relation(String name) {
            return Objects.requireNonNull(relations.get(name), name);
        }

        /** Number of an atom. */
        int number(String relation, int[] elements) {
            int n = 0;
            List<Sort> places = relation(relation).places();
            for (int k = 0; k < places.size(); k++) {
                n = n * places.get(k).size() + elements[k];
            }
            return n;
        }
    }

    /** All of a relation. */
    List<TermExpr> all(String relation) {
        return Objects.requireNonNull(of.get(relation), relation);
    }

    TermExpr atom(String relation, int[] elements) {
        return all(relation).get(shape.number(relation, elements));
    }

    /** The same, some relations being others. */
    Atoms with(Map<String, List<TermExpr>> others) {
        Map<String, List<TermExpr>> all = new LinkedHashMap<>(of);
        all.putAll(others);
        return new Atoms(shape, all);
    }
}
