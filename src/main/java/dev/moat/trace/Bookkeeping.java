package dev.moat.trace;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.state.Role;
import dev.moat.state.Slots;

/**
 * Which slots a reader can do without at first: what no real machine has, the locals of running operations, and where each CPU is
 * in its operation when the rows of a table name the steps anyway.
 */
final class Bookkeeping {
    private final Machine machine;

    Bookkeeping(Machine machine) {
        this.machine = machine;
    }

    boolean is(Slots slots) {
        if (machine.isStepCounter(slots)) {
            return machine.granularity() == Granularity.STEP;
        }
        return slots.role() == Role.GHOST || (slots.role() == Role.HYPERVISOR && machine.isOfCpus(slots));
    }
}
