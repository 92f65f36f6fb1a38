package dev.moat.iommu.amdvi.semantics;

/**
 * What invalidation commands take from a unit's caches. Whatever else a unit caches, it is the implementation's business
 * that no later answer comes from what was forgotten here.
 */
public interface Caches {
    /** INVALIDATE_DEVTAB_ENTRY: the device table entry of a DevID. */
    void forgetDevice(long[] s, int deviceId);

    /**
     * INVALIDATE_IOMMU_PAGES.
     *
     * @param domainId the tag
     * @param first number of the first 4 KiB page of the range
     * @param count pages in the range, a power of two; 0 for all
     * @param directories whether the directory entries that the range's walks go through are forgotten too
     */
    void forgetPages(long[] s, int domainId, long first, long count, boolean directories);

    /**
     * INVALIDATE_IOTLB_PAGES: translations that a device's own TLB holds. The unit has no part in it, so nothing happens
     * here unless an implementation wants to.
     *
     * @param first as in {@link #forgetPages}
     * @param count likewise
     */
    default void forgetRemote(long[] s, int deviceId, long first, long count) {}

    /** Whether a page fault of a device was logged since the unit forgot its entry; a unit that keeps nothing of a device does not know. */
    default boolean hadFault(long[] s, int deviceId) {
        return false;
    }

    /** One was. */
    default void rememberFault(long[] s, int deviceId) {}

    /** INVALIDATE_IOMMU_ALL. */
    void forgetAll(long[] s);
}
