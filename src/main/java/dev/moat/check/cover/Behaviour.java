package dev.moat.check.cover;

import dev.moat.machine.Machine;
import dev.moat.machine.Reachable;
import dev.moat.state.Slots;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A number for what a machine does: two machines with the same states and transitions have the same one. Slots count by their names,
 * elements and values as far as these differ from the beginning, and step counters by the steps' names, so that what a choice
 * merely adds to the state, or to the program, makes no difference.
 */
final class Behaviour {
    private static final long ODD = 0x9e3779b97f4a7c15L;

    private final Machine machine;
    private final long[] letters;
    /** Per family and element: a number for its name, and its value at the beginning. */
    private final List<Slots> families;

    private final int[][] names;
    private final long[][] values;
    private long sum;
    private long transitions;
    /** The state whose transitions come one after the other, and its number. */
    private long @Nullable [] from;

    private long fromNumber;

    private Behaviour(Machine machine) {
        this.machine = machine;
        families = machine.schema().families();
        names = new int[families.size()][];
        values = new long[families.size()][];
        long[] initial = machine.initial();
        for (int f = 0; f < names.length; f++) {
            Slots slots = families.get(f);
            names[f] = IntStream.range(0, slots.size())
                    .map(i -> slots.label(i).hashCode())
                    .toArray();
            values[f] = IntStream.range(0, slots.size())
                    .mapToLong(i -> slots.get(initial, i))
                    .toArray();
        }
        letters = new long[machine.instances()];
        for (int i = 0; i < letters.length; i++) {
            letters[i] = machine.name(i).hashCode();
        }
    }

    /**
     * What is compared first of two machines.
     *
     * @param distinct states
     * @param generated the first one and every successor of each
     */
    record Numbers(long distinct, long generated) {}

    /**
     * All that is compared.
     *
     * @param numbers of states and transitions
     * @param sum the number for all of them
     */
    record Whole(Numbers numbers, long sum) {}

    /** Of a machine, judged by nobody; nothing for one with more than so many states. */
    static Optional<Whole> of(Machine machine, long states) {
        Behaviour it = new Behaviour(machine);
        return Reachable.of(machine, states, it::transition)
                .map(all -> new Whole(new Numbers(all.states().size(), 1 + it.transitions), it.sum));
    }

    private void transition(long[] before, int instance, long[] after) {
        if (from != before) {
            from = before;
            fromNumber = number(before);
        }
        transitions++;
        sum += mixed(mixed(fromNumber, letters[instance]), number(after));
    }

    private long number(long[] s) {
        long all = 0;
        for (int f = 0; f < names.length; f++) {
            Slots slots = families.get(f);
            for (int i = 0; i < names[f].length; i++) {
                long value = slots.get(s, i);
                if (value != values[f][i]) {
                    all += mixed(names[f][i], said(slots, value));
                }
            }
        }
        return all;
    }

    private long said(Slots slots, long value) {
        return machine.isStepCounter(slots) ? machine.stepName((int) value).hashCode() : value;
    }

    private static long mixed(long one, long other) {
        long both = (one * ODD ^ other) * ODD;
        return both ^ both >>> 32;
    }
}
