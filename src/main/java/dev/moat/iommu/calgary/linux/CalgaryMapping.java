package dev.moat.iommu.calgary.linux;

import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaDirection;
import dev.moat.iommu.linux.DmaResult;
import dev.moat.iommu.linux.ScatterList;

/**
 * Maps and unmaps on one bus. An unmapped entry is cleared in memory and may be given out again, but the chip's cache is emptied
 * only when a search fails: what was unmapped is reachable until then.
 *
 * <p>{@code @unit} byte addresses, sizes in bytes. Answers below 0 are a {@link DmaResult}. {@code @source} LINUX-CALGARY.
 */
public final class CalgaryMapping {
    static final int PAGE_SHIFT = 12;
    private static final long PAGE = 1L << PAGE_SHIFT;

    private final BusTable table;
    private final CalgaryRanges ranges;

    public CalgaryMapping(BusTable table, TceBlast blast) {
        this.table = table;
        ranges = new CalgaryRanges(table, blast);
    }

    /**
     * Maps some bytes.
     *
     * @return their I/O address; FAILED when no run of entries is left (Linux's own answer is 0), PANIC then if the kernel is told to;
     *     BUG for no page at all, and for a boundary that is none
     */
    public long map(long[] s, DmaDevice device, long address, long size, DmaDirection direction) {
        return mapPages(s, device, address, (int) AreaAllocator.pages(address, size, PAGE), direction);
    }

    /** Maps coherent memory: whole pages from a page on, in both directions; otherwise like {@link #map}. */
    public long mapCoherent(long[] s, DmaDevice device, long address, long size) {
        return mapPages(s, device, address, (int) AreaAllocator.pages(0, size, PAGE), DmaDirection.BIDIRECTIONAL);
    }

    private long mapPages(long[] s, DmaDevice device, long address, int pages, DmaDirection direction) {
        long entry = ranges.take(s, device, pages);
        if (entry <= 0) {
            // Linux's word for no room is 0; only a bus whose set-up ended in a BUG has reserved nothing, and gives
            // entry 0 out.
            return entry == 0 ? DmaResult.FAILED : entry;
        }
        table.build(s, (int) entry, pages, address >>> PAGE_SHIFT, direction);
        return entry << PAGE_SHIFT | (address & (PAGE - 1));
    }

    /**
     * Unmaps some bytes, whoever mapped them: the entries are cleared, then free.
     *
     * @return DONE, also for an address that stands for an error, with a warning; BUG with nothing done for what ends behind the table
     */
    public long unmap(long[] s, long dmaAddress, long size) {
        return unmapPages(s, dmaAddress, AreaAllocator.pages(dmaAddress, size, PAGE));
    }

    /** Unmaps what {@link #mapCoherent} mapped; otherwise like {@link #unmap}. */
    public long unmapCoherent(long[] s, long dmaAddress, long size) {
        return unmapPages(s, dmaAddress, AreaAllocator.pages(0, size, PAGE));
    }

    private long unmapPages(long[] s, long dmaAddress, long pages) {
        long entry = dmaAddress >>> PAGE_SHIFT;
        if (entry < CalgarySetup.EMERGENCY_ENTRIES) {
            table.platform().log().warn("unmap of the address of an error");
            return DmaResult.DONE;
        }
        if (entry + pages > table.bus().entries()) {
            return DmaResult.BUG;
        }
        table.clear(s, (int) entry, (int) pages);
        ranges.give(s, entry, pages);
        return DmaResult.DONE;
    }

    /**
     * Maps each piece of a list by itself.
     *
     * @return the number of pieces; 0 when there is no room: what was mapped is unmapped, the first element says so, and the others
     *     keep what stood in them. PANIC, BUG and ENDLESS end the call where they are met
     */
    public long mapList(long[] s, DmaDevice device, ScatterList list, DmaDirection direction) {
        for (int i = 0; i < list.size(); i++) {
            long address = list.address(i);
            int pages = (int) AreaAllocator.pages(address, list.length(i), PAGE);
            long dma = mapPages(s, device, address, pages, direction);
            if (dma == DmaResult.FAILED) {
                list.setDmaLength(i, 0);
                long undone = unmapList(s, list);
                list.setDmaAddress(0, 0);
                list.setDmaLength(0, 0);
                return undone;
            }
            if (dma < 0) {
                return dma;
            }
            list.setDmaAddress(i, dma);
            list.setDmaLength(i, list.length(i));
        }
        return list.size();
    }

    /** Unmaps a list up to the first element that is not mapped. */
    public long unmapList(long[] s, ScatterList list) {
        for (int i = 0; i < list.size() && list.dmaLength(i) != 0; i++) {
            long undone = unmap(s, list.dmaAddress(i), list.dmaLength(i));
            if (undone < 0) {
                return undone;
            }
        }
        return DmaResult.DONE;
    }
}
