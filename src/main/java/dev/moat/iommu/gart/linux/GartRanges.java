package dev.moat.iommu.gart.linux;

import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaResult;
import dev.moat.iommu.linux.RangeDriver;

/** The addresses of the driver's part, in its own bitmap, for a DMA layer. {@code @source} LINUX-GART. */
public final class GartRanges implements RangeDriver {
    private final GartSpace space;
    private final GartFlush flush;

    public GartRanges(GartSpace space, GartFlush flush) {
        this.space = space;
        this.flush = flush;
    }

    /** Where there is no room the TLBs are emptied all the same, as Linux does it. */
    @Override
    public long allocIovaRange(long[] s, int cpu, DmaDevice device, long pages) {
        long found = space.allocate(s, device, (int) pages, 0);
        if (found < 0) {
            flush.runIfNeeded(s);
            return DmaResult.ofSearch(found);
        }
        return firstPage() + found;
    }

    @Override
    public void freeIovaRange(long[] s, int cpu, long first, long pages) {
        space.release(s, first - firstPage(), pages);
    }

    private long firstPage() {
        return space.layout().busBase() >>> GartAperture.PAGE_SHIFT;
    }
}
