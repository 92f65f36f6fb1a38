package dev.moat.liveness;

import dev.moat.limit.LimitException;
import dev.moat.machine.Machine;
import java.util.Arrays;

/**
 * Which runs are fair. Letters of an alphabet are put into groups; a group that has to act in every state from some time on does so again
 * and again (weak fairness). Who waits for a lock, or is hardware that wakes up again and again, does so too if it can again and again
 * (strong fairness).
 *
 * <p>{@code @shape} a set of groups is a {@code long}, bit i for group i.
 */
final class Fairness {
    private static final int MOST = 64;

    private final int[] group;
    private final boolean turns;

    /**
     * @param group for each letter its group, 0 to 63, or -1 for what nobody ever has to do
     * @param turns whether a CPU that can go on again and again does so
     */
    Fairness(int[] group, boolean turns) {
        this.group = Arrays.copyOf(group, group.length);
        this.turns = turns;
    }

    /**
     * Of a machine: every letter is a group of its own, so that a unit that goes on does not excuse another one.
     *
     * @throws LimitException when there are more than 64 groups
     */
    static Fairness of(Machine machine, boolean turns) {
        int[] group = new int[machine.instances()];
        Duties duties = new Duties(machine);
        int next = 0;
        for (int i = 0; i < group.length; i++) {
            if (next == MOST && duties.isAny(i)) {
                throw new LimitException(
                        "fair actions " + MOST, "more hardware and CPUs have to go on than liveness is judged for");
            }
            group[i] = duties.isAny(i) ? next++ : -1;
        }
        return new Fairness(group, turns);
    }

    /** The group of a letter as a set, empty for what nobody has to do. */
    long of(int letter) {
        return group[letter] < 0 ? 0 : 1L << group[letter];
    }

    /** The group of a letter where it has to act, as long as it can. */
    long must(int letter, byte duty) {
        return duty == Duties.NONE ? 0 : of(letter);
    }

    /** The group of a letter where it has to act if it can be again and again. */
    long again(int letter, byte duty) {
        return duty == Duties.AWAKE || (turns && duty == Duties.TURN) ? of(letter) : 0;
    }

    /** The groups that have to act in a node. */
    long must(Graph graph, int node) {
        long set = 0;
        for (int e = graph.first()[node]; e < graph.first()[node + 1]; e++) {
            set |= must(graph.letter()[e], graph.duty()[e]);
        }
        return set;
    }

    /** The groups that have to act in a node, now or another time that they are there. */
    long again(Graph graph, int node) {
        long set = 0;
        for (int e = graph.first()[node]; e < graph.first()[node + 1]; e++) {
            set |= again(graph.letter()[e], graph.duty()[e]);
        }
        return set;
    }

    /**
     * Whether a run that stays where it is for ever is fair.
     *
     * @param always groups that have to act in each of the states that it goes through again and again
     * @param again groups that have to act if one of these states is gone through again and again
     * @param taken groups that act on the way
     */
    static boolean allows(long always, long again, long taken) {
        return ((always | again) & ~taken) == 0;
    }
}
