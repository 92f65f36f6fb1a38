package dev.moat.iommu.vtd;

import dev.moat.iommu.vtd.format.FaultReason;
import dev.moat.iommu.vtd.format.Registers.FrcdHi;
import dev.moat.iommu.vtd.format.Registers.FrcdLo;
import dev.moat.iommu.vtd.format.Registers.Fsts;

/**
 * Primary fault recording: the hardware's record of a blocked request, which software clears. One record per device at
 * a time; records are used in turn; when the next one is still in use the fault is lost and overflow is set. Exists
 * with {@link VtdGeometry.Part#FAULT_RECORDS}. Fault events (interrupts) are not modelled. {@code @source}
 * VTD-FAULT-RECORDING.
 */
public final class FaultRecords {
    private final VtdUnit u;
    private final VtdCaches caches;
    private final VtdWalk walk;

    /** Throws {@link IllegalArgumentException} when the unit was declared without its fault records. */
    public FaultRecords(VtdUnit unit, VtdCaches caches, VtdWalk walk) {
        if (!unit.geometry().options().has(VtdGeometry.Part.FAULT_RECORDS)) {
            throw new IllegalArgumentException("the unit's fault records are left out");
        }
        u = unit;
        this.caches = caches;
        this.walk = walk;
    }

    /**
     * A device's request is blocked, and the unit records the fault.
     *
     * @return false when the request is not blocked, or its fault leaves no trace: it is qualified and the context entry
     *     has FPD set, overflow is set, or the device has a record already
     */
    public boolean fault(long[] s, int requester, int page, boolean write) {
        long answer = caches.answer(s, requester, page, write);
        int code = (int) Translation.OUTCOME.get(answer);
        if (code == Translation.TRANSLATED || code == Translation.INTERRUPT_RANGE) {
            return false;
        }
        boolean suppressed = FaultReason.ofCode(code).qualified() && walk.isFaultUnrecorded(s, requester);
        int sid = u.geometry().sourceIds().get(requester);
        if (suppressed || u.faultOverflow.get(s) != 0 || hasRecord(s, sid)) {
            return false;
        }
        int next = (int) u.faultNext.get(s);
        if (FrcdHi.F.isSet(u.frcdHi.get(s, next))) {
            u.faultOverflow.set(s, 1);
            return true;
        }
        if (!isPending(s)) {
            u.faultIndex.set(s, next);
        }
        u.frcdLo.set(s, next, FrcdLo.FI.set(0, u.geometry().pageNumber(page)));
        long hi = FrcdHi.FR.set(FrcdHi.SID.set(FrcdHi.F.mask(), sid), code);
        u.frcdHi.set(s, next, FrcdHi.T.set(hi, write ? 0 : 1));
        u.faultNext.set(s, (next + 1) % u.frcdHi.size());
        return true;
    }

    private boolean hasRecord(long[] s, int sid) {
        for (int i = 0; i < u.frcdHi.size(); i++) {
            long hi = u.frcdHi.get(s, i);
            if (FrcdHi.F.isSet(hi) && FrcdHi.SID.get(hi) == sid) {
                return true;
            }
        }
        return false;
    }

    /** Whether a record names a requester; meaningful where F is set. */
    boolean isOf(long[] s, int record, int requester) {
        return FrcdHi.SID.get(u.frcdHi.get(s, record))
                == u.geometry().sourceIds().get(requester);
    }

    private boolean isPending(long[] s) {
        for (int i = 0; i < u.frcdHi.size(); i++) {
            if (FrcdHi.F.isSet(u.frcdHi.get(s, i))) {
                return true;
            }
        }
        return false;
    }

    /** Software clears F of a record, which empties it. False when it is clear. */
    public boolean clear(long[] s, int record) {
        if (!FrcdHi.F.isSet(u.frcdHi.get(s, record))) {
            return false;
        }
        u.frcdLo.set(s, record, 0);
        u.frcdHi.set(s, record, 0);
        if (!isPending(s)) {
            u.faultIndex.set(s, 0);
        }
        return true;
    }

    /** Software clears FSTS.PFO. False when it is clear. */
    public boolean clearOverflow(long[] s) {
        if (u.faultOverflow.get(s) == 0) {
            return false;
        }
        u.faultOverflow.set(s, 0);
        return true;
    }

    /** FSTS; FRI is the record that was written first since none was pending, and 0 while none is. */
    public long fsts(long[] s) {
        long fsts = Fsts.PFO.set(0, u.faultOverflow.get(s));
        fsts = Fsts.PPF.set(fsts, isPending(s) ? 1 : 0);
        fsts = Fsts.IQE.set(fsts, u.queueError.get(s));
        return Fsts.FRI.set(fsts, u.faultIndex.get(s));
    }
}
