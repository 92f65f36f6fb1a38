package dev.moat.iommu.gart.linux;

import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaResult;
import dev.moat.iommu.linux.ScatterList;

/**
 * Maps and unmaps lists of pieces. Adjacent pieces that go through the table are one run of pages and get one address,
 * if the device's limits allow it. Each piece except the first must begin at a page's begin, and each except the last
 * must end at a page's end.
 *
 * <p>Not final, so that tests can break a step of it. {@code @source} LINUX-GART.
 */
public class GartListMapping {
    private static final long PAGE = 1L << GartAperture.PAGE_SHIFT;
    /** Linux counts the bytes of a run in an unsigned int, which 4 GiB wrap. */
    private static final long UNSIGNED_INT = 0xffff_ffffL;

    private final GartSpace space;
    private final GartFlush flush;
    private final GartMapping mapping;

    public GartListMapping(GartSpace space, GartFlush flush, GartMapping mapping) {
        this.space = space;
        this.flush = flush;
        this.mapping = mapping;
    }

    /**
     * Maps a list. When there is no room, what was mapped is unmapped; if it was forced or merged, each piece is then mapped by itself,
     * and only where the device does not reach it.
     *
     * @return how many addresses the device is given, in the first elements; the one after them has length 0. EMPTY for no piece,
     *     FAILED when there is no room, PANIC then if the kernel is told to stop; BUG for a piece without bytes
     */
    public long map(long[] s, DmaDevice device, ScatterList list) {
        if (list.size() == 0) {
            return DmaResult.EMPTY;
        }
        long mapped = mapRuns(s, device, list);
        if (mapped >= 0) {
            flush.runIfNeeded(s);
            if (mapped < list.size()) {
                list.setDmaLength((int) mapped, 0);
            }
            return mapped;
        }
        if (mapped != DmaResult.FAILED) {
            return mapped;
        }
        if (space.policy().force() || space.policy().merge()) {
            long single = mapEach(s, device, list);
            if (single != DmaResult.FAILED) {
                return single;
            }
        }
        if (space.panicOnOverflow.get(s) != 0) {
            return DmaResult.PANIC;
        }
        mapping.complain();
        return DmaResult.FAILED;
    }

    /** Runs of pieces, one after the other; FAILED once everything is undone. */
    private long mapRuns(long[] s, DmaDevice device, ScatterList list) {
        int out = 0;
        int start = 0;
        boolean table = false;
        long bytes = 0;
        for (int i = 0; i <= list.size(); i++) {
            if (i < list.size() && list.length(i) == 0) {
                return DmaResult.BUG;
            }
            boolean next = i < list.size() && mapping.needsTable(device, list.address(i), list.length(i));
            if (i > start && !(table && next && joins(device, list, i, bytes))) {
                long address = table ? mapRun(s, device, list, start, i) : list.address(start);
                if (address < 0) {
                    return address == DmaResult.FAILED ? undo(s, list, out) : address;
                }
                list.setDmaAddress(out, address);
                list.setDmaLength(out, bytes);
                out++;
                start = i;
                bytes = 0;
            }
            bytes += i < list.size() ? list.length(i) : 0;
            table = next;
        }
        return out;
    }

    private long undo(long[] s, ScatterList list, int mapped) {
        flush.runIfNeeded(s);
        unmap(s, list, mapped);
        return DmaResult.FAILED;
    }

    /** Whether a piece can follow the one before in one run, both through the table. */
    boolean joins(DmaDevice device, ScatterList list, int i, long bytes) {
        long end = list.address(i - 1) + list.length(i - 1);
        return space.policy().merge()
                && list.address(i) % PAGE == 0
                && (list.length(i) + bytes & UNSIGNED_INT) <= device.maxSegment()
                && end % PAGE == 0;
    }

    /** Maps the pieces from start to before end through the table: their address, or why not. */
    private long mapRun(long[] s, DmaDevice device, ScatterList list, int start, int end) {
        long pages = 0;
        for (int i = start; i < end; i++) {
            pages += AreaAllocator.pages(list.address(i), list.length(i), PAGE);
        }
        long first = space.allocate(s, device, (int) pages, 0);
        if (first < 0) {
            return DmaResult.ofSearch(first);
        }
        long page = first;
        for (int i = start; i < end; i++) {
            long count = AreaAllocator.pages(list.address(i), list.length(i), PAGE);
            for (long n = 0; n < count; n++) {
                space.store(s, page++, GartSpace.encode(list.address(i) + n * PAGE));
            }
        }
        return mapping.busAddress(first) + list.address(start) % PAGE;
    }

    /** Each piece by itself; FAILED once everything is undone. */
    private long mapEach(long[] s, DmaDevice device, ScatterList list) {
        long result = list.size();
        for (int i = 0; i < list.size(); i++) {
            long address = list.address(i);
            if (!device.reaches(address, list.length(i))) {
                address = mapping.mapArea(s, device, address, list.length(i), 0);
            }
            if (address == DmaResult.FAILED) {
                unmap(s, list, i);
                list.setDmaLength(0, 0);
                result = DmaResult.FAILED;
                break;
            }
            if (address < 0) {
                return address;
            }
            list.setDmaAddress(i, address);
            list.setDmaLength(i, list.length(i));
        }
        flush.runIfNeeded(s);
        return result;
    }

    /** Unmaps the first elements of a list, up to one that is not mapped. */
    public void unmap(long[] s, ScatterList list, int count) {
        for (int i = 0; i < count && list.dmaLength(i) != 0 && list.length(i) != 0; i++) {
            mapping.unmap(s, list.dmaAddress(i), list.dmaLength(i));
        }
    }
}
