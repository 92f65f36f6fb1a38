package dev.moat.iommu.vtd.linux;

import dev.moat.iommu.memory.Memory;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.GlobalCommand;
import dev.moat.iommu.vtd.format.Registers.Iqa;
import dev.moat.iommu.vtd.format.Registers.RtAddr;
import dev.moat.iommu.vtd.format.RootEntry;
import dev.moat.iommu.vtd.register.Unit;

/**
 * One unit as Linux starts it, and its invalidation queue: a descriptor, a wait behind it, the tail, and then the status word, which has to
 * be there before a caller goes on. Legacy mode, bus 0. {@code @source} Linux 6.1 dmar.c: qi_submit_sync, iommu.c: init_dmars.
 */
public final class UnitQueue {
    /** Frames of root table, context table, queue and statuses, one after the other. */
    public static final int FRAMES = 4;

    private static final int SHIFT = 12;
    private static final int GCMD = 0x18;
    private static final int RTADDR = 0x20;
    private static final int IQT = 0x88;
    private static final int IQA = 0x90;
    private static final int SLOTS = 256;
    private static final int SLOT_BYTES = 16;
    private static final int DONE = 2;

    private final Unit unit;
    private final Memory memory;
    private final long first;
    private int tail;

    /**
     * @param unit that reads its tables from the memory
     * @param first of {@link #FRAMES} frames, all zero
     */
    public UnitQueue(Unit unit, Memory memory, long first) {
        this.unit = unit;
        this.memory = memory;
        this.first = first;
    }

    /** Queue, root table and translation are switched on, in this order; no device has a context entry yet. */
    public void start(long[] s) {
        unit.reset(s);
        memory.write(s, first << SHIFT, RootEntry.lo(first + 1));
        unit.write(s, IQA, Long.BYTES, Iqa.BASE.set(0, first + 2));
        unit.write(s, GCMD, Integer.BYTES, GlobalCommand.QIE.mask());
        unit.write(s, RTADDR, Long.BYTES, RtAddr.RTA.set(0, first));
        unit.write(s, GCMD, Integer.BYTES, GlobalCommand.QIE.mask() | GlobalCommand.SRTP.mask());
        submit(s, Descriptors.contextGlobal(), 0);
        submit(s, Descriptors.iotlbGlobal(), 0);
        unit.write(s, GCMD, Integer.BYTES, GlobalCommand.QIE.mask() | GlobalCommand.TE.mask());
    }

    /** Where the context entry of a function of bus 0 is. {@code @unit} byte address. */
    long contextEntry(int devfn) {
        return ((first + 1) << SHIFT) + (long) SLOT_BYTES * devfn;
    }

    /**
     * Has one descriptor executed.
     *
     * @throws IllegalStateException when the unit has stopped and the wait behind it is not done
     */
    void submit(long[] s, long lo, long hi) {
        put(s, lo, hi);
        long status = ((first + 3) << SHIFT) + (long) Integer.BYTES * tail;
        memory.write32(s, status, 0);
        put(s, Descriptors.waitStatus(DONE), Descriptors.waitAddress(status));
        unit.write(s, IQT, Long.BYTES, (long) tail * SLOT_BYTES);
        if (memory.read32(s, status) != DONE) {
            throw new IllegalStateException("the unit did not finish descriptor " + Long.toHexString(lo));
        }
    }

    private void put(long[] s, long lo, long hi) {
        long at = ((first + 2) << SHIFT) + (long) SLOT_BYTES * tail;
        memory.write(s, at, lo);
        memory.write(s, at + Long.BYTES, hi);
        tail = (tail + 1) % SLOTS;
    }
}
