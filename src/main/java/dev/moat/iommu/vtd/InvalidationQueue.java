package dev.moat.iommu.vtd;

import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.iommu.vtd.format.Reserved;

/**
 * The invalidation queue: software writes descriptors at the tail, hardware executes them at the head, some time
 * later. They run in order, except those that {@link #overtake} each other.
 *
 * <p>{@code @shape} a ring of {@link VtdGeometry#ring} slots that holds one descriptor less. {@code @source} VTD-QI.
 * {@code @oracle} SlowUnit in the tests.
 */
public final class InvalidationQueue {
    private final VtdUnit u;
    private final Invalidator invalidator;
    private final Devices devices;
    private final int ring;
    private final boolean rotates;
    private final long[] reservedLo = new long[Descriptors.WAIT + 1];
    private final long[] reservedHi = new long[Descriptors.WAIT + 1];
    private final boolean[] known = new boolean[Descriptors.WAIT + 1];

    /** What devices do with the invalidation requests that the unit sends them. */
    @FunctionalInterface
    public interface Devices {
        /**
         * A device forgets, and has answered.
         *
         * @param sid its source-id
         * @param range second word of the descriptor, as {@link Descriptors.DeviceTlb} has it
         */
        void forget(long[] s, int sid, long range);
    }

    /** The queue of a unit whose devices keep nothing. */
    public InvalidationQueue(VtdUnit unit, VtdCaches caches) {
        this(unit, caches, (s, sid, range) -> {});
    }

    /** The queue of a unit whose devices may keep translations. */
    public InvalidationQueue(VtdUnit unit, VtdCaches caches, Devices devices) {
        u = unit;
        this.devices = devices;
        invalidator = new Invalidator(unit, caches);
        VtdGeometry g = unit.geometry();
        ring = g.ring();
        rotates = !g.options().keepRingPosition();
        long ecap = g.capabilities().ecap();
        know(Descriptors.CONTEXT_CACHE);
        know(Descriptors.IOTLB);
        know(Descriptors.WAIT);
        if (!Registers.Ecap.PDS.isSet(ecap)) {
            reservedLo[Descriptors.WAIT] |= Descriptors.Wait.PD.mask();
        }
        if (Registers.Ecap.DT.isSet(ecap)) {
            know(Descriptors.DEVICE_TLB);
        }
        if (Registers.Ecap.IR.isSet(ecap)) {
            know(Descriptors.INTERRUPT_ENTRY_CACHE);
        }
    }

    private void know(int type) {
        known[type] = true;
        reservedLo[type] = Reserved.mask(Descriptors.fieldsLo(type)) | Descriptors.TYPE_HIGH.mask();
        reservedHi[type] = Reserved.mask(Descriptors.fieldsHi(type));
    }

    /** Slots that software can still fill. */
    public int free(long[] s) {
        return ring - 1 - (int) u.queueCount.get(s);
    }

    /** Appends a descriptor. False, with the state untouched, when the queue is full. */
    public boolean enqueue(long[] s, long lo, long hi) {
        int count = (int) u.queueCount.get(s);
        if (count == ring - 1) {
            return false;
        }
        int slot = ((int) u.queueHead.get(s) + count) & (ring - 1);
        u.queueLo.set(s, slot, lo);
        u.queueHi.set(s, slot, hi);
        u.queueCount.set(s, count + 1);
        return true;
    }

    /** IQH: byte offset of the oldest descriptor. */
    public long headRegister(long[] s) {
        return Registers.QueueOffset.INDEX.set(0, u.queueHead.get(s));
    }

    /** IQT: byte offset of the next free slot. */
    public long tailRegister(long[] s) {
        return Registers.QueueOffset.INDEX.set(0, (u.queueHead.get(s) + u.queueCount.get(s)) & (ring - 1));
    }

    /**
     * Executes the oldest descriptor. A descriptor that is wrong (unknown type, reserved bit set, granularity 0, page
     * range without CAP.PSI or above CAP.MAMV) stays at the head and sets {@link VtdUnit#queueError}.
     *
     * @return false when the queue is empty, stopped by an error, or switched off
     */
    public boolean consume(long[] s) {
        if (u.queueCount.get(s) == 0 || u.queueError.get(s) != 0 || !Registers.Gsts.QIES.isSet(u.gsts.get(s))) {
            return false;
        }
        int head = (int) u.queueHead.get(s);
        if (execute(s, u.queueLo.get(s, head), u.queueHi.get(s, head))) {
            retire(s, head);
        } else {
            u.queueError.set(s, 1);
        }
        return true;
    }

    /**
     * Hardware takes a descriptor in hand before the one that was queued before it. Waits keep their place: what was queued
     * before them is done when they are, and what was queued after them begins later. An IOTLB invalidation never overtakes
     * one of the context cache, whose stale entry could fill the IOTLB again. {@code @source} VT-d 6.5.2.12 (rev. 5.10).
     *
     * @param place of the earlier one, counted from the head
     * @return false when there are not two invalidations from there on, or not two that may change places, or the queue is
     *     stopped by an error or switched off
     */
    public boolean overtake(long[] s, int place) {
        if (place + 1 >= u.queueCount.get(s) || u.queueError.get(s) != 0 || !Registers.Gsts.QIES.isSet(u.gsts.get(s))) {
            return false;
        }
        int earlier = ((int) u.queueHead.get(s) + place) & (ring - 1);
        int later = (earlier + 1) & (ring - 1);
        int before = type(s, earlier);
        int behind = type(s, later);
        boolean kept = before == Descriptors.CONTEXT_CACHE && behind == Descriptors.IOTLB;
        if (before == Descriptors.WAIT || behind == Descriptors.WAIT || kept) {
            return false;
        }
        long lo = u.queueLo.get(s, earlier);
        long hi = u.queueHi.get(s, earlier);
        u.queueLo.set(s, earlier, u.queueLo.get(s, later));
        u.queueHi.set(s, earlier, u.queueHi.get(s, later));
        u.queueLo.set(s, later, lo);
        u.queueHi.set(s, later, hi);
        return true;
    }

    private int type(long[] s, int slot) {
        return (int) Descriptors.TYPE.get(u.queueLo.get(s, slot));
    }

    /** Software clears FSTS.IQE; the consumer then tries the descriptor at the head again. False when it is clear. */
    public boolean clearError(long[] s) {
        if (u.queueError.get(s) == 0) {
            return false;
        }
        u.queueError.set(s, 0);
        return true;
    }

    private void retire(long[] s, int head) {
        int count = (int) u.queueCount.get(s) - 1;
        u.queueCount.set(s, count);
        if (!rotates) {
            u.queueHead.set(s, (head + 1) & (ring - 1));
        }
        for (int slot = 0; rotates && slot < count; slot++) {
            u.queueLo.set(s, slot, u.queueLo.get(s, slot + 1));
            u.queueHi.set(s, slot, u.queueHi.get(s, slot + 1));
        }
        int freed = rotates ? count : head;
        u.queueLo.set(s, freed, 0);
        u.queueHi.set(s, freed, 0);
    }

    /** Whether the descriptor was right; if so, it has been executed. */
    private boolean execute(long[] s, long lo, long hi) {
        int type = (int) Descriptors.TYPE.get(lo);
        if (type >= known.length || !known[type] || (lo & reservedLo[type]) != 0 || (hi & reservedHi[type]) != 0) {
            return false;
        }
        return switch (type) {
            case Descriptors.CONTEXT_CACHE -> invalidateContexts(s, lo);
            case Descriptors.IOTLB -> invalidateTranslations(s, lo, hi);
            case Descriptors.WAIT -> complete(s, lo, hi);
            case Descriptors.DEVICE_TLB -> invalidateDevice(s, lo, hi);
            // Interrupt entries are not in the state: nothing to forget.
            default -> true;
        };
    }

    private boolean invalidateContexts(long[] s, long lo) {
        int sid = (int) Descriptors.ContextCache.SID.get(lo);
        int functionMask = (int) Descriptors.ContextCache.FM.get(lo);
        return invalidator.contexts(s, (int) Descriptors.G.get(lo), (int) Descriptors.DID.get(lo), sid, functionMask);
    }

    /** The request goes to the device, and the descriptor is done when that has answered. */
    private boolean invalidateDevice(long[] s, long lo, long hi) {
        devices.forget(s, (int) Descriptors.DeviceTlb.SID.get(lo), hi);
        return true;
    }

    private boolean invalidateTranslations(long[] s, long lo, long hi) {
        boolean reads = Descriptors.Iotlb.DR.isSet(lo);
        boolean writes = Descriptors.Iotlb.DW.isSet(lo);
        return invalidator.translations(
                s, (int) Descriptors.G.get(lo), (int) Descriptors.DID.get(lo), hi, reads, writes);
    }

    /** Whether what waits in the queue store is a value that a status can have. */
    public boolean areWaitsOfStatus(long[] s) {
        for (int i = 0; u.status.size() > 0 && i < u.queueLo.size(); i++) {
            long lo = u.queueLo.get(s, i);
            long data = Descriptors.Wait.DATA.get(lo);
            if (Descriptors.TYPE.get(lo) == Descriptors.WAIT && (data & ~u.status.varying()) != 0) {
                return false;
            }
        }
        return true;
    }

    /** A status write to an address that is no CPU's wait status goes to memory outside the model. */
    private boolean complete(long[] s, long lo, long hi) {
        if (Descriptors.Wait.SW.isSet(lo)) {
            long address = Descriptors.Wait.ADDR.get(hi) << Descriptors.Wait.ADDR.lo();
            for (int cpu = 0; cpu < u.status.size(); cpu++) {
                if (u.map().statusAddress(cpu) == address) {
                    u.status.set(s, cpu, Descriptors.Wait.DATA.get(lo));
                }
            }
        }
        if (Descriptors.Wait.IF.isSet(lo)) {
            u.waitComplete.set(s, 1);
        }
        return true;
    }
}
