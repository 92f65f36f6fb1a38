package dev.moat.iommu.smmuv3.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.smmuv3.CommandRing;
import dev.moat.iommu.smmuv3.SmmuUnit;
import dev.moat.iommu.smmuv3.SmmuWalk;
import dev.moat.iommu.smmuv3.format.Commands;
import dev.moat.iommu.smmuv3.semantics.Caches;
import dev.moat.iommu.smmuv3.semantics.Scope;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * The command queue as software uses it: what it wrote, and how far CONS has to come until each CPU goes on. A ghost remembers
 * which CPU put each invalidation there, which no command says.
 *
 * <p>{@code @shape} one CPU per queue entry, without bits where there is one CPU. A place is counted from the oldest command. {@code
 * @source} Linux arm_smmu_cmdq_issue_cmdlist: a CPU polls CONS until it is behind the CPU's CMD_SYNC.
 */
public final class SubmittedCommands {
    /** In place of a StreamID: the page counts. */
    private static final int NO_DEVICE = -1;

    private final SmmuUnit unit;
    private final SmmuWalk walk;
    private final CommandRing ring;
    private final int cpus;
    private final Slots submitter;
    /** How many commands CONS has to pass until a CPU goes on; 0 when it has. */
    private final Slots awaited;

    /** @param prefix stands before the names of the slots */
    SubmittedCommands(
            SchemaBuilder schema, String prefix, SmmuUnit unit, SmmuWalk walk, CommandRing ring, Sizes sizes) {
        this.unit = unit;
        this.walk = walk;
        this.ring = ring;
        Sort cpu = sizes.cpus().sort();
        cpus = cpu.size();
        int size = unit.geometry().ring();
        submitter = sizes.ofSubmitters(schema)
                .slots(prefix + "command.submitter", Role.GHOST, Writer.GHOST, Sort.numbered("QueueEntry", "c", size))
                .live((s, entry) -> Commands.isInvalidation(unit.commands.lo.get(s, entry)))
                .of(cpu);
        awaited = schema.slots(prefix + "cpu.awaited", Role.HYPERVISOR, Writer.HYPERVISOR, cpu)
                .live(sizes.cpus().busy())
                .bits(SlotsBuilder.bitsFor(size));
    }

    /** Commands that software can still write. */
    int free(long[] s) {
        return ring.free(s);
    }

    /** Appends a command for a CPU. False, with the state untouched, when the queue is full. */
    boolean submit(long[] s, int cpu, long lo, long hi) {
        int entry = ring.count(s);
        if (!ring.submit(s, lo, hi)) {
            return false;
        }
        submitter.set(s, entry, Commands.isInvalidation(lo) ? cpu : 0);
        return true;
    }

    /** A CPU waits until CONS is behind the newest command. */
    void awaitNewest(long[] s, int cpu) {
        awaited.set(s, cpu, unit.commands.pending(s));
    }

    /** A CPU waits for nothing. */
    void awaitNothing(long[] s, int cpu) {
        awaited.set(s, cpu, 0);
    }

    /** Whether CONS is where a CPU waits for it. */
    boolean isPassed(long[] s, int cpu) {
        return awaited.get(s, cpu) == 0;
    }

    /** Whether there are commands that the unit has not executed. */
    public boolean isPending(long[] s) {
        return ring.count(s) != 0;
    }

    /** The unit consumes a command without executing it, as {@link CommandRing#fetch} says. */
    public boolean fetch(long[] s, boolean waits) {
        int before = unit.commands.pending(s);
        int count = ring.count(s);
        int place = unit.commands.fetched(s);
        return ring.fetch(s, waits) && moved(s, before, place, count);
    }

    /** The unit executes a command, as {@link CommandRing#consume} says. */
    public boolean consume(long[] s, int place) {
        int before = unit.commands.pending(s);
        int count = ring.count(s);
        return ring.consume(s, place) && moved(s, before, place, count);
    }

    /** What the driver remembers follows the queue: CONS is nearer to where a CPU waits for it, a command at a place is gone. */
    private boolean moved(long[] s, int pending, int place, int count) {
        int by = pending - unit.commands.pending(s);
        for (int cpu = 0; cpu < cpus; cpu++) {
            awaited.set(s, cpu, Math.max(0, awaited.get(s, cpu) - by));
        }
        for (int i = place; i < count && ring.count(s) != count; i++) {
            submitter.set(s, i, i + 1 < count ? submitter.get(s, i + 1) : 0);
        }
        return true;
    }

    private int submitter(long[] s, int place) {
        return (int) submitter.get(s, place);
    }

    /** What a CPU has in the queue for a page under a tag, as {@link Port#finds} says. */
    int findsPage(long[] s, int cpu, int tag, int page) {
        return finds(s, cpu, tag, page, NO_DEVICE);
    }

    /** The same for the cached configuration of a device. */
    int findsDevice(long[] s, int cpu, int streamId) {
        return finds(s, cpu, 0, 0, streamId);
    }

    private int finds(long[] s, int cpu, int tag, int page, int streamId) {
        int found = Port.NOTHING;
        for (int i = 0; i < ring.count(s); i++) {
            if (isInvalidation(s, i) && submitter(s, i) == cpu) {
                boolean covers = streamId == NO_DEVICE ? coversPage(s, i, tag, page) : coversDevice(s, i, streamId);
                found = Math.max(found, covers ? Port.COVERED : Port.OTHERS);
            }
        }
        return found;
    }

    /**
     * The same for a page and one command that a CPU submitted, counted from its last one.
     *
     * @param fromEnd how many it submitted later
     */
    int findsFromEnd(long[] s, int cpu, int fromEnd, int tag, int page) {
        int later = 0;
        for (int i = ring.count(s) - 1; i >= 0; i--) {
            if (isInvalidation(s, i) && submitter(s, i) == cpu && later++ == fromEnd) {
                return coversPage(s, i, tag, page) ? Port.COVERED : Port.OTHERS;
            }
        }
        return Port.NOTHING;
    }

    private boolean coversPage(long[] s, int place, int tag, int page) {
        return Scope.isOf(ring.lo(s, place), ring.hi(s, place), walk.page(tag, page));
    }

    private boolean coversDevice(long[] s, int place, int streamId) {
        long lo = ring.lo(s, place);
        return Scope.isOfConfiguration(lo, ring.hi(s, place), Caches.Kind.STREAM_ENTRY, streamId);
    }

    /** Whether the last command that the unit has not executed is a CMD_SYNC. */
    boolean endsWithSync(long[] s) {
        return ring.count(s) > 0 && !isInvalidation(s, ring.count(s) - 1);
    }

    /** The CPU that submitted the oldest command, or -1 when that is a CMD_SYNC or there is none. */
    int nextSubmitter(long[] s) {
        return ring.count(s) > 0 && isInvalidation(s, 0) ? submitter(s, 0) : -1;
    }

    private boolean isInvalidation(long[] s, int place) {
        return Commands.isInvalidation(ring.lo(s, place));
    }

    /** Adds what {@link #findsPage} and {@link #findsDevice} read. */
    void read(Footprint footprint) {
        footprint.all(unit.commands.lo).all(unit.commands.hi).all(submitter).all(unit.commands.fetched);
        footprint.all(unit.registers.commands.prod()).all(unit.registers.commands.cons());
    }
}
