package dev.moat.xen;

import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/** Arguments and locals of the calls that only recorded answers need; dead while the CPU is idle, absent in searches. */
final class CallLocals {
    /** Errors that hypercalls return, as positive numbers. */
    static final int ESRCH = 3;

    static final int EBUSY = 16;
    static final int EINVAL = 22;
    static final int EOPNOTSUPP = 95;

    private static final int ERROR_BITS = 8;
    private static final int NUMBER_BITS = 32;

    /** What the hypercall itself returns, 0 or one of the errors. */
    final Slots error;
    /** The domain that called, while {@link Locals#domain} is the one whose table entry is being changed. */
    final Slots caller;
    /** The frame that is handed over. */
    final Slots frame;
    /** Two numbers whose meaning is the operation's. */
    final Slots first;

    final Slots second;

    CallLocals(SchemaBuilder schema, Slots pc, Sort domains, Sort frames, boolean on) {
        Sort cpus = on ? pc.index().get(0) : Sort.numbered("Cpu", "", 0);
        Liveness busy = (s, cpu) -> pc.get(s, cpu) != 0;
        error = schema.slots("cpu.error", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live(busy)
                .bits(ERROR_BITS);
        caller = schema.slots("cpu.caller", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live(busy)
                .of(domains);
        frame = schema.slots("cpu.handed-frame", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live(busy)
                .of(frames);
        first = schema.slots("cpu.first-number", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live(busy)
                .bits(NUMBER_BITS);
        second = schema.slots("cpu.second-number", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live(busy)
                .bits(NUMBER_BITS);
    }
}
