package dev.moat.iommu.calgary.linux;

import dev.moat.iommu.Rights;
import dev.moat.iommu.calgary.format.Tce;
import dev.moat.iommu.linux.PageDriver;

/** The table of one bus as a domain that a DMA layer maps in. Nothing is forgotten at an unmap: {@link CalgaryRanges} sees to it later. */
public final class CalgaryPages implements PageDriver {
    private final BusTable table;
    private final long[] s;

    /** @param s the state that the table's slots are of */
    public CalgaryPages(BusTable table, long[] s) {
        this.table = table;
        this.s = s;
    }

    @Override
    public long mapPages(long iova, long address, long page, long count, int rights) {
        // There is always the right to read.
        int given = (rights & Rights.WRITE) == 0 ? Tce.MAY_READ : Tce.MAY_READ | Tce.MAY_WRITE;
        for (int i = 0; i < count; i++) {
            table.store(s, entry(iova) + i, Tce.of((address >>> CalgaryMapping.PAGE_SHIFT) + i, given));
        }
        return page * count;
    }

    @Override
    public long unmapPages(long iova, long page, long count) {
        table.clear(s, entry(iova), (int) count);
        return page * count;
    }

    @Override
    public void sync(long first, long last) {
        // The chip forgets everything when a search fails, and nothing before.
    }

    private static int entry(long iova) {
        return (int) (iova >>> CalgaryMapping.PAGE_SHIFT);
    }
}
