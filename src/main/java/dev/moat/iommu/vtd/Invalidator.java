package dev.moat.iommu.vtd;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.iommu.vtd.format.SourceId;

/**
 * The effect of an invalidation command, from a descriptor or from registers. Whatever the granularity, the write
 * buffer is emptied first. {@code @source} VTD-INVALIDATION. {@code @oracle} SlowUnit in the tests.
 */
final class Invalidator {
    private final VtdUnit u;
    private final VtdCaches caches;
    private final boolean drainsReads;
    private final boolean drainsWrites;
    private final boolean pageSelective;
    private final int largestMask;

    Invalidator(VtdUnit unit, VtdCaches caches) {
        u = unit;
        this.caches = caches;
        long cap = unit.geometry().capabilities().cap();
        drainsReads = Registers.Cap.DRD.isSet(cap);
        drainsWrites = Registers.Cap.DWD.isSet(cap);
        pageSelective = Registers.Cap.PSI.isSet(cap);
        largestMask = (int) Registers.Cap.MAMV.get(cap);
    }

    /** Invalidates context entries. False, with nothing done, for granularity 0. */
    boolean contexts(long[] s, int granularity, int did, int sid, int functionMask) {
        if (granularity == 0) {
            return false;
        }
        u.late.flush(s);
        switch (granularity) {
            case Descriptors.GLOBAL -> caches.forgetContexts(s, -1, 0, 0);
            case Descriptors.DOMAIN -> caches.forgetContexts(s, did, 0, 0);
            default -> caches.forgetContexts(s, did, sid, SourceId.compared(functionMask));
        }
        return true;
    }

    /**
     * Invalidates translations, and the tables above them.
     *
     * @param range AM, IH and ADDR as in {@link Descriptors.Iotlb}; used for a range of pages only
     * @param reads whether walks in flight lose the right to read, where the unit drains at all
     * @return false, with nothing done, for granularity 0, and for pages without CAP.PSI or above CAP.MAMV
     */
    boolean translations(long[] s, int granularity, int did, long range, boolean reads, boolean writes) {
        int am = (int) Descriptors.Iotlb.AM.get(range);
        boolean pages = granularity == Descriptors.PAGE;
        if (granularity == 0 || (pages && (!pageSelective || am > largestMask))) {
            return false;
        }
        int tag = granularity == Descriptors.GLOBAL ? -1 : did;
        long count = pages ? Descriptors.Iotlb.pageCount(range) : 0;
        long first = pages ? Descriptors.Iotlb.firstPage(range) : 0;
        int drained = (drainsReads && reads ? Rights.READ : 0) | (drainsWrites && writes ? Rights.WRITE : 0);
        u.late.flush(s);
        caches.drain(s, tag, first, count, drained);
        caches.forget(s, tag, first, count, pages && Descriptors.Iotlb.IH.isSet(range));
        return true;
    }
}
