package dev.moat.liveness;

import dev.moat.limit.LimitException;
import dev.moat.machine.Machine;
import java.util.Arrays;

/**
 * Who goes on. Letters of an alphabet are put into groups; a group that can act in every state from some time on does so again and
 * again (weak fairness). A group to which strong fairness is promised does so too if it can act again and again.
 *
 * <p>{@code @shape} a set of groups is a {@code long}, bit i for group i.
 */
final class Fairness {
    private static final int MOST = 64;

    private final int[] group;
    private final long strong;

    /**
     * @param group for each letter its group, 0 to 63, or -1 for what nobody has to do
     * @param strong the groups to which strong fairness is promised
     */
    Fairness(int[] group, long strong) {
        this.group = Arrays.copyOf(group, group.length);
        this.strong = strong;
    }

    /**
     * Of a machine: hardware, and whatever else serves those who wait, goes on with each thing that it was asked for, and each CPU with
     * the operation that it runs. Devices and guests need not do anything, nor does anybody have to begin an operation.
     *
     * @param fairLocks whether a CPU that can go on again and again does so: whoever waits for a lock has his turn
     * @throws LimitException when there are more than 64 groups
     */
    static Fairness of(Machine machine, boolean fairLocks) {
        int[] group = new int[machine.instances()];
        long strong = 0;
        int next = 0;
        for (int i = 0; i < group.length; i++) {
            Machine.Instance letter = machine.instance(i);
            boolean advances = letter.kind() == Machine.Kind.ADVANCE;
            boolean serves = letter.kind() == Machine.Kind.ACTION
                    && machine.model().actions().get(letter.target()).service();
            if (next == MOST && (advances || serves)) {
                throw new LimitException(
                        "fair actions " + MOST, "more hardware and CPUs have to go on than liveness is judged for");
            }
            if (advances && fairLocks) {
                strong |= 1L << next;
            }
            group[i] = advances || serves ? next++ : -1;
        }
        return new Fairness(group, strong);
    }

    /** The group of a letter as a set, empty for what nobody has to do. */
    long of(int letter) {
        return group[letter] < 0 ? 0 : 1L << group[letter];
    }

    /** The groups that can act in a node. */
    long enabled(Graph graph, int node) {
        long set = 0;
        for (int e = graph.first()[node]; e < graph.first()[node + 1]; e++) {
            set |= of(graph.letter()[e]);
        }
        return set;
    }

    /**
     * Whether a run that stays where it is for ever is fair.
     *
     * @param always groups that can act in each of the states that it goes through again and again
     * @param everSome groups that can act in one of them
     * @param taken groups that act on the way
     */
    boolean allows(long always, long everSome, long taken) {
        return (always & ~taken) == 0 && (everSome & strong & ~taken) == 0;
    }

    /** The groups to which strong fairness is promised. */
    long strong() {
        return strong;
    }
}
