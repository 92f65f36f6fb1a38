package dev.moat.iommu.vtd;

import dev.moat.bits.BitField;
import dev.moat.iommu.PageRange;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * Paging-structure caches: for a DID and the upper bits of an address, the table that the entries above lead to and the
 * rights that they leave. A node is such a prefix; there is one for each table below the top that the pages in use need
 * in one tree.
 *
 * <p>{@code @shape} no elements without {@link VtdGeometry.Part#PAGING_CACHES}. {@code @source} VTD-CACHES.
 * {@code @oracle} SlowUnit in the tests.
 */
public final class PagingCaches {
    /** The nodes, lowest level first: the second index of the families. */
    public final Sort nodes;
    /** Rights that all entries above the table leave, 0 when nothing is cached. Per tag and node. */
    public final Slots rights;
    /** Number of the cached table in {@link TableMap}; dead when nothing is cached. Per tag and node. */
    public final Slots table;

    private final List<Node> all = new ArrayList<>();
    private final int[][] nodeOf;
    private final long firstPage;
    private final int indexBits;
    private final int tags;

    /** A table of this level (1 = leaf) below the top, and the page number bits above what it decodes. */
    private record Node(int level, long prefix) {}

    /** @param prefix stands before the names of the slots */
    PagingCaches(SchemaBuilder schema, String prefix, VtdGeometry g, TableMap map) {
        firstPage = g.firstPage();
        indexBits = g.indexBits();
        boolean on = g.options().has(VtdGeometry.Part.PAGING_CACHES);
        tags = on ? g.tags().size() : 0;
        nodeOf = new int[on ? g.pages().size() : 0][g.levels()];
        for (int level = 1; level < g.levels(); level++) {
            for (int page = 0; page < nodeOf.length; page++) {
                Node node = new Node(level, g.pageNumber(page) >>> (indexBits * level));
                if (!all.contains(node)) {
                    all.add(node);
                }
                nodeOf[page][level] = all.indexOf(node);
            }
        }
        nodes = new Sort(
                "Node",
                all.stream()
                        .map(n -> "l" + n.level() + "@" + Long.toHexString(n.prefix()))
                        .toList());
        SchemaBuilder to = schema.onlyIf(on);
        Sort tagged = on ? g.tags() : Sort.numbered("None", "", 0);
        rights = to.slots(prefix + "tableRights", Role.CACHE, Writer.IOMMU, tagged, nodes)
                .fields(List.of(BitField.bit("R", 0), BitField.bit("W", 1)))
                .bits(2);
        table = to.slots(prefix + "tablePointer", Role.CACHE, Writer.IOMMU, tagged, nodes)
                .live((s, i) -> rights().get(s, i) != 0)
                .bits(SlotsBuilder.bitsFor(map.tables() - 1));
    }

    private Slots rights() {
        return rights;
    }

    /** The level of a node's table. */
    int level(int node) {
        return all.get(node).level();
    }

    /** Number of the first page in use below a node. */
    long pageBelow(int node) {
        return Math.max(firstPage, start(node));
    }

    /** Number of the first page below a node, in use or not. */
    private long start(int node) {
        return all.get(node).prefix() << (indexBits * level(node));
    }

    /**
     * The cached node for a page whose table has the lowest level.
     *
     * @param page 4 KiB page number, any
     * @param from lowest level that will do, at least 1
     * @param below level that is too high
     * @return the node, or -1
     */
    int deepest(long[] s, int tag, long page, int from, int below) {
        long p = page - firstPage;
        if (tag >= tags || p < 0 || p >= nodeOf.length) {
            return -1;
        }
        int[] path = nodeOf[(int) p];
        for (int level = from; level < below && level < path.length; level++) {
            if (rights.get(s, tag, path[level]) != 0) {
                return path[level];
            }
        }
        return -1;
    }

    void store(long[] s, int tag, int node, int tableNumber, int left) {
        rights.set(s, tag, node, left);
        table.set(s, tag, node, tableNumber);
    }

    /** Forgets the nodes above a range of pages; the arguments are those of {@link VtdCaches#forget}. */
    void forget(long[] s, int tag, long first, long count) {
        for (int t = 0; t < tags; t++) {
            for (int node = 0; node < all.size() && (tag < 0 || tag == t); node++) {
                long start = start(node);
                long size = 1L << (indexBits * level(node));
                if (PageRange.overlaps(first, count, start, size)) {
                    store(s, t, node, 0, 0);
                }
            }
        }
    }
}
