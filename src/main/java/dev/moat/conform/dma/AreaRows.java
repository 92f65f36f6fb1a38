package dev.moat.conform.dma;

import dev.moat.conform.rows.Format;
import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.RowTally;
import dev.moat.dma.release.LinuxRelease;
import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.state.SchemaBuilder;
import java.util.Set;

/** Rows of the bitmap search that Calgary and GART share, put to {@link AreaAllocator}. All numbers are decimal. */
final class AreaRows implements RowRunner {
    /** The files that it is for. */
    public static final Format FORMAT = Format.of(
                    "area (Linux lib/iommu-helper.c, bitmap.c)",
                    "case,step,op,size,start,nr,shift,boundary,align_mask,ret,bits")
            .casesBy("case");

    private static final int MAX_BITS = 1 << 20;
    /** More bits than the area has: a search may be told of more, and Linux's own map is whole pages. */
    private static final int SLACK = 1 << 15;

    private static final int MAX_COUNT = Integer.MAX_VALUE;

    private static final long UNSIGNED_INT = 0xffff_ffffL;

    private final RowTally tally;
    private final LinuxRelease release;
    private long[] bits = new long[0];
    private AreaAllocator area = new AreaAllocator(new SchemaBuilder(), "map", 0);

    /**
     * @param tally told of what differs
     * @param release whose answers the file has
     */
    public AreaRows(RowTally tally, LinuxRelease release) {
        this.tally = tally;
        this.release = release;
    }

    @Override
    public void run(Row row) {
        long[] before = bits.clone();
        String ret = switch (row.op()) {
            case "init" -> init(row);
            case "set", "clear" -> change(row);
            case "alloc" -> allocate(row);
            case "find_zero" -> findZero(row);
            case "span" -> span(row);
            case "num_pages" ->
                Long.toUnsignedString(AreaAllocator.pages(u64(row, "start"), u64(row, "nr"), page(row)));
            case "max_index" ->
                Long.toUnsignedString(
                        AreaAllocator.reachablePages(u64(row, "size"), u64(row, "start"), u64(row, "boundary")));
            default -> throw row.cell("op").unknown("operation", Set.of());
        };
        tally.check(row, "ret", ret);
        tally.check(row, "bits", row.op().equals("init") ? "" : DmaCellText.changedBits(area, before, bits));
    }

    private String init(Row row) {
        long size = u64(row, "size");
        if (Long.compareUnsigned(size, MAX_BITS) > 0) {
            throw row.cell("size").unrepresentable("a map of more than " + MAX_BITS + " bits");
        }
        SchemaBuilder schema = new SchemaBuilder();
        area = new AreaAllocator(schema, "map", (int) size + SLACK);
        bits = schema.build().blank();
        return "";
    }

    private String change(Row row) {
        int start = row.decimal("start", MAX_COUNT);
        int count = row.decimal("nr", MAX_COUNT);
        if (start > area.capacity() || count > area.capacity() - start) {
            throw row.cell("nr").error("the run ends behind the map of " + area.capacity() + " bits");
        }
        if (row.op().equals("set")) {
            area.take(bits, start, count);
        } else {
            area.free(bits, start, count);
        }
        return "";
    }

    private String allocate(Row row) {
        long found = area.allocate(
                bits,
                size(row, 1),
                u64(row, "start"),
                count(row),
                u64(row, "shift"),
                u64(row, "boundary"),
                u64(row, "align_mask"));
        if (found == AreaAllocator.BUG) {
            return DmaCellText.BUG;
        }
        return found == AreaAllocator.ENDLESS ? DmaCellText.HANG : "" + found;
    }

    private String findZero(Row row) {
        int size = size(row, 0);
        long found =
                area.nextZeroArea(bits, size, u64(row, "start"), count(row), u64(row, "align_mask"), u64(row, "shift"));
        if (AreaAllocator.isEndless(found, size, count(row))) {
            return DmaCellText.HANG;
        }
        boolean none = Long.compareUnsigned(found, size) > 0;
        return none && release.answersSizeForNone() ? "" + size : Long.toUnsignedString(found);
    }

    private static String span(Row row) {
        long boundary = u64(row, "boundary");
        if (Long.bitCount(boundary) != 1) {
            return DmaCellText.BUG;
        }
        // Both are an unsigned int in Linux, which forgets the rest.
        long start = u64(row, "start") & UNSIGNED_INT;
        long count = u64(row, "nr") & UNSIGNED_INT;
        return AreaAllocator.spansBoundary(start, count, u64(row, "shift"), boundary) ? "1" : "0";
    }

    private int size(Row row, int least) {
        int size = row.decimal("size", MAX_BITS);
        if (size < least || size > area.capacity()) {
            throw row.cell("size").error("a size of " + size + " in a map of " + area.capacity() + " bits");
        }
        return size;
    }

    /** An unsigned int in Linux. */
    private static long count(Row row) {
        long count = u64(row, "nr");
        if (count >>> Integer.SIZE != 0) {
            throw row.cell("nr").error("a count of more than 32 bits");
        }
        return count;
    }

    private static long page(Row row) {
        long page = u64(row, "boundary");
        if (page == 0) {
            throw row.cell("boundary").error("a page of 0 bytes");
        }
        return page;
    }

    private static long u64(Row row, String column) {
        return row.cell(column).decimal();
    }
}
