package dev.moat.iommu.smmuv3;

import dev.moat.iommu.smmuv3.SmmuGeometry.Part;
import dev.moat.iommu.smmuv3.format.ContextDescriptor;
import dev.moat.iommu.smmuv3.format.StreamTableEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Where everything lies that a unit of a search finds in memory, one after the other: the two levels of the stream table, context
 * descriptors, page tables, command queue. There are exactly the tables that the spaces need for the pages in use.
 *
 * <p>With {@link Part#TABLE_FRAMES} any frame of guest memory can be a leaf table, and has the number that it has as a frame.
 *
 * <p>{@code @unit} places are 4 KiB frame numbers; tables are numbered from 0, leaf tables first, then upwards. Height 0 is the lowest.
 */
public final class TableMap {
    /** What no table is. */
    public static final int NONE = -1;
    /** Log2 of the stream table entries of a second level, as in Linux. */
    static final int SPLIT = 8;

    private static final int STREAM_FRAMES = (StreamTableEntry.BYTES << SPLIT) >>> SmmuGeometry.PAGE_SHIFT;

    private final SmmuGeometry g;
    private final int movable;
    private final int leafTables;
    private final List<Key> keys = new ArrayList<>();
    private final int[] roots;
    private final List<Integer> streams;
    /** The device of each entry of the second level, or {@link #NONE}. */
    private final int[] requesters;

    private final long streamTable;
    private final long firstStreams;
    private final long firstTable;

    /** A page table that has a place of its own: its space, its height, and the page number bits above what it decodes. */
    record Key(int space, int height, long prefix) {}

    TableMap(SmmuGeometry geometry) {
        g = geometry;
        boolean inFrames = g.has(Part.TABLE_FRAMES);
        movable = inFrames ? g.sizes().addresses().frames().size() : 0;
        int leaves = movable;
        for (int height = inFrames ? 1 : 0; height < g.levels(); height++) {
            for (int space = 0; space < g.spaces().size(); space++) {
                long last = prefix(height, g.pageNumber(g.pages().size() - 1));
                for (long prefix = prefix(height, g.pageNumber(0)); prefix <= last; prefix++) {
                    keys.add(new Key(space, height, prefix));
                }
            }
            leaves = height == 0 ? keys.size() : leaves;
        }
        leafTables = leaves;
        TreeSet<Integer> seconds = new TreeSet<>();
        for (int q = 0; q < g.requesters().size(); q++) {
            seconds.add(g.streamId(q) >>> SPLIT);
        }
        streams = List.copyOf(seconds);
        requesters = new int[streams.size() << SPLIT];
        Arrays.fill(requesters, NONE);
        for (int q = 0; q < g.requesters().size(); q++) {
            int sid = g.streamId(q);
            requesters[streams.indexOf(sid >>> SPLIT) << SPLIT | (sid & ((1 << SPLIT) - 1))] = q;
        }
        streamTable = g.sizes().addresses().firstTableFrame();
        firstStreams = streamTable + STREAM_FRAMES & -STREAM_FRAMES;
        firstTable = contexts() + 1;
        roots = new int[g.spaces().size()];
        for (int space = 0; space < roots.length; space++) {
            roots[space] = table(space, g.levels() - 1, 0);
        }
    }

    private long prefix(int height, long page) {
        return page >>> (g.indexBits() * (height + 1));
    }

    /** Leaf tables; they have the numbers from 0. */
    public int leafTables() {
        return leafTables;
    }

    /** Tables of all heights. */
    public int tables() {
        return keys.size() + movable;
    }

    /** The table that a number stands for, unless it is in a frame. */
    Key key(int table) {
        return keys.get(table - movable);
    }

    /** Place of the first level of the stream table. */
    long streamTable() {
        return streamTable;
    }

    /** The second level for an index of the first one; {@link #NONE} when no device needs it. */
    long streamsAt(int index) {
        int n = streams.indexOf(index);
        return n < 0 ? NONE : firstStreams + (long) STREAM_FRAMES * n;
    }

    /** The device whose stream table entry lies at an address; {@link #NONE} without one. */
    int requesterAt(long address) {
        long offset = address - (firstStreams << SmmuGeometry.PAGE_SHIFT);
        long n = offset >>> Integer.numberOfTrailingZeros(StreamTableEntry.BYTES);
        return n < requesters.length ? requesters[(int) n] : NONE;
    }

    /** Place of the context descriptors. */
    long contexts() {
        return firstStreams + (long) STREAM_FRAMES * streams.size();
    }

    /** Address of a device's context descriptor. */
    long context(int requester) {
        return (contexts() << SmmuGeometry.PAGE_SHIFT) + (long) ContextDescriptor.BYTES * requester;
    }

    /** Place of a table. */
    public long frameOf(int table) {
        return table < movable ? g.frameNumber(table) : firstTable + table - movable;
    }

    /** The table at a place, or {@link #NONE}. */
    public int tableAt(long frame) {
        int guest = movable == 0 ? NONE : g.frameAt(frame);
        long n = frame - firstTable;
        return guest >= 0 ? guest : n >= 0 && n < keys.size() ? (int) n + movable : NONE;
    }

    /** The frame of the command queue. */
    long commandQueue() {
        return firstTable + keys.size();
    }

    /** Number of the table of a space through which a page's walk goes; {@link #NONE} where it has no place of its own. */
    public int table(int space, int height, long page) {
        int n = keys.indexOf(new Key(space, height, prefix(height, page)));
        return n < 0 ? NONE : n + movable;
    }

    /** Number of the root of a space. */
    public int root(int space) {
        return roots[space];
    }

    /** Which entry of a table of a height a page's walk goes through. */
    public int index(int height, long page) {
        return (int) (page >>> (g.indexBits() * height) & (1L << g.indexBits()) - 1);
    }
}
