package dev.moat.iommu.vtd.geometry;

import dev.moat.iommu.vtd.LeafTables;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which frame holds which table. Frames are assigned once: root table, one context table per bus in use, second-level
 * tables (all of level 1 first, then upwards), page of the wait statuses. There are exactly the second-level tables
 * that the trees need for the pages in use.
 *
 * <p>With {@link VtdGeometry.Part#TABLE_FRAMES} that is so above level 1 only. Any frame of guest memory can then be a
 * leaf table, and has the number that it has as a frame; which one is a page's is read from its entry of level 2.
 *
 * <p>{@code @unit} pointers are 4 KiB frame numbers; tables and buses are numbered from 0.
 */
public final class TableMap {
    private final long first;
    private final List<Integer> buses;
    private final int[] busOf;
    private final int tables;
    private final int leafTables;
    private final int levels;
    private final int indexBits;
    private final long firstPage;
    /** The first table of each level of each tree, by tree, then by level. */
    private final int[] firsts;

    private final int[] leaves;
    private final int pages;
    private final boolean inFrames;
    private final long firstFrame;
    private final Map<Key, Integer> numbers = new LinkedHashMap<>();

    /** A second-level table: its tree, its level (1 = leaf), and the page number bits above what it decodes. */
    public record Key(int tree, int level, long prefix) {}

    public TableMap(VtdGeometry g) {
        first = g.firstTableFrame();
        buses = IntStream.range(0, g.requesters().size())
                .map(g::bus)
                .distinct()
                .sorted()
                .boxed()
                .toList();
        busOf = IntStream.range(0, g.requesters().size())
                .map(r -> buses.indexOf(g.bus(r)))
                .toArray();
        levels = g.levels();
        pages = g.pages().size();
        firstPage = g.firstPage();
        indexBits = g.indexBits();
        int bits = indexBits;
        inFrames = g.options().has(VtdGeometry.Part.TABLE_FRAMES);
        firstFrame = g.firstFrame();
        int ends = inFrames ? g.frames().size() : 0;
        int offset = ends;
        for (int level = inFrames ? 2 : 1; level <= levels; level++) {
            for (int tree = 0; tree < g.trees().size(); tree++) {
                for (int page = 0; page < pages; page++) {
                    Key key = new Key(tree, level, g.pageNumber(page) >>> (bits * level));
                    numbers.putIfAbsent(key, offset + numbers.size());
                }
            }
            ends = level == 1 ? numbers.size() : ends;
        }
        leafTables = ends;
        tables = offset + numbers.size();
        int trees = g.trees().size();
        firsts = new int[trees * (levels + 1)];
        leaves = new int[inFrames ? 0 : trees * pages];
        for (int tree = 0; tree < trees; tree++) {
            for (int level = 2; level <= levels; level++) {
                firsts[tree * (levels + 1) + level] = number(tree, level, firstPage >>> (bits * level));
            }
            for (int page = 0; page < pages && !inFrames; page++) {
                long n = g.pageNumber(page);
                int index = (int) (n & ((1L << bits) - 1));
                leaves[tree * pages + page] = (number(tree, 1, n >>> bits) << bits) + index;
            }
        }
    }

    private int number(int tree, int level, long prefix) {
        Integer n = numbers.get(new Key(tree, level, prefix));
        if (n == null) {
            throw new IllegalArgumentException("tree " + tree + " has no such table of level " + level);
        }
        return n;
    }

    /** All second-level tables in the order of their numbers; without those that lie in frames. */
    public Map<Key, Integer> numbers() {
        return numbers;
    }

    /** The root table. */
    public long root() {
        return first;
    }

    /** Bus numbers in use, ascending; context tables are numbered like this list. */
    public List<Integer> buses() {
        return buses;
    }

    /** The context table of a bus, given as an index of {@link #buses}. */
    public long contextTable(int bus) {
        return first + 1 + bus;
    }

    /** The bus, as an index of {@link #buses}, whose context table this is, or -1. */
    public int busAt(long frame) {
        long n = frame - first - 1;
        return n >= 0 && n < buses.size() ? (int) n : -1;
    }

    /** The bus of a requester, as an index of {@link #buses}. */
    public int busOf(int requester) {
        return busOf[requester];
    }

    /** Frame of a second-level table. */
    public long secondLevel(int table) {
        return inFrames && table < leafTables ? firstFrame + table : first + 1 + buses.size() + table - movable();
    }

    /** Numbers of leaf tables that have no frame of their own. */
    private int movable() {
        return inFrames ? leafTables : 0;
    }

    /** The second-level table in this frame, or -1. */
    public int tableAt(long frame) {
        long guest = frame - firstFrame;
        if (inFrames && guest >= 0 && guest < leafTables) {
            return (int) guest;
        }
        long n = frame - first - 1 - buses.size();
        return n >= 0 && n < tables - movable() ? (int) n + movable() : -1;
    }

    /** Page of the wait statuses. */
    public long statusPage() {
        return first + 1 + buses.size() + tables - movable();
    }

    /** Byte address of a CPU's wait status. */
    public long statusAddress(int cpu) {
        return (statusPage() << SecondLevelEntry.ADDR.lo()) + (long) Integer.BYTES * cpu;
    }

    /** Second-level tables of all levels. */
    public int tables() {
        return tables;
    }

    /** Tables of level 1; they have the numbers from 0. */
    public int leafTables() {
        return leafTables;
    }

    /** Number of the top table of a tree. */
    public int top(int tree) {
        return first(tree, levels);
    }

    /** Number of a tree's first table of a level, 2 to the geometry's levels. */
    public int first(int tree, int level) {
        return firsts[tree * (levels + 1) + level];
    }

    /**
     * Element of {@link VtdUnit#directory} through which a page's walk goes.
     *
     * @param level level of the table that holds the entry, 2 to the geometry's levels
     * @throws IllegalArgumentException when the tree has no such table
     */
    public int directoryElement(int tree, int level, int page) {
        long number = firstPage + page;
        int index = (int) ((number >>> (indexBits * (level - 1))) & ((1L << indexBits) - 1));
        return ((number(tree, level, number >>> (indexBits * level)) - leafTables) << indexBits) + index;
    }

    /**
     * Frame of the table of this level, 1 to the geometry's levels, through which a page's walk goes.
     *
     * @throws IllegalArgumentException when the tree has no such table, or it is a leaf table and these lie in frames
     */
    public long tableOf(int tree, int level, int page) {
        return secondLevel(number(tree, level, (firstPage + page) >>> (indexBits * level)));
    }

    /** Whether leaf tables lie in frames, so that {@link LeafTables#element} has to be asked where an entry is. */
    public boolean areLeavesInFrames() {
        return inFrames;
    }

    /** Element of the page's leaf entry in {@link VtdUnit#leaf}, where leaf tables have places of their own. */
    public int leafElement(int tree, int page) {
        return leaves[tree * pages + page];
    }
}
