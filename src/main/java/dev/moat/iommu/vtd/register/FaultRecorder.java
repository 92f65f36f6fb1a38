package dev.moat.iommu.vtd.register;

import dev.moat.iommu.vtd.format.Registers.FrcdHi;
import dev.moat.iommu.vtd.format.Registers.FrcdLo;
import dev.moat.iommu.vtd.format.Registers.Fsts;

/**
 * Primary fault recording and the fault event. One record per requester at a time; records are used in turn; when the next
 * one is still in use the fault is lost and overflow is set; while it is set nothing is recorded. {@code @source}
 * VTD-FAULT-RECORDING.
 */
final class FaultRecorder {
    /** Causes of the fault event: it is raised when the first of them is set. */
    private static final long CAUSES =
            Fsts.PFO.mask() | Fsts.PPF.mask() | Fsts.IQE.mask() | Fsts.ICE.mask() | Fsts.ITE.mask();

    private static final int FIRST = Register.ALL.length;

    private final UnitState u;
    private final EventControl event;
    private final int records;

    FaultRecorder(UnitState u, EventControl event, int records) {
        this.u = u;
        this.event = event;
        this.records = records;
    }

    private int lo(int record) {
        return FIRST + 2 * record;
    }

    private long hi(long[] s, int record) {
        return u.registers.get(s, lo(record) + 1);
    }

    private long fsts(long[] s) {
        return u.high(s, Register.FAULT_STATUS);
    }

    /**
     * Records a fault, or not.
     *
     * @param lo {@link FrcdLo} word
     * @param hi {@link FrcdHi} word without F
     */
    void record(long[] s, long lo, long hi) {
        if (Fsts.PFO.isSet(fsts(s)) || hasRecord(s, FrcdHi.SID.get(hi))) {
            return;
        }
        int next = (int) u.faultNext.get(s);
        if (FrcdHi.F.isSet(hi(s, next))) {
            change(s, fsts(s) | Fsts.PFO.mask());
            return;
        }
        u.registers.set(s, lo(next), lo);
        u.registers.set(s, lo(next) + 1, hi | FrcdHi.F.mask());
        long pending = Fsts.PPF.isSet(fsts(s)) ? fsts(s) : Fsts.FRI.set(fsts(s), next);
        u.faultNext.set(s, next + 1 == records ? 0 : next + 1);
        change(s, pending | Fsts.PPF.mask());
    }

    private boolean hasRecord(long[] s, long sid) {
        for (int i = 0; i < records; i++) {
            if (FrcdHi.F.isSet(hi(s, i)) && FrcdHi.SID.get(hi(s, i)) == sid) {
                return true;
            }
        }
        return false;
    }

    /** The queue has stopped at an error. */
    void queueError(long[] s) {
        change(s, fsts(s) | Fsts.IQE.mask());
    }

    private void change(long[] s, long fsts) {
        boolean first = (fsts(s) & CAUSES) == 0;
        u.setHigh(s, Register.FAULT_STATUS, fsts);
        if (first) {
            event.raise(s);
        }
    }

    /** Software has cleared bits of FSTS or F of a record. */
    void cleared(long[] s) {
        boolean pending = false;
        for (int i = 0; i < records; i++) {
            pending |= FrcdHi.F.isSet(hi(s, i));
        }
        long fsts = Fsts.PPF.set(fsts(s), pending ? 1 : 0);
        u.setHigh(s, Register.FAULT_STATUS, fsts);
        if ((fsts & CAUSES) == 0) {
            event.drop(s);
        }
    }

    /** Neither DMA nor interrupts are remapped: the records are used from the first one again (VT-d 7.2.1, rev. 5.10). */
    void restart(long[] s) {
        u.faultNext.set(s, 0);
    }

    boolean isQueueStopped(long[] s) {
        return Fsts.IQE.isSet(fsts(s));
    }
}
