package dev.moat.iommu.calgary.linux;

import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaResult;

/**
 * The addresses of one bus, in its own bitmap: the next fit after the hint; failing that the chip's cache is emptied, and the search begins
 * at the first entry. {@code @source} LINUX-CALGARY.
 */
final class CalgaryRanges {
    private static final long PAGE = 1L << CalgaryMapping.PAGE_SHIFT;

    private final BusTable table;
    private final TceBlast blast;

    CalgaryRanges(BusTable table, TceBlast blast) {
        this.table = table;
        this.blast = blast;
    }

    /** @return the first page, or below 0 a {@link DmaResult} */
    long take(long[] s, DmaDevice device, long pages) {
        if (pages == 0) {
            return DmaResult.BUG;
        }
        long boundary = (device.boundary() + PAGE) >>> CalgaryMapping.PAGE_SHIFT;
        long found = find(s, table.hint.get(s), (int) pages, boundary);
        if (found == AreaAllocator.NONE) {
            blast.run(s);
            found = find(s, 0, (int) pages, boundary);
        }
        if (found < 0) {
            boolean panics = found == AreaAllocator.NONE && table.panicOnOverflow.get(s) != 0;
            return panics ? DmaResult.PANIC : DmaResult.ofSearch(found);
        }
        table.area.take(s, (int) found, (int) pages);
        table.hint.set(s, found + pages);
        return found;
    }

    private long find(long[] s, long start, int pages, long boundary) {
        return table.area.find(s, table.bus().entries(), start, pages, 0, boundary, 0);
    }

    void give(long[] s, long first, long pages) {
        table.area.free(s, (int) first, (int) pages);
    }
}
