package dev.moat.iommu.queue;

import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * The command queue as software uses it: what it wrote, and how far the head has to come until each CPU goes on. A ghost remembers
 * which CPU put each invalidation there, which no command says.
 *
 * <p>{@code @shape} one CPU per queue entry, without bits where there is one CPU. A place is counted from the oldest command. {@code
 * @source} Linux riscv_iommu_queue_wait, arm_smmu_cmdq_issue_cmdlist: a CPU polls the head until it is behind the CPU's fence.
 */
public final class SubmittedCommands {
    /** What a command removes. */
    public interface Coverage {
        /** Whether it removes what is cached for a page under a tag. */
        boolean ofPage(long lo, long hi, int tag, int page);

        /** Whether it removes the cached entry of a requester. */
        boolean ofEntry(long lo, long hi, int requester);
    }

    /** In place of a requester: the page counts. */
    private static final int NO_DEVICE = -1;

    private final CommandSlots queue;
    private final CommandUnit unit;
    private final CommandRing ring;
    private final Coverage coverage;
    private final int cpus;
    private final Slots submitter;
    /** How many commands the head has to pass until a CPU goes on; 0 when it has. */
    private final Slots awaited;

    /** @param prefix stands before the names of the slots */
    public SubmittedCommands(
            SchemaBuilder schema, String prefix, CommandSlots queue, CommandUnit unit, Coverage coverage, Sizes sizes) {
        this.queue = queue;
        this.unit = unit;
        this.coverage = coverage;
        ring = new CommandRing(queue, unit);
        Sort cpu = sizes.cpus().sort();
        cpus = cpu.size();
        int size = queue.shape().ring();
        submitter = sizes.ofSubmitters(schema)
                .slots(prefix + "command.submitter", Role.GHOST, Writer.GHOST, Sort.numbered("QueueEntry", "c", size))
                .live((s, entry) -> unit.isInvalidation(queue.lo.get(s, entry)))
                .of(cpu);
        awaited = schema.slots(prefix + "cpu.awaited", Role.HYPERVISOR, Writer.HYPERVISOR, cpu)
                .live(sizes.cpus().busy())
                .bits(SlotsBuilder.bitsFor(queue.shape().most()));
    }

    /** Commands that software can still write. */
    int free(long[] s) {
        return ring.free(s);
    }

    /** Appends a command for a CPU. False, with the state untouched, when the queue is full. */
    boolean submit(long[] s, int cpu, long lo, long hi) {
        int entry = ring.entry(s, ring.count(s));
        if (!ring.submit(s, lo, hi)) {
            return false;
        }
        submitter.set(s, entry, unit.isInvalidation(lo) ? cpu : 0);
        return true;
    }

    /** A CPU waits until the head is behind the newest command. */
    void awaitNewest(long[] s, int cpu) {
        awaited.set(s, cpu, queue.pending(s));
    }

    /** A CPU waits for nothing. */
    void awaitNothing(long[] s, int cpu) {
        awaited.set(s, cpu, 0);
    }

    /** Whether the head is where a CPU waits for it. */
    boolean isPassed(long[] s, int cpu) {
        return awaited.get(s, cpu) == 0;
    }

    /** Whether there are commands that the unit has not executed. */
    public boolean isPending(long[] s) {
        return ring.count(s) != 0;
    }

    /** The unit fetches a command, as {@link CommandRing#fetch} says. */
    public boolean fetch(long[] s, boolean waits) {
        int before = queue.pending(s);
        int count = ring.count(s);
        int place = queue.fetched(s);
        int first = ring.entry(s, 0);
        if (!ring.fetch(s, waits)) {
            return false;
        }
        passed(s, before);
        if (ring.count(s) != count) {
            removed(s, first, place, count);
        }
        return true;
    }

    /** The unit executes a command, as {@link CommandRing#consume} says. */
    public boolean consume(long[] s, int place) {
        int before = queue.pending(s);
        int count = ring.count(s);
        int first = ring.entry(s, 0);
        if (!ring.consume(s, place)) {
            return false;
        }
        passed(s, before);
        if (ring.count(s) != count) {
            removed(s, first, place, count);
        }
        return true;
    }

    private void passed(long[] s, int before) {
        int by = before - queue.pending(s);
        for (int cpu = 0; cpu < cpus; cpu++) {
            awaited.set(s, cpu, Math.max(0, awaited.get(s, cpu) - by));
        }
    }

    /** The ghost follows when a command is taken out of the queue, and the others close up, to the first entry or to the head. */
    private void removed(long[] s, int first, int place, int before) {
        int mask = queue.shape().ring() - 1;
        for (int i = place; i > 0; i--) {
            submitter.set(s, first + i & mask, submitter.get(s, first + i - 1 & mask));
        }
        submitter.set(s, first, 0);
        boolean rotated = ring.entry(s, 0) == first;
        for (int i = 1; rotated && i < before; i++) {
            submitter.set(s, i - 1, submitter.get(s, i));
            submitter.set(s, i, 0);
        }
    }

    /**
     * A fetched command is executed before the one in front of it, later on.
     *
     * @param place of the one in front
     * @return false, with the state untouched, unless both are fetched, and not the same ones
     */
    public boolean overtake(long[] s, int place) {
        if (!ring.isFetched(s, place + 1)) {
            return false;
        }
        long lo = ring.lo(s, place);
        long hi = ring.hi(s, place);
        long laterLo = ring.lo(s, place + 1);
        long laterHi = ring.hi(s, place + 1);
        int cpu = submitter(s, place);
        int laterCpu = submitter(s, place + 1);
        if (lo == laterLo && hi == laterHi && cpu == laterCpu) {
            return false;
        }
        ring.replace(s, place, laterLo, laterHi);
        ring.replace(s, place + 1, lo, hi);
        submitter.set(s, ring.entry(s, place), laterCpu);
        submitter.set(s, ring.entry(s, place + 1), cpu);
        return true;
    }

    private int submitter(long[] s, int place) {
        return (int) submitter.get(s, ring.entry(s, place));
    }

    /** What a CPU has in the queue for a page under a tag, as {@link Port#finds} says. */
    int findsPage(long[] s, int cpu, int tag, int page) {
        return finds(s, cpu, tag, page, NO_DEVICE);
    }

    /** The same for the cached entry of a requester. */
    int findsEntry(long[] s, int cpu, int requester) {
        return finds(s, cpu, 0, 0, requester);
    }

    private int finds(long[] s, int cpu, int tag, int page, int requester) {
        int found = Port.NOTHING;
        for (int i = 0; i < ring.count(s); i++) {
            if (isInvalidation(s, i) && submitter(s, i) == cpu) {
                boolean covers = requester == NO_DEVICE
                        ? coverage.ofPage(ring.lo(s, i), ring.hi(s, i), tag, page)
                        : coverage.ofEntry(ring.lo(s, i), ring.hi(s, i), requester);
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
                return coverage.ofPage(ring.lo(s, i), ring.hi(s, i), tag, page) ? Port.COVERED : Port.OTHERS;
            }
        }
        return Port.NOTHING;
    }

    /** Whether the last command that the unit has not executed is a fence. */
    boolean endsWithFence(long[] s) {
        return ring.count(s) > 0 && !isInvalidation(s, ring.count(s) - 1);
    }

    /** The CPU that submitted the oldest command, or -1 when that is a fence or there is none. */
    int nextSubmitter(long[] s) {
        return ring.count(s) > 0 && isInvalidation(s, 0) ? submitter(s, 0) : -1;
    }

    private boolean isInvalidation(long[] s, int place) {
        return unit.isInvalidation(ring.lo(s, place));
    }

    /** Adds what {@link #findsPage} and {@link #findsEntry} read. */
    void read(Footprint footprint) {
        queue.read(footprint);
        footprint.all(submitter);
    }
}
