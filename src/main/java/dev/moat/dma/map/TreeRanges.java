package dev.moat.dma.map;

import dev.moat.dma.DmaDevice;
import dev.moat.dma.DmaResult;
import dev.moat.dma.RangeDriver;
import dev.moat.dma.iova.IovaCaches;
import dev.moat.dma.iova.IovaDomain;

/**
 * Addresses for a driver that leaves them to the layer: Linux's tree and caches, below 4 GiB first, so that a device need not send
 * addresses in two cycles; then wherever it reaches. {@code @source} Linux 6.1 dma-iommu.c: iommu_dma_alloc_iova.
 */
public final class TreeRanges implements RangeDriver {
    private static final long LAST_LOW = (1L << 32) - 1;

    private final IovaCaches iovas;
    private final long granule;

    /** @param granule {@code @unit} bytes of a page of the caches */
    public TreeRanges(IovaCaches iovas, long granule) {
        this.iovas = iovas;
        this.granule = granule;
    }

    @Override
    public long allocIovaRange(long[] s, int cpu, DmaDevice device, long pages) {
        long limit = device.busLimit() == 0 || Long.compareUnsigned(device.mask(), device.busLimit()) < 0
                ? device.mask()
                : device.busLimit();
        long pfn = IovaDomain.NONE;
        if (Long.compareUnsigned(limit, LAST_LOW) > 0) {
            pfn = iovas.allocate(s, cpu, pages, LAST_LOW / granule, false);
        }
        if (pfn == IovaDomain.NONE) {
            pfn = iovas.allocate(s, cpu, pages, Long.divideUnsigned(limit, granule), true);
        }
        return pfn == IovaDomain.NONE ? DmaResult.FAILED : pfn;
    }

    @Override
    public void freeIovaRange(long[] s, int cpu, long first, long pages) {
        iovas.free(s, cpu, first, pages);
    }
}
