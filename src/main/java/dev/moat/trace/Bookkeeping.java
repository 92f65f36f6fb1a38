package dev.moat.trace;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.state.Role;
import dev.moat.state.Slots;

/**
 * Slots that a reader does not need at first: those that no real machine has, the locals of running operations, and
 * each CPU's place in its operation if the table's rows name the steps anyway.
 */
public final class Bookkeeping {
    private final Machine machine;
    /** Whether the machine has nothing but what no real machine has: then that is what a trace is about. */
    private final boolean abstractly;

    /** For the traces of a machine. */
    public Bookkeeping(Machine machine) {
        this.machine = machine;
        abstractly = machine.schema().families().stream().allMatch(f -> f.role() == Role.GHOST || f.width() == 0);
    }

    /** Whether a reader can do without these slots at first. */
    public boolean is(Slots slots) {
        if (abstractly) {
            return false;
        }
        if (machine.isStepCounter(slots)) {
            return machine.granularity() == Granularity.STEP;
        }
        return slots.role() == Role.GHOST || (slots.role() == Role.HYPERVISOR && machine.isOfCpus(slots));
    }
}
