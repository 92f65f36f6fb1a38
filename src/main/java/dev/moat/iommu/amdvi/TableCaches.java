package dev.moat.iommu.amdvi;

import dev.moat.bits.BitField;
import dev.moat.iommu.PageRange;
import dev.moat.iommu.amdvi.AmdViGeometry.Part;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * Cached directory entries: for a DomainID and the upper bits of an address, the table that the entries above lead to, and the
 * rights that they leave. A node is such a prefix; there is one for each table below the top that the pages in use need in one
 * tree.
 *
 * <p>{@code @shape} no elements without {@link Part#TABLE_CACHES}. {@code @source} AMDVI-CACHES.
 */
public final class TableCaches {
    private static final int NOTHING = -1;

    /** The nodes, lowest level first: the second index of the families. */
    public final Sort nodes;
    /** Number of the cached table in {@link TableMap} + 1, 0 when nothing is cached. Per tag and node. */
    public final Slots table;
    /** Rights that all entries above the table leave, perhaps none; dead when nothing is cached. Per tag and node. */
    public final Slots rights;

    private final List<Node> all;
    private final int[][] nodeOf;
    private final long firstPage;
    private final int indexBits;
    private final int tags;

    /** A table of this level below the top, and the page number bits above what it decodes. */
    private record Node(int level, long prefix) {}

    /** @param prefix stands before the names of the slots */
    TableCaches(SchemaBuilder schema, String prefix, AmdViGeometry g, TableMap map) {
        firstPage = g.firstPage();
        indexBits = g.indexBits();
        boolean on = g.has(Part.TABLE_CACHES);
        tags = on ? g.tags().size() : 0;
        nodeOf = new int[on ? g.pages().size() : 0][g.levels()];
        List<Node> found = new ArrayList<>();
        for (int level = 1; level < g.levels(); level++) {
            for (int page = 0; page < nodeOf.length; page++) {
                Node node = new Node(level, g.pageNumber(page) >>> (indexBits * level));
                if (!found.contains(node)) {
                    found.add(node);
                }
                nodeOf[page][level] = found.indexOf(node);
            }
        }
        all = List.copyOf(found);
        nodes = new Sort(
                "Node",
                all.stream()
                        .map(n -> "l" + n.level() + "@" + Long.toHexString(n.prefix()))
                        .toList());
        SchemaBuilder to = schema.onlyIf(on);
        Sort tagged = on ? g.tags() : Sort.numbered("None", "", 0);
        table = to.slots(prefix + "cachedTable", Role.CACHE, Writer.IOMMU, tagged, nodes)
                .bits(SlotsBuilder.bitsFor(map.tables()));
        rights = to.slots(prefix + "cachedTableRights", Role.CACHE, Writer.IOMMU, tagged, nodes)
                .live((s, i) -> table().get(s, i) != 0)
                .fields(List.of(BitField.bit("R", 0), BitField.bit("W", 1)))
                .bits(2);
    }

    // Liveness code runs only after construction; this keeps it from reading a field that is not assigned yet.
    private Slots table() {
        return table;
    }

    /** The level of a node's table. */
    int level(int node) {
        return all.get(node).level();
    }

    /** Number of the first page in use below a node. */
    long pageBelow(int node) {
        return Math.max(firstPage, start(node));
    }

    private long start(int node) {
        return all.get(node).prefix() << (indexBits * level(node));
    }

    /**
     * The cached node on the way of a page whose table has the lowest level.
     *
     * @param page 4 KiB page number, any
     * @param from lowest level that will do, at least 1
     * @param below level that is too high
     * @return the node, or -1
     */
    int deepest(long[] s, int tag, long page, int from, int below) {
        long p = page - firstPage;
        if (tag >= tags || p < 0 || p >= nodeOf.length) {
            return NOTHING;
        }
        int[] path = nodeOf[(int) p];
        for (int level = from; level < below && level < path.length; level++) {
            if (table.get(s, tag, path[level]) != 0) {
                return path[level];
            }
        }
        return NOTHING;
    }

    /** Whether a node is cached under a tag. */
    public boolean isCached(long[] s, int tag, int node) {
        return table.get(s, tag, node) != 0;
    }

    /** Whether a table with this number in {@link TableMap} is cached under any tag. */
    public boolean isTableCached(long[] s, int number) {
        for (int i = 0; i < table.size(); i++) {
            if (table.get(s, i) == number + 1L) {
                return true;
            }
        }
        return false;
    }

    /** Number of a cached node's table. */
    int cachedTable(long[] s, int tag, int node) {
        return (int) table.get(s, tag, node) - 1;
    }

    void store(long[] s, int tag, int node, int number, int left) {
        table.set(s, tag, node, number + 1L);
        rights.set(s, tag, node, left);
    }

    void drop(long[] s, int tag, int node) {
        store(s, tag, node, NOTHING, 0);
    }

    /**
     * Forgets the nodes that walks of a range of pages go through.
     *
     * @param first number of the first page
     * @param count pages in the range; 0 for all
     */
    void forget(long[] s, int tag, long first, long count) {
        for (int node = 0; node < all.size() && tag < tags; node++) {
            long start = start(node);
            long size = 1L << (indexBits * level(node));
            if (PageRange.overlaps(first, count, start, size)) {
                drop(s, tag, node);
            }
        }
    }
}
