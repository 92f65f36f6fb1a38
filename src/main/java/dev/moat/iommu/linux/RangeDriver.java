package dev.moat.iommu.linux;

/**
 * The two callbacks that the thread of 2011 (docs/explanation/posts/2011-iommu-api.md) adds to the IOMMU API, {@code
 * alloc_iova_range} and {@code free_iova_range}. A driver's domain manages the addresses, reserved ranges included. A
 * DMA layer takes some and gives them back.
 *
 * <p>{@code @unit} pages of the domain's smallest size, numbered from address 0.
 */
public interface RangeDriver {
    /**
     * Takes a range of addresses.
     *
     * @param device that it is for: how far it reaches, and what a range of it must not cross
     * @param pages at least 1
     * @return the first page, or below 0 a {@link DmaResult}
     */
    long allocIovaRange(long[] s, int cpu, DmaDevice device, long pages);

    /** Gives a range back, as it was taken; what led anywhere from it has been cleared. */
    void freeIovaRange(long[] s, int cpu, long first, long pages);
}
