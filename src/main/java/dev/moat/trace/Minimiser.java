package dev.moat.trace;

import dev.moat.limit.StoppedException;
import dev.moat.machine.Machine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes a violating trace short and canonical.
 *
 * <p>A candidate is run again. Letters that are not enabled are skipped, and the run is cut at the first state that
 * violates a property which the given trace violates at its end. So if the start of an operation is removed, its later
 * steps go with it. A candidate is taken only if it is smaller in this order: fewer actions, fewer transitions,
 * smaller letters from the first difference on.
 *
 * <p>Three passes run until none finds anything. {@code remove runs} removes runs of letters, from half of the trace
 * down to single ones. {@code remove pairs} is needed because a map and its unmap vanish only together. {@code
 * canonicalise} swaps neighbours and replaces letters by smaller ones.
 *
 * <p>The result is 1-minimal: without any one of its letters the violation is gone. If the trace is so long, or the
 * machine so large, that pairs and canonical order would take more than {@value #BUDGET} units of work, they are given
 * up; 1-minimality is not. A unit is a letter tried on a state of up to {@value #BLOCK} words.
 */
public final class Minimiser {
    static final long BUDGET = 30_000_000;
    private static final int BLOCK = 64;

    private final TraceRunner runner;
    private final Comparator<List<Integer>> order;
    private final int blocks;
    private long budget;

    /** A minimiser for traces of one machine, judged by one judge. */
    public Minimiser(TraceRunner runner) {
        this.runner = runner;
        Machine machine = runner.machine();
        blocks = 1 + machine.schema().words() / BLOCK;
        order = Comparator.<List<Integer>>comparingInt(l -> new Trace(l).actions(machine))
                .thenComparingInt(List::size)
                .thenComparing(Minimiser::compareLetters);
    }

    private static int compareLetters(List<Integer> a, List<Integer> b) {
        for (int i = 0; i < a.size(); i++) {
            int c = Integer.compare(a.get(i), b.get(i));
            if (c != 0) {
                return c;
            }
        }
        return 0;
    }

    /**
     * The minimised trace; it ends in the first of its states that violates a property which the given trace violates
     * at its end, and is never longer.
     *
     * @throws IllegalArgumentException when the given trace does not run, or violates nothing at its end
     */
    public Trace minimise(Trace trace) {
        return minimise(trace, -1L);
    }

    /**
     * The same; where the given trace violates some of the wanted properties at its end, these alone are what is violated, so that
     * no shorter way to another one hides them.
     */
    public Trace minimise(Trace trace, long wanted) {
        long all = runner.violated(runner.last(trace));
        long target = (all & wanted) == 0 ? all : all & wanted;
        List<Integer> best = target == 0 ? null : runner.reach(trace.instances(), target);
        if (best == null) {
            throw new IllegalArgumentException("the trace violates nothing at its end");
        }
        budget = BUDGET;
        List<UnaryOperator<List<Integer>>> passes =
                List.of(l -> removeRuns(l, target), l -> removePairs(l, target), l -> canonicalise(l, target));
        for (int pass = 0; pass < passes.size(); ) {
            List<Integer> smaller = passes.get(pass).apply(best);
            pass = smaller.equals(best) ? pass + 1 : 0;
            best = smaller;
        }
        return new Trace(best);
    }

    /** What a candidate runs to if that is smaller than the best so far; the best otherwise. */
    private List<Integer> smaller(List<Integer> best, List<Integer> candidate, long target) {
        StoppedException.look();
        spend(candidate.size());
        @Nullable List<Integer> reached = runner.reach(candidate, target);
        return reached != null && order.compare(reached, best) < 0 ? reached : best;
    }

    private void spend(int letters) {
        budget -= (long) letters * blocks;
    }

    private List<Integer> removeRuns(List<Integer> given, long target) {
        List<Integer> best = given;
        for (int length = Math.max(1, given.size() / 2); length > 0; length /= 2) {
            for (int from = best.size() - length; from >= 0; from = Math.min(from, best.size()) - length) {
                best = smaller(best, without(best, from, from + length), target);
            }
        }
        return best;
    }

    private static List<Integer> without(List<Integer> letters, int from, int to) {
        List<Integer> rest = new ArrayList<>(letters.subList(0, from));
        rest.addAll(letters.subList(to, letters.size()));
        return rest;
    }

    private List<Integer> removePairs(List<Integer> given, long target) {
        for (int j = given.size() - 1; j > 0; j--) {
            for (int i = j - 1; i >= 0 && budget > 0; i--) {
                List<Integer> best = smaller(given, without(without(given, j, j + 1), i, i + 1), target);
                if (!best.equals(given)) {
                    return best;
                }
            }
        }
        return given;
    }

    private List<Integer> canonicalise(List<Integer> given, long target) {
        long[] s = runner.machine().initial();
        for (int i = 0; i < given.size(); i++) {
            int letter = given.get(i);
            if (i + 1 < given.size() && letter > given.get(i + 1)) {
                List<Integer> swapped = new ArrayList<>(given);
                swapped.set(i, given.get(i + 1));
                swapped.set(i + 1, letter);
                List<Integer> best = smaller(given, swapped, target);
                if (!best.equals(given)) {
                    return best;
                }
            }
            // A letter that is not enabled here would be skipped, and that candidate has been tried: it is a removal.
            spend(runner.machine().instances());
            for (int other : budget > 0 ? runner.enabled(s) : List.<Integer>of()) {
                if (other >= letter || budget <= 0) {
                    break;
                }
                List<Integer> replaced = new ArrayList<>(given);
                replaced.set(i, other);
                List<Integer> best = smaller(given, replaced, target);
                if (!best.equals(given)) {
                    return best;
                }
            }
            runner.takesEffect(letter, s);
        }
        return given;
    }
}
