package dev.moat.iommu.gart.linux;

import dev.moat.iommu.linux.PageDriver;

/**
 * The driver's part of the aperture as a domain that a DMA layer maps in. The TLBs are emptied, where they have to be, before a map
 * returns, and at no unmap.
 */
public final class GartPages implements PageDriver {
    private final GartSpace space;
    private final GartFlush flush;
    private final long[] s;

    /** @param s the state that the space's slots are of */
    public GartPages(GartSpace space, GartFlush flush, long[] s) {
        this.space = space;
        this.flush = flush;
        this.s = s;
    }

    @Override
    public long mapPages(long iova, long address, long page, long count, int rights) {
        for (long i = 0; i < count; i++) {
            space.store(s, page(iova) + i, GartSpace.encode(address + i * page));
        }
        flush.runIfNeeded(s);
        return page * count;
    }

    @Override
    public long unmapPages(long iova, long page, long count) {
        for (long i = 0; i < count; i++) {
            space.store(s, page(iova) + i, space.scratchEntry());
        }
        return page * count;
    }

    @Override
    public void sync(long first, long last) {
        // The next map has the TLBs emptied, if its address has been out before.
    }

    private long page(long iova) {
        return (iova - space.layout().busBase()) >>> GartAperture.PAGE_SHIFT;
    }
}
