package dev.moat.iommu.vtd.register;

import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.PasidDescriptors;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Iva;
import dev.moat.iommu.vtd.format.SourceId;
import dev.moat.iommu.vtd.register.TranslationCache.Scope;

/**
 * What an invalidation command takes from the caches, given by a descriptor or by registers. Domain-selective invalidation of
 * contexts is done globally, which hardware may; requesters in pass-through are looked at again. {@code @source}
 * VTD-INVALIDATION.
 */
final class Invalidations {
    private final Caches caches;
    private final PassThrough passThrough;
    private final boolean pageSelective;
    private final int largestMask;
    private final int largestPasidMask;

    Invalidations(Caches caches, PassThrough passThrough, UnitOptions options) {
        this.caches = caches;
        this.passThrough = passThrough;
        pageSelective = Cap.PSI.isSet(options.cap());
        largestMask = (int) Cap.MAMV.get(options.cap());
        boolean checked = options.deviations().has(Deviation.PASID_PAGE_MASK_CHECKED);
        largestPasidMask = checked ? largestMask : (int) Iva.AM.max();
    }

    /** Whose root table says in which mode the unit is. */
    DeviceTables deviceTables() {
        return passThrough.deviceTables();
    }

    /** What they take from. */
    Caches caches() {
        return caches;
    }

    /**
     * Context entries, and PASID entries under them.
     *
     * @return the granularity of what was done, or 0 for one that has no meaning
     */
    int contexts(long[] s, int granularity, int sid, int functionMask) {
        if (granularity == 0) {
            return 0;
        }
        boolean one = granularity == Descriptors.DEVICE;
        int mask = one ? SourceId.compared(functionMask) : 0;
        caches.contexts.forget(s, sid, mask);
        caches.pasids.forget(s, sid, mask);
        passThrough.look(s, sid, mask);
        return one ? Descriptors.DEVICE : Descriptors.GLOBAL;
    }

    /**
     * Translations of a DID, whatever their PASID.
     *
     * @param range an {@link Iva}; counts for pages only
     * @return the granularity of what was done, or 0 for one that has no meaning, a mask above CAP.MAMV, or pages without
     *     CAP.PSI
     */
    int translations(long[] s, int granularity, int did, long range) {
        int am = (int) Iva.AM.get(range);
        boolean pages = granularity == Descriptors.PAGE;
        if (granularity == 0 || (pages && (!pageSelective || am > largestMask))) {
            return 0;
        }
        Scope scope = pages ? Scope.PAGES : granularity == Descriptors.DOMAIN ? Scope.DOMAIN : Scope.EVERYTHING;
        forget(s, scope, did, 0, range, pages);
        return granularity;
    }

    /**
     * Translations of a PASID of a DID.
     *
     * @param range an {@link Iva}; counts for pages only
     * @return false for a granularity that has no meaning, or a mask that is not taken
     */
    boolean translationsOfPasid(long[] s, int granularity, int did, long pasid, long range) {
        if (granularity == PasidDescriptors.ALL_OF_PASID) {
            forget(s, Scope.PASID, did, pasid, range, false);
        } else if (granularity == PasidDescriptors.PAGES_OF_PASID && Iva.AM.get(range) <= largestPasidMask) {
            forget(s, Scope.PAGES_OF_PASID, did, pasid, range, true);
        } else {
            return false;
        }
        return true;
    }

    /**
     * A page that a device asks for, and the tables above it: as far as VT-d 6.5.3.1 has it (rev. 5.10, Table 27).
     *
     * @param kind what leads to it, a PGTT
     * @param address its byte address, aligned to 4 KiB
     */
    void page(long[] s, int kind, int did, long pasid, long address) {
        Scope scope = switch (kind) {
            case PasidEntry.FIRST_LEVEL -> Scope.PAGES_OF_PASID;
            case PasidEntry.NESTED -> Scope.DOMAIN;
            default -> Scope.PAGES;
        };
        forget(s, scope, did, pasid, address, false);
    }

    /**
     * The same where translations serve one requester, whatever their DID.
     *
     * @param address its byte address, aligned to 4 KiB
     */
    void pageOfRequester(long[] s, int sid, long pasid, long address) {
        long page = Iva.ADDR.get(address);
        caches.pages.forgetOf(s, sid, pasid, page);
        caches.pagingStructures.forgetOf(s, sid, pasid, page);
    }

    private void forget(long[] s, Scope scope, int did, long pasid, long range, boolean hinted) {
        long page = Iva.ADDR.get(range);
        int am = (int) Iva.AM.get(range);
        caches.pages.forget(s, scope, did, pasid, page, am);
        boolean leavesTables = hinted && Iva.IH.isSet(range);
        if (!leavesTables) {
            caches.pagingStructures.forget(s, scope, did, pasid, page, am);
        } else if (scope == Scope.PAGES) {
            // The hint of a command that names no PASID is about second-level tables (VT-d 6.5.2.3, rev. 5.10).
            caches.pagingStructures.forget(s, Scope.FIRST_LEVEL, did, pasid, page, am);
        }
    }

    /** PASID entries; a reserved granularity does nothing. */
    void pasids(long[] s, int granularity, int did, long pasid) {
        long tag = UnitState.PASID.set(UnitState.DID.set(0, did), pasid);
        switch (granularity) {
            case PasidDescriptors.CACHE_DOMAIN -> caches.pasids.forget(s, tag, UnitState.DID.mask());
            case PasidDescriptors.CACHE_PASID ->
                caches.pasids.forget(s, tag, UnitState.DID.mask() | UnitState.PASID.mask());
            case PasidDescriptors.CACHE_GLOBAL -> caches.pasids.forget(s, 0, 0);
            default -> {
                // Reserved, and no error in the recorded unit.
            }
        }
        passThrough.pasidsInvalidated(s, granularity, did, pasid);
    }

    /** Everything of DMA remapping; requesters in pass-through are looked at again. */
    void everything(long[] s) {
        caches.forgetAll(s);
        passThrough.look(s, 0, 0);
    }
}
