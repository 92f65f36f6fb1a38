package dev.moat.iommu.calgary;

import dev.moat.state.Sort;
import java.util.List;

/**
 * Sizes of one chip and of its devices and memory. Entry formats and the sizes of tables do not depend on it.
 *
 * @param generation which chip
 * @param buses one per host bridge, 1 to 4: bus b is below bridge b
 * @param requesters devices
 * @param behind the bus of each requester
 * @param pages I/O pages that devices use: what the caches hold, and what a search keeps of the tables
 * @param firstPage 4 KiB page number of page 0
 * @param frames memory that entries lead to
 * @param firstFrame 4 KiB frame number of frame 0
 * @param tables tables that a bridge can be led to
 * @param firstTable byte address of table 0; the others follow it, each aligned to its size
 * @param size size specification of the tables, 0 to 7
 * @param parts what of the chip is in the state
 */
public record CalgaryGeometry(
        Generation generation,
        Sort buses,
        Sort requesters,
        List<Integer> behind,
        Sort pages,
        long firstPage,
        Sort frames,
        long firstFrame,
        Sort tables,
        long firstTable,
        int size,
        List<Part> parts) {

    /** Parts that are in the state only where they are asked for. */
    public enum Part {
        /** A request is accepted, and done later: the split queue is not always empty. */
        REQUESTS_IN_FLIGHT,
        /** Entries that let nothing through are cached too; whether the chip does this is not known. */
        CACHED_ABSENCE,
        /** The chip reads memory past the CPU's caches: a store is seen when its line is written back. */
        LATE_STORES,
        /** A soft stop can fail (CalIOC2). */
        STOP_FAULTS,
        /** All registers, also those without effect on translation. */
        ALL_REGISTERS
    }

    /** Throws {@link IllegalArgumentException} for sizes outside the bounds above, checked in their order. */
    public CalgaryGeometry {
        behind = List.copyOf(behind);
        parts = parts.stream().distinct().sorted().toList();
        int bridges = buses.size();
        require(bridges >= 1 && bridges <= Registers.BRIDGES, "1 to 4 buses");
        require(behind.size() == requesters.size(), "a bus for each requester");
        require(behind.stream().allMatch(bus -> bus >= 0 && bus < bridges), "requesters on the buses there are");
        require(size >= 0 && size <= 7, "a size specification of 0 to 7");
        require(
                firstPage >= 0
                        && Math.min(firstPage + pages.size(), TceWalk.FOUR_GIB_PAGES) <= Registers.Tar.entriesOf(size),
                "pages that the tables cover, or that lie behind 4 GiB");
        require(firstFrame >= 0 && firstFrame + frames.size() - 1 <= Tce.RPN.max(), "frames that an entry can name");
        require(firstTable >= 0 && firstTable % tableBytes(size) == 0, "tables that are aligned to their size");
        require(
                Registers.Tar.table(lastTable(firstTable, tables, size)) == lastTable(firstTable, tables, size),
                "tables that a TAR can name");
    }

    private static long lastTable(long first, Sort tables, int size) {
        return first + tableBytes(size) * Math.max(0, tables.size() - 1);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("the Calgary geometry needs " + what);
        }
    }

    /** Whether a part is there. */
    public boolean has(Part part) {
        return parts.contains(part);
    }

    /** Bytes of a table of a size specification. */
    public static long tableBytes(int size) {
        return (long) Registers.Tar.entriesOf(size) * Long.BYTES;
    }

    /** Byte address of a table. */
    public long tableAddress(int table) {
        return firstTable + table * tableBytes(size);
    }

    /** 4 KiB page number of a page. */
    public long pageNumber(int page) {
        return firstPage + page;
    }

    /** The page with this number, or -1. */
    public int pageAt(long number) {
        long n = number - firstPage;
        return n >= 0 && n < pages.size() ? (int) n : -1;
    }

    /** 4 KiB frame number of a frame. */
    public long frameNumber(int frame) {
        return firstFrame + frame;
    }

    /** The frame with this number, or -1. */
    public int frameAt(long number) {
        long n = number - firstFrame;
        return n >= 0 && n < frames.size() ? (int) n : -1;
    }
}
