package dev.moat.logic;

import dev.moat.input.InputException;
import dev.moat.input.Place;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether formulas stay in many-sorted effectively propositional logic (EPR), in which Z3 always answers: no sort may
 * be sought, directly or through others, for given elements of itself. Both the formulas and their negations count,
 * since an invariant is assumed before a step and denied after it.
 */
public final class Fragment {
    /** For each sort, the sorts that are sought for its elements, and the first quantifier that does so. */
    private final Map<String, Map<String, Place>> sought = new TreeMap<>();

    /** A term is walked once per polarity and enclosing universal sorts. */
    private final IdentityHashMap<Term, Set<Visit>> seen = new IdentityHashMap<>();

    private record Visit(Set<String> given, boolean negated) {}

    private Fragment() {}

    /** The sorts of a cycle, for example {@code Dom -> Hold -> Dom}; empty when there is none. */
    public static Optional<String> cycle(List<Term> formulas) {
        Fragment fragment = new Fragment();
        for (Term t : formulas) {
            fragment.walk(t, Set.of(), false);
            fragment.walk(t, Set.of(), true);
        }
        return fragment.way();
    }

    /**
     * Requires that formulas which are only ever asserted, never denied, are together in the fragment.
     *
     * @throws InputException at the quantifier that closes a cycle; the message names the cycle and, for each step of
     *     it, the quantifier that seeks the one sort for given elements of the other
     */
    public static void require(List<Term> asserted) {
        Fragment fragment = new Fragment();
        asserted.forEach(t -> fragment.walk(t, Set.of(), false));
        String way = fragment.way().orElse(null);
        if (way == null) {
            return;
        }
        String[] sorts = way.split(" -> ");
        List<String> steps = new ArrayList<>();
        Place last = new Place("", 0, 0);
        for (int i = 0; i + 1 < sorts.length; i++) {
            last = fragment.sought.getOrDefault(sorts[i], Map.of()).getOrDefault(sorts[i + 1], last);
            steps.add("for every " + sorts[i] + " some " + sorts[i + 1] + " (" + last + ")");
        }
        throw last.error(
                "not in the decidable fragment: quantifiers close the cycle " + way + ": " + String.join(", ", steps));
    }

    private Optional<String> way() {
        for (String sort : sought.keySet()) {
            String way = wayBackTo(sort);
            if (way != null) {
                return Optional.of(way);
            }
        }
        return Optional.empty();
    }

    private void walk(Term t, Set<String> given, boolean negated) {
        if (!seen.computeIfAbsent(t, x -> new HashSet<>()).add(new Visit(given, negated))) {
            return;
        }
        if (t instanceof Term.Not not) {
            walk(not.body(), given, !negated);
        } else if (t instanceof Term.Implies implies) {
            walk(implies.premise(), given, !negated);
            walk(implies.goal(), given, negated);
        } else if (t instanceof Term.Forall all) {
            quantified(all, all.vars(), all.body(), !negated, given, negated);
        } else if (t instanceof Term.Exists some) {
            quantified(some, some.vars(), some.body(), negated, given, negated);
        } else {
            t.children().forEach(c -> walk(c, given, negated));
            if (t instanceof Term.Iff) {
                t.children().forEach(c -> walk(c, given, !negated));
            } else if (t instanceof Term.Ite ite) {
                walk(ite.condition(), given, !negated);
            }
        }
    }

    private void quantified(Term t, List<Var> vars, Term body, boolean universal, Set<String> given, boolean negated) {
        Set<String> inner = new TreeSet<>(given);
        for (Var v : vars) {
            if (universal) {
                inner.add(v.sort());
            } else {
                given.forEach(g ->
                        sought.computeIfAbsent(g, s -> new LinkedHashMap<>()).putIfAbsent(v.sort(), t.place()));
            }
        }
        walk(body, inner, negated);
    }

    /** The shortest way from a sort back to itself, or null. */
    private @Nullable String wayBackTo(String sort) {
        Map<String, String> ways = new LinkedHashMap<>(Map.of(sort, sort));
        Deque<String> open = new ArrayDeque<>(List.of(sort));
        while (!open.isEmpty()) {
            String from = open.remove();
            for (String next : sought.getOrDefault(from, Map.of()).keySet()) {
                String way = ways.get(from) + " -> " + next;
                if (next.equals(sort)) {
                    return way;
                }
                if (ways.putIfAbsent(next, way) == null) {
                    open.add(next);
                }
            }
        }
        return null;
    }
}
