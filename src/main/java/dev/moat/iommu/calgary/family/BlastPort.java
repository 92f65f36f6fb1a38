package dev.moat.iommu.calgary.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.calgary.CalgaryUnit;
import dev.moat.iommu.calgary.Generation;
import dev.moat.iommu.calgary.Registers;
import dev.moat.iommu.calgary.Registers.Bridge;
import dev.moat.iommu.calgary.Registers.PageMigration;
import dev.moat.iommu.calgary.Registers.SplitQueue;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Outcome;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * Invalidates the cache of one bus: always all of it, for one CPU at a time. The driver stops the traffic, polls until
 * accepted requests are done, and writes TAR. The chip executes the write some time later and empties its cache. Only
 * then does the driver, whose writes arrive in order, let the traffic go on. Unlike Linux's driver this one polls
 * forever; giving up is an injected fault.
 *
 * <p>The pointer of a bus to its table is not cached, so its invalidation is done as soon as the chip turns to it.
 * {@code @source} LINUX-CALGARY.
 */
final class BlastPort implements Port {
    private static final List<String> STEPS = List.of("stop-traffic", "poll-split-queue", "write-tar");
    private static final String STOPS = "blast.stops";
    private static final String POLLS_ON = "blast.polls-on";
    private static final String WRITES_TAR = "blast.writes-tar";
    private static final Sort STAGES =
            new Sort("Blast", List.of("none", "asked", "entry", "stopped", "written", "done"));
    private static final int NONE = 0;
    private static final int ASKED = 1;
    /** Asked to forget a device entry: nothing is stopped. */
    private static final int ENTRY = 2;

    private static final int STOPPED = 3;
    private static final int WRITTEN = 4;
    private static final int DONE = 5;

    private final CalgaryUnit unit;
    private final BusEntries entries;
    private final int bus;
    private final boolean soft;
    /** How far the request of {@link #asker} is. */
    private final Slots stage;
    /** The CPU that asked; dead when nobody has. */
    private final Slots asker;
    /** {@code blast.stops}: (bus) to 1 when the traffic is stopped first. */
    private final Decision stops;
    /** {@code blast.polls-on}: (bus) to 1 when a poll that finds the split queue busy is repeated. */
    private final Decision pollsOn;
    /** {@code blast.writes-tar}: (bus) to 1 when TAR is written. */
    private final Decision writesTar;

    /** The port of one bus. */
    public BlastPort(ModelBuilder model, Sizes sizes, CalgaryUnit unit, BusEntries entries, int bus) {
        this.unit = unit;
        this.entries = entries;
        this.bus = bus;
        soft = unit.geometry().generation() == Generation.CALIOC2;
        SchemaBuilder schema = model.schema();
        String prefix = unit.geometry().buses().label(bus) + ".";
        Liveness asked = (s, i) -> stage().get(s) != NONE;
        stage = schema.slots(prefix + "blast", Role.HYPERVISOR, Writer.HYPERVISOR)
                .of(STAGES);
        asker = schema.slots(prefix + "asker", Role.HYPERVISOR, Writer.HYPERVISOR)
                .live(asked)
                .of(sizes.cpus().sort());
        stops = model.decision(STOPS, (s, b, c, d) -> 1);
        pollsOn = model.decision(POLLS_ON, (s, b, c, d) -> 1);
        writesTar = model.decision(WRITES_TAR, (s, b, c, d) -> 1);
        schema.keeps(prefix + "traffic is stopped while it is blasted, and all of it", this::isStopKept);
    }

    private Slots stage() {
        return stage;
    }

    /** Which bus leads where. */
    public BusEntries entries() {
        return entries;
    }

    /** What a CPU asks for before it has stopped the traffic one blast does together: the cache is emptied as a whole. */
    private boolean ask(long[] s, int cpu, int what) {
        if (stage.get(s) != NONE) {
            return what == ASKED && stage.get(s) == ASKED && asker.get(s) == cpu;
        }
        stage.set(s, what);
        asker.set(s, cpu);
        return true;
    }

    @Override
    public boolean askTranslations(long[] s, int cpu, int tag, int first, int last, int changed) {
        return ask(s, cpu, ASKED);
    }

    @Override
    public boolean askEntry(long[] s, int cpu, int tag, int requester) {
        return ask(s, cpu, ENTRY);
    }

    @Override
    public List<String> driverSteps() {
        return STEPS;
    }

    @Override
    public List<String> decisions(int step) {
        return List.of(step == 0 ? STOPS : step == 1 ? POLLS_ON : WRITES_TAR);
    }

    @Override
    public int drive(long[] s, int cpu, int step) {
        // A request to forget an entry takes none of the steps, whether the chip has turned to it or not.
        if (!isPending(s, cpu) || stage.get(s) != (step == 0 ? ASKED : STOPPED)) {
            return Outcome.NEXT;
        }
        return switch (step) {
            case 0 -> stop(s);
            case 1 -> poll(s);
            default -> writeTar(s);
        };
    }

    private void letTrafficOn(long[] s, boolean on) {
        if (soft) {
            int offset = Registers.at(bus, Bridge.PAGE_MIG_CTRL);
            unit.write(s, offset, Integer.BYTES, on ? 0 : PageMigration.SOFTSTOP.mask());
        } else {
            unit.write(s, Registers.at(bus, Bridge.AER), Integer.BYTES, on ? unit.aer.fixed() : 0);
        }
    }

    private int stop(long[] s) {
        if (stops.decide(s, bus, 0, 0) != 0) {
            letTrafficOn(s, false);
        }
        stage.set(s, STOPPED);
        return Outcome.NEXT;
    }

    /** A stop that has failed is tried again. */
    private int poll(long[] s) {
        long debug = unit.read(s, Registers.at(bus, Bridge.PAGE_MIG_DEBUG), Integer.BYTES);
        if (soft && PageMigration.SOFTSTOPFAULT.isSet(debug)) {
            letTrafficOn(s, false);
            return Outcome.LOOP;
        }
        boolean idle = SplitQueue.isIdle(unit.read(s, Registers.splitQueue(bus), Long.BYTES));
        return idle || pollsOn.decide(s, bus, 0, 0) == 0 ? Outcome.NEXT : Outcome.BLOCKED;
    }

    private int writeTar(long[] s) {
        stage.set(s, writesTar.decide(s, bus, 0, 0) != 0 ? WRITTEN : DONE);
        return Outcome.NEXT;
    }

    /** Lets the traffic go on once TAR has been written. */
    @Override
    public boolean announce(long[] s, int cpu) {
        if (!isPending(s, cpu)) {
            return true;
        }
        if (stage.get(s) != DONE) {
            return false;
        }
        letTrafficOn(s, true);
        stage.set(s, NONE);
        asker.set(s, 0);
        return true;
    }

    /** The invariant stopped-traffic-goes-on, and that all slots of a bus are stopped together, by the driver's register alone. */
    private boolean isStopKept(long[] s) {
        long slots = unit.aer.get(s, bus);
        boolean all = slots == unit.aer.fixed();
        return (soft ? all : all || slots == 0) && unit.isToldToStop(s, bus) == isToBeStopped(s);
    }

    private boolean isPending(long[] s, int cpu) {
        return stage.get(s) != NONE && asker.get(s) == cpu;
    }

    @Override
    public boolean isDone(long[] s, int cpu) {
        return !isPending(s, cpu);
    }

    /** TAR is written with what it has: the chip forgets what it has cached for the bus. */
    @Override
    public boolean serve(long[] s) {
        if (nextSubmitter(s) < 0) {
            return false;
        }
        if (stage.get(s) == WRITTEN) {
            unit.write(s, Registers.tar(bus), Long.BYTES, unit.tar.get(s, bus));
        }
        stage.set(s, DONE);
        return true;
    }

    private boolean isToDo(long[] s, int cpu) {
        return isPending(s, cpu) && stage.get(s) != DONE;
    }

    @Override
    public int finds(long[] s, int cpu, int tag, int page) {
        if (!isToDo(s, cpu)) {
            return NOTHING;
        }
        return stage.get(s) != ENTRY && entries.isTagged(s, bus, tag) ? COVERED : OTHERS;
    }

    @Override
    public int findsEntry(long[] s, int cpu, int requester) {
        if (!isToDo(s, cpu)) {
            return NOTHING;
        }
        return stage.get(s) == ENTRY && entries.group(requester) == bus ? COVERED : OTHERS;
    }

    @Override
    public int nextSubmitter(long[] s) {
        boolean next = stage.get(s) == WRITTEN || stage.get(s) == ENTRY;
        return next ? (int) asker.get(s) : -1;
    }

    /** Whether the driver has stopped the bus's traffic and not let it on. What is done may have been an entry, for which it did not. */
    public boolean isToBeStopped(long[] s) {
        boolean done = stage.get(s) == DONE && unit.isToldToStop(s, bus);
        return done || stage.get(s) == STOPPED || stage.get(s) == WRITTEN;
    }

    /** What is told has been done before: {@link #announce} waits for it. */
    @Override
    public boolean holds(long[] s, int cpu, int tag, int page, int what) {
        return what == OTHERS ? stage.get(s) != ENTRY : stage.get(s) == NONE;
    }

    @Override
    public void read(Footprint footprint) {
        footprint.all(stage).all(asker).one(unit.tar, bus);
    }
}
