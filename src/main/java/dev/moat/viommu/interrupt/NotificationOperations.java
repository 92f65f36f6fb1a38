package dev.moat.viommu.interrupt;

import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Actor;
import dev.moat.model.program.Argument;
import dev.moat.model.program.Decision;
import dev.moat.model.program.Operation;
import dev.moat.model.program.Outcome;
import dev.moat.model.program.Step;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * Posted-interrupt descriptors: the physical unit sets a vector's bit, and, where no notification is outstanding or suppressed, notifies
 * the CPU that the descriptor names; that CPU takes the bits for the virtual CPU that it runs. Xen suppresses notifications of a virtual CPU
 * that does not run, and where it runs again names the new CPU, and looks at what was posted meanwhile with interrupts off. Entries
 * lead to descriptors all the time here. {@code @source} fact sheet vtd, section 14, and VT-d specification 2.x, chapter 5.2: ON, SN, NDST.
 */
final class NotificationOperations {
    private static final int VECTOR = 0xf2;

    private final InterruptState state;
    private final InterruptSetting setting;
    private final ModelBuilder model;
    /** Per virtual CPU and vector: posted; taken, and for the virtual CPU to see; raised by a device and not seen by it yet. */
    private final Slots posted;

    private final Slots taken;
    private final Slots raised;
    /** Per virtual CPU: the word with ON, SN and NDST, and the CPU that runs it, or none. */
    private final Slots control;

    private final Slots where;
    /** Per CPU: a notification has arrived that it has not looked at; and the virtual CPU that its operation is about. */
    private final Slots notified;

    private final Slots about;
    /** Per CPU: what it has read of a descriptor, where it does not take that at once. */
    private final Slots seen;
    /** {@code posting.takes-at-once}: to 1 when bits are read and cleared in one. */
    private final Decision takesAtOnce;

    NotificationOperations(InterruptState state, ModelBuilder model) {
        this.state = state;
        setting = state.setting;
        this.model = model;
        SchemaBuilder schema = model.schema();
        Sort vcpus = setting.vcpuSort;
        posted = schema.slots("pi.requests", Role.ARCHITECTURAL, Writer.IOMMU, vcpus, setting.vectors)
                .bits(1);
        taken = schema.slots("vcpu.requests", Role.HYPERVISOR, Writer.HYPERVISOR, vcpus, setting.vectors)
                .bits(1);
        raised = schema.slots("raised", Role.GHOST, Writer.GHOST, vcpus, setting.vectors)
                .bits(1);
        long bits = 0;
        for (int cpu = 0; cpu < setting.cpus.size(); cpu++) {
            bits |= setting.format.descriptor(true, true, VECTOR, cpu + 1);
        }
        control = schema.slots("pi.control", Role.ARCHITECTURAL, Writer.HYPERVISOR, vcpus)
                .word(setting.format.descriptorFormat(), bits);
        where = schema.slots("vcpu.cpu", Role.HYPERVISOR, Writer.HYPERVISOR, vcpus)
                .optional(setting.cpus);
        // Not what an operation of the CPU has, so not by the same sort.
        Sort hosts = Sort.numbered("HostCpu", "host-cpu", setting.cpus.size());
        notified = schema.slots("notified", Role.ARCHITECTURAL, Writer.IOMMU, hosts)
                .bits(1);
        Liveness busy = (s, cpu) -> state.pc.get(s, cpu) != 0;
        about = schema.slots("cpu.vcpu", Role.HYPERVISOR, Writer.HYPERVISOR, setting.cpus)
                .live(busy)
                .of(vcpus);
        seen = schema.slots("cpu.seen", Role.HYPERVISOR, Writer.HYPERVISOR, setting.cpus)
                .live(busy)
                .bits(setting.vectors.size());
        takesAtOnce = model.decision("posting.takes-at-once", (s, a, b, c) -> 1);
    }

    /** Nothing runs, and nobody is notified. */
    void initial(long[] s) {
        for (int v = 0; v < setting.vcpuSort.size(); v++) {
            write(s, v, false, true, 1);
        }
    }

    void declare() {
        Argument vcpu = new Argument("vcpu", setting.vcpuSort);
        Argument vector = new Argument("vector", setting.vectors);
        model.action("post_interrupt", Actor.DEVICE, List.of(vcpu, vector), (s, v, x, c, d, e) -> post(s, v, x));
        model.action(
                "take_notification",
                Actor.HYPERVISOR,
                List.of(new Argument("cpu", setting.cpus)),
                (s, cpu, b, c, d, e) -> takeNotification(s, cpu));
        model.action(
                "take_interrupt", Actor.GUEST, List.of(vcpu, vector), (s, v, x, c, d, e) -> takeInterrupt(s, v, x));
        List<Step> run = List.of(
                Step.of("name-cpu", this::nameCpu),
                Step.of("unsuppress", this::unsuppress),
                Step.of("clear-outstanding", this::clearOutstanding),
                Step.of("take-posted", this::takePosted).asking("posting.takes-at-once"),
                Step.of("enter", this::enter));
        model.operation(new Operation(
                "run_vcpu",
                Actor.HYPERVISOR,
                List.of(vcpu),
                ModelBuilder.all(),
                (s, cpu, v, b, c, d, e) -> begin(s, cpu, v, false),
                run,
                null));
        model.operation(new Operation(
                "stop_vcpu",
                Actor.HYPERVISOR,
                List.of(vcpu),
                ModelBuilder.all(),
                (s, cpu, v, b, c, d, e) -> begin(s, cpu, v, true),
                List.of(Step.of("leave", this::leave), Step.of("suppress", this::suppress)),
                null));
    }

    private void write(long[] s, int vcpu, boolean outstanding, boolean suppressed, int cpu) {
        control.set(s, vcpu, setting.format.descriptor(outstanding, suppressed, VECTOR, cpu));
    }

    private boolean isOutstanding(long[] s, int vcpu) {
        return setting.format.isOutstanding(control.get(s, vcpu));
    }

    private boolean isSuppressed(long[] s, int vcpu) {
        return setting.format.isSuppressed(control.get(s, vcpu));
    }

    private int notifiedCpu(long[] s, int vcpu) {
        return setting.format.notified(control.get(s, vcpu));
    }

    /** The physical unit posts. One that is posted already is notified again where nothing is outstanding: after suppression. */
    private boolean post(long[] s, int vcpu, int vector) {
        boolean notifies = !isOutstanding(s, vcpu) && !isSuppressed(s, vcpu);
        if (posted.get(s, vcpu, vector) != 0 && !notifies) {
            return false;
        }
        posted.set(s, vcpu, vector, 1);
        raised.set(s, vcpu, vector, 1);
        if (notifies) {
            write(s, vcpu, true, false, notifiedCpu(s, vcpu));
            notified.set(s, notifiedCpu(s, vcpu) - 1, 1);
        }
        return true;
    }

    /** A CPU looks at its notification, but not while Xen changes what it runs: for what it runs now. */
    private boolean takeNotification(long[] s, int cpu) {
        if (notified.get(s, cpu) == 0 || state.pc.get(s, cpu) != 0) {
            return false;
        }
        notified.set(s, cpu, 0);
        for (int v = 0; v < where.size(); v++) {
            if (where.get(s, v) == cpu + 1) {
                write(s, v, false, isSuppressed(s, v), notifiedCpu(s, v));
                moveRequests(s, v);
            }
        }
        return true;
    }

    private void moveRequests(long[] s, int vcpu) {
        for (int x = 0; x < setting.vectors.size(); x++) {
            if (posted.get(s, vcpu, x) != 0) {
                posted.set(s, vcpu, x, 0);
                taken.set(s, vcpu, x, 1);
            }
        }
    }

    private boolean takeInterrupt(long[] s, int vcpu, int vector) {
        if (where.get(s, vcpu) == 0 || taken.get(s, vcpu, vector) == 0) {
            return false;
        }
        taken.set(s, vcpu, vector, 0);
        raised.set(s, vcpu, vector, posted.get(s, vcpu, vector));
        return true;
    }

    /** The scheduler moves a virtual CPU once at a time, and a CPU runs one. */
    private boolean begin(long[] s, int cpu, int vcpu, boolean runs) {
        for (int other = 0; other < setting.cpus.size(); other++) {
            if (state.pc.get(s, other) != 0 && about.get(s, other) == vcpu) {
                return false;
            }
        }
        for (int v = 0; v < where.size(); v++) {
            if (!runs && where.get(s, v) == cpu + 1) {
                return false;
            }
        }
        if (where.get(s, vcpu) != (runs ? cpu + 1 : 0)) {
            return false;
        }
        state.begin(s, cpu, 0, 0, 0);
        about.set(s, cpu, vcpu);
        seen.set(s, cpu, 0);
        return true;
    }

    private int vcpu(long[] s, int cpu) {
        return (int) about.get(s, cpu);
    }

    private int nameCpu(long[] s, int cpu) {
        int v = vcpu(s, cpu);
        write(s, v, isOutstanding(s, v), isSuppressed(s, v), cpu + 1);
        return Outcome.NEXT;
    }

    private int unsuppress(long[] s, int cpu) {
        int v = vcpu(s, cpu);
        write(s, v, isOutstanding(s, v), false, notifiedCpu(s, v));
        return Outcome.NEXT;
    }

    /** From now on what is posted is notified again. */
    private int clearOutstanding(long[] s, int cpu) {
        int v = vcpu(s, cpu);
        write(s, v, false, isSuppressed(s, v), notifiedCpu(s, v));
        return Outcome.NEXT;
    }

    /** One exchange with memory; in two accesses what is posted between them is lost. */
    private int takePosted(long[] s, int cpu) {
        int v = vcpu(s, cpu);
        if (takesAtOnce.decide(s, 0, 0, 0) == 1) {
            moveRequests(s, v);
            return Outcome.NEXT;
        }
        boolean reads = state.part.get(s, cpu) == 0;
        for (int x = 0; x < setting.vectors.size(); x++) {
            if (reads) {
                seen.set(s, cpu, seen.get(s, cpu) | posted.get(s, v, x) << x);
            } else {
                taken.set(s, v, x, taken.get(s, v, x) | (seen.get(s, cpu) >>> x & 1));
                posted.set(s, v, x, 0);
            }
        }
        state.part.set(s, cpu, reads ? 1 : 0);
        return reads ? Outcome.LOOP : Outcome.NEXT;
    }

    private int enter(long[] s, int cpu) {
        where.set(s, vcpu(s, cpu), cpu + 1L);
        return Outcome.DONE;
    }

    private int leave(long[] s, int cpu) {
        where.set(s, vcpu(s, cpu), 0);
        return Outcome.NEXT;
    }

    private int suppress(long[] s, int cpu) {
        int v = vcpu(s, cpu);
        write(s, v, isOutstanding(s, v), true, notifiedCpu(s, v));
        return Outcome.DONE;
    }

    /** What a state means, by lines of guests. */
    void relations() {
        relation("posted", (s, v, x) -> posted.get(s, v, x) != 0);
        relation("runs", (s, v, x) -> where.get(s, v) != 0);
        relation("notified", (s, v, x) -> where.get(s, v) != 0 && notified.get(s, (int) where.get(s, v) - 1) != 0);
        relation("requested", (s, v, x) -> taken.get(s, v, x) != 0);
        relation("raised", (s, v, x) -> raised.get(s, v, x) != 0);
    }

    @FunctionalInterface
    private interface Of {
        boolean holds(long[] s, int vcpu, int vector);
    }

    private void relation(String name, Of of) {
        int host = setting.indices.size();
        int each = setting.vectors.size();
        model.abstraction()
                .relation(
                        name,
                        List.of(setting.lines),
                        (s, l, b, c, d, e) -> l >= host && of.holds(s, (l - host) / each, (l - host) % each),
                        (footprint, l, b, c, d, e) -> footprint
                                .all(posted)
                                .all(where)
                                .all(notified)
                                .all(taken)
                                .all(raised));
    }
}
