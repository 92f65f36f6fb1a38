package dev.moat.iommu.vtd;

import dev.moat.iommu.vtd.format.Descriptors;

/**
 * Which pages the second word of a device-TLB invalidation names: with S clear one; with S set an aligned range of 2^(n+1), where n is how many
 * of the lowest bits of ADDR are set in a row. {@code @source} VT-d rev. 5.10, 6.5.2.5; Xen 4.21 vtd/x86/ats.c, dev_invalidate_iotlb.
 * {@code @unit} 4 KiB page numbers.
 */
public final class DeviceRange {
    private DeviceRange() {}

    /** One page. */
    public static long page(long number) {
        return Descriptors.DeviceTlb.ADDR.set(0, number);
    }

    /**
     * ADDR of an aligned range: below the lowest clear bit all are set. {@code @source} Xen fd33987ba2 (2014), dev_invalidate_iotlb.
     *
     * @param first its first page
     * @param order binary logarithm of how many there are, at least 1
     */
    public static long address(long first, int order) {
        return (first & -(1L << order)) | ((1L << (order - 1)) - 1);
    }

    /** Several pages, S beside an ADDR. */
    public static long pages(long address) {
        return Descriptors.DeviceTlb.S.mask() | Descriptors.DeviceTlb.ADDR.set(0, address);
    }

    /** All pages: S, bits 62:12 set and bit 63 clear. */
    public static long all() {
        return Descriptors.DeviceTlb.S.mask()
                | Descriptors.DeviceTlb.ADDR.set(0, Descriptors.DeviceTlb.ADDR.max() >>> 1);
    }

    /** Pages in the range. */
    static long count(long word) {
        long address = Descriptors.DeviceTlb.ADDR.get(word);
        return Descriptors.DeviceTlb.S.isSet(word) ? 2L << Long.numberOfTrailingZeros(~address) : 1;
    }

    /** The first of them. */
    static long first(long word) {
        return Descriptors.DeviceTlb.ADDR.get(word) & -count(word);
    }
}
