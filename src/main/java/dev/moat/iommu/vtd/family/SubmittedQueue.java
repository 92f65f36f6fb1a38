package dev.moat.iommu.vtd.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.vtd.InvalidationQueue;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * The invalidation queue, with a ghost that remembers which CPU put each descriptor there. A wait names its CPU by its
 * status address, an invalidation does not: two CPUs may queue the same words, and only one of them has yet been served.
 *
 * <p>{@code @shape} one CPU per ring slot, without bits where there is one CPU; 0 for waits and free slots.
 */
final class SubmittedQueue {
    /** In place of a source-id: the page counts. */
    private static final int NO_SID = -1;

    private final VtdUnit unit;
    private final InvalidationQueue queue;
    private final int ring;
    private final Slots submitter;

    /** @param prefix stands before the name of the slots */
    SubmittedQueue(SchemaBuilder schema, String prefix, VtdUnit unit, InvalidationQueue queue, Sort cpus) {
        this.unit = unit;
        this.queue = queue;
        ring = unit.geometry().ring();
        submitter = schema.slots(
                        prefix + "queue.submitter", Role.GHOST, Writer.GHOST, Sort.numbered("RingSlot", "q", ring))
                .live(this::isInvalidation)
                .namesWhile((s, slot) -> isInvalidation(s, slot) && unit.queueLo.get(s, slot) != 0)
                .of(cpus);
    }

    /** Slots that software can still fill. */
    int free(long[] s) {
        return queue.free(s);
    }

    /** Descriptors that hardware has not executed. */
    int count(long[] s) {
        return (int) unit.queueCount.get(s);
    }

    /** Whether these words are the descriptor that is this far behind the head. */
    boolean isAt(long[] s, int distance, long lo, long hi) {
        int slot = slot(s, distance);
        return unit.queueLo.get(s, slot) == lo && unit.queueHi.get(s, slot) == hi;
    }

    /** Appends a descriptor for a CPU. False, with the state untouched, when the queue is full. */
    boolean enqueue(long[] s, int cpu, long lo, long hi) {
        int slot = slot(s, (int) unit.queueCount.get(s));
        if (!queue.enqueue(s, lo, hi)) {
            return false;
        }
        submitter.set(s, slot, isInvalidation(s, slot) ? cpu : 0);
        return true;
    }

    /** Hardware acts on the oldest descriptor, as {@link InvalidationQueue#consume} says. */
    boolean consume(long[] s) {
        int before = (int) unit.queueCount.get(s);
        int head = slot(s, 0);
        if (!queue.consume(s)) {
            return false;
        }
        if (unit.queueCount.get(s) == before) {
            return true;
        }
        boolean rotated = slot(s, 0) == head;
        for (int i = 1; rotated && i < before; i++) {
            submitter.set(s, slot(s, i - 1), submitter.get(s, slot(s, i)));
        }
        submitter.set(s, rotated ? slot(s, before - 1) : head, 0);
        return true;
    }

    /** As {@link InvalidationQueue#overtake}: each descriptor stays its CPU's. */
    public boolean overtake(long[] s, int place) {
        if (!queue.overtake(s, place)) {
            return false;
        }
        long earlier = submitter.get(s, slot(s, place));
        submitter.set(s, slot(s, place), submitter.get(s, slot(s, place + 1)));
        submitter.set(s, slot(s, place + 1), earlier);
        return true;
    }

    /** What a CPU has in the queue for a page under a DID, as {@link Port#finds} says. {@code @unit} a page number. */
    int findsPage(long[] s, int cpu, int did, long page) {
        return finds(s, cpu, did, page, NO_SID);
    }

    /** The same for a source-id's cached context entry. */
    int findsContext(long[] s, int cpu, int sid) {
        return finds(s, cpu, 0, 0, sid);
    }

    private int finds(long[] s, int cpu, int did, long page, int sid) {
        int found = Port.NOTHING;
        int count = (int) unit.queueCount.get(s);
        for (int i = 0; i < count; i++) {
            int slot = slot(s, i);
            if (isInvalidation(s, slot) && submitter.get(s, slot) == cpu) {
                boolean covers = sid == NO_SID
                        ? coversPage(s, slot, did, page)
                        : Coverage.ofContext(unit.queueLo.get(s, slot), sid);
                found = Math.max(found, covers ? Port.COVERED : Port.OTHERS);
            }
        }
        return found;
    }

    /**
     * The same for a page and one descriptor that a CPU submitted, counted from its last one.
     *
     * @param fromEnd how many it submitted later
     */
    int findsFromEnd(long[] s, int cpu, int fromEnd, int did, long page) {
        int later = 0;
        for (int i = (int) unit.queueCount.get(s) - 1; i >= 0; i--) {
            int slot = slot(s, i);
            if (isInvalidation(s, slot) && submitter.get(s, slot) == cpu && later++ == fromEnd) {
                return coversPage(s, slot, did, page) ? Port.COVERED : Port.OTHERS;
            }
        }
        return Port.NOTHING;
    }

    private boolean coversPage(long[] s, int slot, int did, long page) {
        return Coverage.ofPage(unit.queueLo.get(s, slot), unit.queueHi.get(s, slot), did, page);
    }

    /** Whether a wait that writes this data to this address is in the queue. */
    boolean hasWait(long[] s, long lo, long hi) {
        for (int i = 0; i < unit.queueCount.get(s); i++) {
            int slot = slot(s, i);
            if (unit.queueLo.get(s, slot) == lo && unit.queueHi.get(s, slot) == hi) {
                return true;
            }
        }
        return false;
    }

    /** The CPU that submitted the oldest descriptor, or -1 when that is a wait or there is none. */
    int nextSubmitter(long[] s) {
        int head = slot(s, 0);
        return unit.queueCount.get(s) > 0 && isInvalidation(s, head) ? (int) submitter.get(s, head) : -1;
    }

    /** Adds what {@link #findsPage} and {@link #findsContext} read. */
    void read(Footprint footprint) {
        footprint
                .all(unit.queueLo)
                .all(unit.queueHi)
                .all(unit.queueCount)
                .all(unit.queueHead)
                .all(submitter);
    }

    /**
     * Software finds the queue stopped, puts another descriptor in the place of the wrong one, and lets it go on.
     *
     * @return false when it is not stopped
     */
    public boolean repair(long[] s, long lo, long hi) {
        if (unit.queueError.get(s) == 0) {
            return false;
        }
        unit.queueLo.set(s, slot(s, 0), lo);
        unit.queueHi.set(s, slot(s, 0), hi);
        return queue.clearError(s);
    }

    /**
     * Software finds the queue stopped and lets it go on as it is.
     *
     * @return false when it is not stopped
     */
    public boolean resume(long[] s) {
        return unit.queueError.get(s) != 0 && queue.clearError(s);
    }

    /** The first word of the oldest descriptor. */
    public long oldest(long[] s) {
        return unit.queueLo.get(s, slot(s, 0));
    }

    /** The slot that is this far behind the head. */
    private int slot(long[] s, int distance) {
        return ((int) unit.queueHead.get(s) + distance) & (ring - 1);
    }

    private boolean isInvalidation(long[] s, int slot) {
        return Coverage.isInvalidation(unit.queueLo.get(s, slot));
    }
}
