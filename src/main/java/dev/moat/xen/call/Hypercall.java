package dev.moat.xen.call;

import dev.moat.model.Outcome;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.xen.setting.XenSetting;
import org.jspecify.annotations.Nullable;

/**
 * Arguments and locals of operations on frames and domains that need more than {@link RunningOperation}; dead while the CPU is idle,
 * absent where no such operation exists.
 */
public final class Hypercall {
    /** Errors that hypercalls return, as positive numbers. */
    public static final int EPERM = 1;

    public static final int ESRCH = 3;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EFAULT = 14;
    public static final int EBUSY = 16;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ERANGE = 34;
    public static final int ENOSYS = 38;
    public static final int EILSEQ = 84;
    public static final int EOPNOTSUPP = 95;

    private static final int ERROR_BITS = 8;
    private static final int RECORDED_BITS = 32;

    /** What the hypercall itself returns, 0 or one of the errors. */
    public final Slots error;
    /** The domain that called, or none; {@link RunningOperation#domain} may be another one, whose table entry is being changed. */
    private final Slots caller;
    /** The frame that is handed over. */
    public final Slots frame;
    /** Two numbers whose meaning is the operation's. */
    public final Slots first;

    public final Slots second;

    public Hypercall(SchemaBuilder schema, Slots pc, Sort domains, Sort frames, XenSetting setting) {
        Sort cpus = pc.index().get(0).onlyIf(setting.hasCallers());
        int numbers = setting.recorded() ? RECORDED_BITS : searched(setting);
        Liveness busy = (s, cpu) -> pc.get(s, cpu) != 0;
        error = schema.slots("cpu.error", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live(busy)
                .bits(ERROR_BITS);
        caller = schema.slots("cpu.caller", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live(busy)
                .optional(domains);
        frame = schema.slots("cpu.handed-frame", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live(busy)
                .of(frames);
        first = schema.slots("cpu.first-number", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live(busy)
                .bits(numbers);
        second = schema.slots("cpu.second-number", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live(busy)
                .bits(numbers);
    }

    private static int searched(XenSetting setting) {
        boolean hands = setting.more().exchange() || setting.more().transfer();
        int most = setting.more().transfer() ? Math.max(setting.refs(), setting.domains() - 1) : 0;
        int bits = hands ? SlotsBuilder.bitsFor(Math.max(setting.frames(), most)) : 0;
        return setting.grantTables().second() ? Math.max(bits, SlotsBuilder.bitsFor(2)) : bits;
    }

    /** The domain that called; only while there is one. */
    public int caller(long[] s, int cpu) {
        return (int) caller.get(s, cpu) - 1;
    }

    /** Notes an error, where errors are kept; always FAIL. */
    public int fail(long[] s, int cpu, int number) {
        if (error.size() > 0) {
            error.set(s, cpu, number);
        }
        return Outcome.FAIL;
    }

    /** {@link #error} as the result of an operation, or null where it is not kept. */
    @Nullable
    public Slots errors() {
        return error.size() > 0 ? error : null;
    }

    /** Whether a domain is known to have called. */
    public boolean hasCaller(long[] s, int cpu) {
        return caller.size() > 0 && caller.get(s, cpu) != 0;
    }

    /** Adds who called to a footprint, where that is kept. */
    public void readCaller(Footprint p, int cpu) {
        if (caller.size() > 0) {
            p.one(caller, cpu);
        }
    }

    /** Notes who called, where that is kept. */
    public void calledBy(long[] s, int cpu, int domain) {
        if (caller.size() > 0) {
            caller.set(s, cpu, domain + 1);
        }
    }
}
