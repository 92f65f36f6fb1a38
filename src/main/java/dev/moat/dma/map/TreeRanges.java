package dev.moat.dma.map;

import dev.moat.dma.iova.IovaCaches;
import dev.moat.dma.iova.IovaDomain;
import dev.moat.iommu.Capabilities;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaResult;
import dev.moat.iommu.linux.RangeDriver;

/**
 * Addresses for a driver that leaves them to the layer: Linux's tree and caches, below 4 GiB first, so that a device need not send
 * addresses in two cycles; then wherever it reaches. None outside of the driver's aperture, none that it reserves. {@code @source} Linux
 * 6.1 dma-iommu.c: iommu_dma_init_domain, iova_reserve_iommu_regions, iommu_dma_alloc_iova. {@code @oracle} SlowTree in the tests.
 */
public final class TreeRanges implements RangeDriver {
    private static final long LAST_LOW = (1L << 32) - 1;
    private static final long APERTURE_PAGE = 4096;

    private final IovaCaches iovas;
    private final long granule;
    private final long last;

    /** @param granule {@code @unit} bytes of a page of the caches */
    public TreeRanges(IovaCaches iovas, long granule) {
        this(iovas, granule, Long.divideUnsigned(-1L, granule));
    }

    /**
     * The same, not beyond an aperture. Where it begins is the caches' domain's: {@link #start}; what it reserves is kept back once {@link
     * #reserve} has run.
     */
    public TreeRanges(IovaCaches iovas, long granule, Capabilities.Aperture aperture) {
        this(iovas, granule, (aperture.last() + 1) * (APERTURE_PAGE / granule) - 1);
    }

    private TreeRanges(IovaCaches iovas, long granule, long last) {
        this.iovas = iovas;
        this.granule = granule;
        this.last = last;
    }

    /** The lowest page that is handed out of an aperture: page 0 never is. {@code @unit} pages of the granule. */
    public static long start(long granule, Capabilities.Aperture aperture) {
        return Math.max(1, aperture.first() * (APERTURE_PAGE / granule));
    }

    /**
     * Keeps back what an aperture reserves, before anything is handed out.
     *
     * @return whether there was room to remember all of it
     */
    public static boolean reserve(long[] s, IovaDomain domain, long granule, Capabilities.Aperture aperture) {
        long pages = APERTURE_PAGE / granule;
        boolean all = true;
        for (Capabilities.Range range : aperture.reserved()) {
            // Beyond the aperture nothing is handed out.
            long to = Math.min(range.last(), aperture.last());
            if (range.first() <= to) {
                all &= domain.reserve(s, range.first() * pages, (to + 1) * pages - 1) >= 0;
            }
        }
        return all;
    }

    @Override
    public long allocIovaRange(long[] s, int cpu, DmaDevice device, long pages) {
        long limit = device.busLimit() == 0 || Long.compareUnsigned(device.mask(), device.busLimit()) < 0
                ? device.mask()
                : device.busLimit();
        long pfn = 0;
        if (Long.compareUnsigned(limit, LAST_LOW) > 0) {
            pfn = iovas.allocate(s, cpu, pages, inside(LAST_LOW / granule), false);
        }
        if (pfn == 0) {
            pfn = iovas.allocate(s, cpu, pages, inside(Long.divideUnsigned(limit, granule)), true);
        }
        return pfn == 0 ? DmaResult.FAILED : pfn;
    }

    private long inside(long page) {
        return Long.compareUnsigned(page, last) < 0 ? page : last;
    }

    @Override
    public void freeIovaRange(long[] s, int cpu, long first, long pages) {
        iovas.free(s, cpu, first, pages);
    }
}
