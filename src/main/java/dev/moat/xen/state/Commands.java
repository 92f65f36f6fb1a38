package dev.moat.xen.state;

import dev.moat.iommu.vtd.Descriptors;
import dev.moat.iommu.vtd.RegisterInvalidation;
import dev.moat.iommu.vtd.Registers;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a CPU makes the unit do something, and learns that it is done: a descriptor and a wait descriptor, or one command at
 * a time in the registers, which the CPU polls. {@code @source} Xen 4.17 drivers/passthrough/vtd/{qinval,iommu}.c.
 */
public final class Commands {
    /** Answers of {@link #finds}. */
    public static final int NOTHING = 0;
    /** Something, but not what is asked for. */
    public static final int OTHERS = 1;
    /** What is asked for. */
    public static final int COVERED = 2;

    private static final int WAIT_DONE = 1;
    private static final int NONE = 0;
    private static final int INVALIDATION = 1;
    private static final int FLUSH = 2;

    private final XenState x;
    private final @Nullable RegisterInvalidation registers;
    /**
     * The register command of each CPU that the unit has not completed. The CPU that wrote a command polls it under the
     * lock on the registers; kept like this, its poll does not see a later command of another CPU.
     */
    private final Slots pending;

    /** The number that the wait of each CPU writes, where waits have numbers: one that was given up may still be done. */
    private final Slots number;
    /** {@code wait.number}: (the lowest that no wait of the CPU in the queue has) to the number of the next one. */
    private final Decision next;

    Commands(XenState x, ModelBuilder model) {
        this.x = x;
        SchemaBuilder schema = model.schema();
        registers = x.setting.hardware().queued() ? null : new RegisterInvalidation(x.unit, x.units.caches(0));
        boolean any = registers != null || x.setting.hardware().writeBuffer();
        Liveness busy = (s, cpu) -> x.pc.get(s, cpu) != 0;
        pending = schema.slots(
                        "cpu.command",
                        Role.HYPERVISOR,
                        Writer.HYPERVISOR,
                        any ? x.pc.index().get(0) : Sort.numbered("Cpu", "", 0))
                .live(busy)
                .of(new Sort("Command", List.of("none", "invalidation", "flush")));
        boolean numbered = x.setting.waitsTimeOut();
        Decision lowest = (s, n, b, c) -> n;
        next = numbered ? model.decision("wait.number", lowest) : lowest;
        number = (numbered ? schema : new SchemaBuilder())
                .slots(
                        "cpu.wait",
                        Role.HYPERVISOR,
                        Writer.HYPERVISOR,
                        numbered ? x.pc.index().get(0) : Sort.numbered("Cpu", "", 0))
                .live(busy)
                .bits(SlotsBuilder.bitsFor(x.setting.ring()));
    }

    /** What the unit does with commands on its own. */
    public void declare(ModelBuilder model) {
        RegisterInvalidation by = registers;
        if (by == null) {
            List<Argument> which = x.units.count() > 1 ? List.of(new Argument("unit", x.units.sort)) : List.of();
            model.action(new Action(
                    "consume",
                    Actor.IOMMU,
                    which,
                    ModelBuilder.all(),
                    (s, unit, b, c, d, e) -> x.units.queue(unit).consume(s),
                    true,
                    "complete-invalidation"));
            if (x.setting.hardware().reorders()) {
                overtaking(model, which);
            }
        } else {
            service(
                    model,
                    "complete_command",
                    "complete-invalidation",
                    (s, a, b, c, d, e) ->
                            (by.completeContexts(s) || by.completeTranslations(s)) && complete(s, INVALIDATION));
        }
        if (x.setting.hardware().writeBuffer()) {
            service(
                    model,
                    "complete_flush",
                    "stutter",
                    (s, a, b, c, d, e) -> x.unit.late.finishFlush(s) && complete(s, FLUSH));
        }
    }

    /** Whenever one can overtake, the queue can also go on: so it hides no deadlock. */
    private void overtaking(ModelBuilder model, List<Argument> which) {
        Sort places = Sort.numbered("QueuePlace", "p", Math.max(0, x.setting.ring() - 2));
        List<Argument> arguments = new ArrayList<>(which);
        arguments.add(new Argument("place", places));
        model.action(new Action(
                "overtake",
                Actor.IOMMU,
                arguments,
                ModelBuilder.all(),
                which.isEmpty()
                        ? (s, place, b, c, d, e) -> x.units.queue(0).overtake(s, place)
                        : (s, unit, place, c, d, e) -> x.units.queue(unit).overtake(s, place),
                true,
                "stutter"));
    }

    private static void service(ModelBuilder model, String name, String claims, dev.moat.model.Guarded code) {
        model.action(new Action(name, Actor.IOMMU, List.of(), ModelBuilder.all(), code, true, claims));
    }

    /** There is one command at a time, so whoever has one of this kind has this one. */
    private boolean complete(long[] s, int kind) {
        for (int cpu = 0; cpu < pending.size(); cpu++) {
            if (pending.get(s, cpu) == kind) {
                pending.set(s, cpu, NONE);
            }
        }
        return true;
    }

    /** Switches the queue off where registers are used; for initial states. */
    void initial(long[] s) {
        if (registers != null) {
            registers.enableQueue(s, false);
        }
    }

    /**
     * Asks for an IOTLB invalidation. False when there is no room for it now.
     *
     * @param granularity {@link Descriptors#DOMAIN} or {@link Descriptors#PAGE}
     * @param range AM, IH and ADDR as in {@link Descriptors.Iotlb}
     * @param drain whether walks in flight are drained
     */
    public boolean translations(long[] s, int cpu, int unit, int granularity, int did, long range, boolean drain) {
        if (registers == null) {
            long lo = granularity == Descriptors.PAGE ? Descriptors.iotlbPage(did) : Descriptors.iotlbDomain(did);
            long drained = Descriptors.Iotlb.DR.mask() | Descriptors.Iotlb.DW.mask();
            return x.units.queue(unit).enqueue(s, cpu, drain ? lo : lo & ~drained, range);
        }
        long command = Registers.IotlbCommand.request(granularity, did);
        long drained = Registers.IotlbCommand.DR.mask() | Registers.IotlbCommand.DW.mask();
        return registers.commandTranslations(s, range, drain ? command : command & ~drained)
                && note(s, cpu, INVALIDATION);
    }

    /** Asks for a device-selective context-cache invalidation. False when there is no room for it now. */
    public boolean contexts(long[] s, int cpu, int unit, int did, int sid) {
        if (registers == null) {
            return x.units.queue(unit).enqueue(s, cpu, Descriptors.contextDevice(did, sid, 0), 0);
        }
        return registers.commandContexts(s, Registers.Ccmd.request(Descriptors.DEVICE, did, sid, 0))
                && note(s, cpu, INVALIDATION);
    }

    /**
     * Asks to be told when everything asked for is done: a wait descriptor, this CPU's status word reset first. Nothing to
     * do for registers. False when the queue is full.
     */
    public boolean announce(long[] s, int cpu) {
        if (registers != null) {
            return true;
        }
        SubmittedQueue queue = x.units.queue(x.locals.unit(s, cpu));
        if (queue.free(s) == 0) {
            return false;
        }
        x.unit.status.set(s, cpu, 0);
        long address = Descriptors.waitAddress(x.unit.map().statusAddress(cpu));
        int data = number.size() == 0 ? WAIT_DONE : unused(s, queue, address);
        if (number.size() > 0) {
            number.set(s, cpu, data);
        }
        return queue.enqueue(s, cpu, Descriptors.waitStatus(data), address);
    }

    private int unused(long[] s, SubmittedQueue queue, long address) {
        int data = WAIT_DONE;
        while (queue.hasWait(s, Descriptors.waitStatus(data), address)) {
            data++;
        }
        return next.decide(s, data, 0, 0);
    }

    /** Whether what this CPU asked for last is done; then the status word is reset. */
    public boolean isDone(long[] s, int cpu) {
        if (registers != null) {
            return pending.get(s, cpu) == NONE;
        }
        long awaited = number.size() == 0 ? WAIT_DONE : number.get(s, cpu);
        if (x.unit.status.get(s, cpu) != awaited) {
            return false;
        }
        x.unit.status.set(s, cpu, 0);
        return true;
    }

    /** Asks for a flush of the write buffer. False while another CPU's flush is under way. */
    public boolean flush(long[] s, int cpu) {
        return x.unit.late.startFlush(s) && note(s, cpu, FLUSH);
    }

    /** Whether this CPU's flush is done. */
    public boolean isFlushed(long[] s, int cpu) {
        return pending.get(s, cpu) == NONE;
    }

    private boolean note(long[] s, int cpu, int kind) {
        pending.set(s, cpu, kind);
        return true;
    }

    /** What a unit has still to do of what a CPU asked it for: {@link #NOTHING}, {@link #OTHERS} or {@link #COVERED}. */
    public int finds(long[] s, int cpu, int unit, SubmittedQueue.Covers covers) {
        if (registers == null) {
            return x.units.queue(unit).finds(s, cpu, covers);
        }
        if (pending.get(s, cpu) != INVALIDATION) {
            return NOTHING;
        }
        long contexts = x.unit.ccmd.get(s);
        long translations = x.unit.iotlbCommand.get(s);
        long lo = Registers.Ccmd.ICC.isSet(contexts)
                ? Descriptors.G.set(
                        Descriptors.contextDevice(
                                (int) Registers.Ccmd.DID.get(contexts), (int) Registers.Ccmd.SID.get(contexts), 0),
                        Registers.Ccmd.CIRG.get(contexts))
                : Descriptors.G.set(
                        Descriptors.iotlbPage((int) Registers.IotlbCommand.DID.get(translations)),
                        Registers.IotlbCommand.IIRG.get(translations));
        return covers.test(lo, x.unit.iva.get(s)) ? COVERED : OTHERS;
    }

    /** The CPU that asked for what the unit does next, or -1 when that is no invalidation or there is none. */
    public int nextSubmitter(long[] s, int unit) {
        if (registers == null) {
            return x.units.queue(unit).nextSubmitter(s);
        }
        for (int cpu = 0; cpu < pending.size(); cpu++) {
            if (pending.get(s, cpu) == INVALIDATION) {
                return cpu;
            }
        }
        return -1;
    }

    /** Adds what {@link #finds} reads. */
    public void read(Footprint footprint, int unit) {
        if (registers == null) {
            x.units.queue(unit).read(footprint);
        } else {
            footprint.all(pending).all(x.unit.ccmd).all(x.unit.iotlbCommand).all(x.unit.iva);
        }
    }
}
