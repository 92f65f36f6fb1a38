package dev.moat.iommu.vtd.family;

import dev.moat.iommu.vtd.format.Descriptors;

/** The cached entries that a descriptor, or a command in its form, removes. */
final class Coverage {
    private Coverage() {}

    /** Whether it removes what is cached for a page under a DID. {@code @unit} a 4 KiB page number. */
    static boolean ofPage(long lo, long hi, int did, long page) {
        int granularity = (int) Descriptors.G.get(lo);
        if (Descriptors.TYPE.get(lo) != Descriptors.IOTLB
                || (granularity > Descriptors.GLOBAL && Descriptors.DID.get(lo) != did)) {
            return false;
        }
        long span = -1L << Descriptors.Iotlb.AM.get(hi);
        return granularity < Descriptors.PAGE || ((Descriptors.Iotlb.ADDR.get(hi) ^ page) & span) == 0;
    }

    /** Whether it removes a source-id's cached context entry. */
    static boolean ofContext(long lo, int sid) {
        return Descriptors.TYPE.get(lo) == Descriptors.CONTEXT_CACHE
                && (Descriptors.G.get(lo) < Descriptors.DEVICE || Descriptors.ContextCache.SID.get(lo) == sid);
    }

    /** Whether it is an invalidation at all. */
    static boolean isInvalidation(long lo) {
        return Descriptors.TYPE.get(lo) != Descriptors.WAIT;
    }
}
