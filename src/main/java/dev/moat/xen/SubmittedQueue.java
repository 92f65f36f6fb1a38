package dev.moat.xen;

import dev.moat.iommu.vtd.Descriptors;
import dev.moat.iommu.vtd.InvalidationQueue;
import dev.moat.iommu.vtd.VtdUnit;
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
                .of(cpus);
    }

    /** Slots that software can still fill. */
    int free(long[] s) {
        return queue.free(s);
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

    /** The slot that is this far behind the head. */
    private int slot(long[] s, int distance) {
        return ((int) unit.queueHead.get(s) + distance) & (ring - 1);
    }

    private boolean isInvalidation(long[] s, int slot) {
        return Descriptors.TYPE.get(unit.queueLo.get(s, slot)) != Descriptors.WAIT;
    }
}
