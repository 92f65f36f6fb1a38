package dev.moat.certificate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A propositional solver with clause learning: each clause that it learns follows by propagation from those before, so that the learned
 * ones are the propositional part of a certificate. Variables count from 1, a negative number is the opposite; what is open is tried
 * first as it is preferred, false unless said otherwise, for small models.
 */
final class Cdcl {
    /** How much more each conflict counts than the one before. */
    private static final double GROWTH = 1.01;

    private final List<int[]> clauses = new ArrayList<>();
    private final List<int[]> learned = new ArrayList<>();
    /** Per learned clause, those that it was made from. */
    private final IdentityHashMap<int[], List<int[]>> sources = new IdentityHashMap<>();
    /** Per literal, the clauses that watch it: 2 v for variable v, 2 v + 1 for its opposite. */
    private final List<List<int[]>> watching = new ArrayList<>();

    private byte[] values = new byte[0];
    private int[] levels = new int[0];
    private int[] @Nullable [] reasons = new int[0][];
    private double[] activity = new double[0];
    private final BitSet preferred = new BitSet();
    private double bump = 1;
    /** After a refutation: the clause of which everything is false, at level 0. */
    private int[] last = new int[0];

    private final List<Integer> trail = new ArrayList<>();
    private int propagated;
    private int level;

    /** Adds clauses over variables up to this many. Everything assumed is taken back. */
    void add(List<int[]> more, int variables) {
        backTo(0);
        values = Arrays.copyOf(values, variables + 1);
        levels = Arrays.copyOf(levels, variables + 1);
        reasons = Arrays.copyOf(reasons, variables + 1);
        activity = Arrays.copyOf(activity, variables + 1);
        while (watching.size() < 2 * variables + 2) {
            watching.add(new ArrayList<>());
        }
        for (int[] clause : more) {
            int[] mine = Arrays.stream(clause).distinct().toArray();
            clauses.add(mine);
            watch(mine);
        }
    }

    /** The clause that was added with this number, from 0. */
    int[] added(int number) {
        return clauses.get(number);
    }

    /** Tries a variable as true first. */
    void prefer(int variable) {
        preferred.set(variable);
    }

    /** What was learned, in order; a refutation when {@link #solve} has said false. */
    List<int[]> learned() {
        return learned;
    }

    /** Of a model: whether a variable is true. */
    boolean isTrue(int variable) {
        return values[variable] > 0;
    }

    /** Whether the clauses have a model. */
    boolean solve() {
        backTo(0);
        propagated = 0;
        if (!assignUnits(clauses) || !assignUnits(learned)) {
            return false;
        }
        while (true) {
            int[] conflict = propagate();
            if (conflict != null && level == 0) {
                last = conflict;
                return false;
            } else if (conflict != null) {
                learn(conflict);
            } else {
                int open = open();
                if (open == 0) {
                    return true;
                }
                level++;
                assign(preferred.get(open) ? open : -open, null);
            }
        }
    }

    private boolean assignUnits(List<int[]> some) {
        for (int[] clause : some) {
            if (clause.length < 2 && (clause.length == 0 || !assign(clause[0], clause))) {
                last = clause;
                return false;
            }
        }
        return true;
    }

    /** After a refutation: the added and the learned clauses that it needs, in the order in which they came. */
    List<int[]> needed() {
        Set<int[]> needed = Collections.newSetFromMap(new IdentityHashMap<>());
        List<int[]> open = new ArrayList<>(List.of(last));
        while (!open.isEmpty()) {
            int[] clause = open.remove(open.size() - 1);
            if (needed.add(clause)) {
                open.addAll(sources.getOrDefault(clause, List.of()));
                for (int literal : clause) {
                    int[] reason = levels[Math.abs(literal)] == 0 ? reasons[Math.abs(literal)] : null;
                    if (reason != null && value(literal) < 0) {
                        open.add(reason);
                    }
                }
            }
        }
        List<int[]> all = new ArrayList<>(clauses);
        all.addAll(learned);
        all.removeIf(c -> !needed.contains(c));
        return all;
    }

    private void watch(int[] clause) {
        for (int i = 0; i < Math.min(2, clause.length) && clause.length > 1; i++) {
            watching.get(index(clause[i])).add(clause);
        }
    }

    private static int index(int literal) {
        return literal > 0 ? 2 * literal : 1 - 2 * literal;
    }

    private int value(int literal) {
        return literal > 0 ? values[literal] : -values[-literal];
    }

    private boolean assign(int literal, int @Nullable [] reason) {
        if (value(literal) == 0) {
            int v = Math.abs(literal);
            values[v] = (byte) (literal > 0 ? 1 : -1);
            levels[v] = level;
            reasons[v] = reason;
            trail.add(literal);
        }
        return value(literal) > 0;
    }

    private int @Nullable [] propagate() {
        while (propagated < trail.size()) {
            int falsified = -trail.get(propagated++);
            List<int[]> watchers = watching.get(index(falsified));
            int kept = 0;
            for (int i = 0; i < watchers.size(); i++) {
                int[] clause = watchers.get(i);
                if (moves(clause, falsified)) {
                    continue;
                }
                watchers.set(kept++, clause);
                if (!assign(clause[0], clause)) {
                    while (++i < watchers.size()) {
                        watchers.set(kept++, watchers.get(i));
                    }
                    watchers.subList(kept, watchers.size()).clear();
                    return clause;
                }
            }
            watchers.subList(kept, watchers.size()).clear();
        }
        return null;
    }

    /** Whether another literal can be watched; else the clause's first literal is the one that has to be true. */
    private boolean moves(int[] clause, int falsified) {
        if (clause[0] == falsified) {
            clause[0] = clause[1];
            clause[1] = falsified;
        }
        if (value(clause[0]) > 0) {
            return false;
        }
        for (int k = 2; k < clause.length; k++) {
            if (value(clause[k]) >= 0) {
                clause[1] = clause[k];
                clause[k] = falsified;
                watching.get(index(clause[1])).add(clause);
                return true;
            }
        }
        return false;
    }

    /** Learns the clause of the first unique implication point, and goes back to where it implies something. */
    private void learn(int[] conflict) {
        List<Integer> clause = new ArrayList<>(List.of(0));
        List<int[]> from = new ArrayList<>();
        boolean[] seen = new boolean[values.length];
        int[] reason = conflict;
        int at = trail.size();
        int paths = 0;
        int literal = 0;
        while (true) {
            from.add(reason);
            paths += resolve(reason, literal, seen, clause);
            do {
                literal = trail.get(--at);
            } while (!seen[Math.abs(literal)]);
            reason = reasons[Math.abs(literal)];
            if (--paths == 0 || reason == null) {
                break;
            }
        }
        clause.set(0, -literal);
        bump *= GROWTH;
        int[] learnt = clause.stream().mapToInt(Integer::intValue).toArray();
        sources.put(learnt, from);
        attach(learnt);
    }

    /** Takes up a clause's literals but the one it implies; how many of them were assigned at this level. */
    private int resolve(int[] reason, int implied, boolean[] seen, List<Integer> clause) {
        int here = 0;
        for (int other : reason) {
            int v = Math.abs(other);
            if (other != implied && !seen[v] && levels[v] > 0) {
                seen[v] = true;
                activity[v] += bump;
                if (levels[v] == level) {
                    here++;
                } else {
                    clause.add(other);
                }
            }
        }
        return here;
    }

    private void attach(int[] clause) {
        int back = 0;
        for (int i = 1; i < clause.length; i++) {
            if (levels[Math.abs(clause[i])] > back) {
                back = levels[Math.abs(clause[i])];
                int swap = clause[1];
                clause[1] = clause[i];
                clause[i] = swap;
            }
        }
        backTo(back);
        learned.add(clause);
        watch(clause);
        assign(clause[0], clause);
    }

    private void backTo(int to) {
        while (!trail.isEmpty() && levels[Math.abs(trail.get(trail.size() - 1))] > to) {
            values[Math.abs(trail.remove(trail.size() - 1))] = 0;
        }
        propagated = Math.min(propagated, trail.size());
        level = to;
    }

    /** The open variable of most conflicts, the first of several; 0 when none is open. */
    private int open() {
        int best = 0;
        for (int v = 1; v < values.length; v++) {
            if (values[v] == 0 && (best == 0 || activity[v] > activity[best])) {
                best = v;
            }
        }
        return best;
    }
}
