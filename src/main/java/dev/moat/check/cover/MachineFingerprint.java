package dev.moat.check.cover;

import dev.moat.machine.Machine;
import dev.moat.machine.Reachable;
import dev.moat.state.Slots;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A hash of a machine's behaviour: two machines with the same states and transitions have the same hash. Slots count
 * by their names, elements and values if they differ from their first value, and step counters by the names of steps.
 * So a state slot or step that a choice only adds makes no difference.
 */
final class MachineFingerprint {
    private static final long ODD = 0x9e3779b97f4a7c15L;

    private final Machine machine;
    private final long[] letters;
    /** Per family and element: a number for its name, and its value at the beginning. */
    private final List<Slots> families;

    private final int[][] names;
    private final long[][] values;
    /** Whether the values of a family are steps. */
    private final boolean[] counters;
    /** Of each word of a state its slots, a family and an element one after the other. */
    private final int[][] within;

    private long sum;
    private long transitions;
    /** The state whose transitions come one after the other, and its number. */
    private long @Nullable [] from;

    private long fromNumber;

    private MachineFingerprint(Machine machine) {
        this.machine = machine;
        families = machine.schema().families();
        names = new int[families.size()][];
        values = new long[families.size()][];
        counters = new boolean[families.size()];
        long[] initial = machine.initial();
        for (int f = 0; f < names.length; f++) {
            Slots slots = families.get(f);
            counters[f] = machine.isStepCounter(slots);
            names[f] = IntStream.range(0, slots.size())
                    .map(i -> slots.label(i).hashCode())
                    .toArray();
            values[f] = IntStream.range(0, slots.size())
                    .mapToLong(i -> slots.get(initial, i))
                    .toArray();
        }
        within = within(families, machine.schema().words());
        letters = new long[machine.instances()];
        for (int i = 0; i < letters.length; i++) {
            letters[i] = machine.name(i).hashCode();
        }
    }

    private static int[][] within(List<Slots> families, int words) {
        IntStream.Builder[] all = new IntStream.Builder[words];
        Arrays.setAll(all, w -> IntStream.builder());
        for (int f = 0; f < families.size(); f++) {
            Slots slots = families.get(f);
            for (int i = 0; slots.width() > 0 && i < slots.size(); i++) {
                all[slots.wordOf(i)].add(f).add(i);
            }
        }
        return Arrays.stream(all).map(w -> w.build().toArray()).toArray(int[][]::new);
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
        MachineFingerprint it = new MachineFingerprint(machine);
        return Reachable.of(machine, states, it::transition)
                .map(all -> new Whole(new Numbers(all.states().size(), 1 + it.transitions), it.sum));
    }

    private void transition(long[] before, int instance, long[] after) {
        if (from != before) {
            from = before;
            fromNumber = number(before);
        }
        transitions++;
        sum += mixed(mixed(fromNumber, letters[instance]), fromNumber + change(before, after));
    }

    private long number(long[] s) {
        long all = 0;
        for (int w = 0; w < within.length; w++) {
            all += number(w, s);
        }
        return all;
    }

    /** What is added to a state's number where another one follows it: most of its words are the same. */
    private long change(long[] before, long[] after) {
        long all = 0;
        for (int w = 0; w < within.length; w++) {
            if (before[w] != after[w]) {
                all += number(w, after) - number(w, before);
            }
        }
        return all;
    }

    private long number(int word, long[] s) {
        long all = 0;
        int[] slots = within[word];
        for (int n = 0; n < slots.length; n += 2) {
            int f = slots[n];
            int i = slots[n + 1];
            long value = families.get(f).get(s, i);
            if (value != values[f][i]) {
                all += mixed(names[f][i], said(f, value));
            }
        }
        return all;
    }

    private long said(int family, long value) {
        return counters[family] ? machine.stepName((int) value).hashCode() : value;
    }

    private static long mixed(long one, long other) {
        long both = (one * ODD ^ other) * ODD;
        return both ^ both >>> 32;
    }
}
