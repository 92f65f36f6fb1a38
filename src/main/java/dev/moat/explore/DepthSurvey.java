package dev.moat.explore;

import dev.moat.explore.Exploration.Violation;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One search that goes on beyond violations, to the end or the first deadlock, in place of a search for each invariant. To
 * be run once.
 */
final class DepthSurvey {
    private final Explorer explorer;
    /** Per invariant the length of the shortest path to a violation, then that to a deadlock; -1 where there is none. */
    private final int[] shortest;

    private final int deepest;

    /** A survey of a machine by the invariants of a judge; the limits are those of one search. */
    public DepthSurvey(Machine machine, Judge judge, Limits limits) {
        shortest = new int[judge.invariants().size() + 1];
        Arrays.fill(shortest, -1);
        explorer = new Explorer(machine, judge, limits, this);
        deepest = limits.depth();
    }

    /**
     * Searches.
     *
     * @return per invariant of the judge, in its order, the length of the shortest path to a state that violates it, as a
     *     search that judges it alone would find it; -1 where there is none, or only behind a deadlock; last, the length
     *     of the shortest path to a deadlock, or -1
     * @throws IllegalStateException when a limit ends the search
     */
    public int[] run(Progress progress) {
        Exploration found = explorer.run(progress);
        requireEnd(explorer.cutOff());
        return lengths(found);
    }

    /**
     * The same, but that the limit on depth ends the search without an error: what is further away is in no number.
     *
     * @throws IllegalStateException when another limit ends the search
     */
    public int[] runToDepth(Progress progress) {
        Exploration found = explorer.run(progress);
        requireEnd(found.depth() < deepest ? explorer.cutOff() : null);
        return lengths(found);
    }

    private static void requireEnd(@Nullable String cut) {
        if (cut != null) {
            throw new IllegalStateException("the survey did not end: " + cut);
        }
    }

    private int[] lengths(Exploration found) {
        Violation deadlock = found.violation();
        if (deadlock != null) {
            int length = deadlock.instances().size();
            int last = shortest.length - 1;
            for (int i = 0; i < last; i++) {
                shortest[i] = shortest[i] > length ? -1 : shortest[i];
            }
            shortest[last] = length;
        }
        return shortest;
    }

    /** The search has met states that violate these invariants, and none that violates one of them on a shorter path. */
    void note(long violated, int length) {
        for (int i : SearchState.indices(violated)) {
            shortest[i] = shortest[i] < 0 ? length : shortest[i];
        }
    }
}
