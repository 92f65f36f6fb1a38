package dev.moat.check.cover;

import dev.moat.machine.Machine;
import dev.moat.machine.Reachable;
import dev.moat.state.Slots;
import java.util.Optional;

/**
 * A number for what a machine does: two machines with the same states and transitions have the same one. Slots count by their names,
 * elements and values as far as these differ from the beginning, and step counters by the steps' names, so that what a choice
 * merely adds to the state, or to the program, makes no difference.
 */
final class Behaviour {
    private static final long ODD = 0x9e3779b97f4a7c15L;

    private final Machine machine;
    private final long[] initial;
    private final long[] letters;
    private long sum;

    private Behaviour(Machine machine) {
        this.machine = machine;
        initial = machine.initial();
        letters = new long[machine.instances()];
        for (int i = 0; i < letters.length; i++) {
            letters[i] = machine.name(i).hashCode();
        }
    }

    /** The number, or nothing for a machine with more than so many states. */
    static Optional<Long> of(Machine machine, long states) {
        Behaviour it = new Behaviour(machine);
        return Reachable.of(machine, states, it::transition).map(all -> it.sum);
    }

    private void transition(long[] before, int instance, long[] after) {
        sum += mixed(mixed(number(before), letters[instance]), number(after));
    }

    private long number(long[] s) {
        long all = 0;
        for (Slots slots : machine.schema().families()) {
            for (int i = 0; i < slots.size(); i++) {
                long value = slots.get(s, i);
                if (value != slots.get(initial, i)) {
                    all += mixed(slots.label(i).hashCode(), said(slots, value));
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
