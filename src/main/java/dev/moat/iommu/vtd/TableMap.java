package dev.moat.iommu.vtd;

import dev.moat.iommu.vtd.format.SecondLevelEntry;
import java.util.Arrays;
import java.util.List;
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
    /** The first table of each level of each tree, by tree, then by level. */
    private final int[] firsts;

    private final int[] leaves;
    private final int pages;
    private final boolean inFrames;
    private final boolean wholeTables;
    private final long firstFrame;
    /** For each level the prefixes of its tables, ascending: the page number bits above what they decode. Level 0: the pages. */
    private final long[][] prefixes;
    /** For each level the number of its first table; those of the first tree come first. One more than there are levels. */
    private final int[] starts;

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
        indexBits = g.indexBits();
        inFrames = g.options().has(VtdGeometry.Part.TABLE_FRAMES);
        wholeTables = g.pageNumbers().isRun();
        firstFrame = g.firstFrame();
        int trees = g.trees().size();
        prefixes = new long[levels + 1][];
        starts = new int[levels + 2];
        prefixes[0] = IntStream.range(0, pages).mapToLong(g::pageNumber).toArray();
        starts[1] = 0;
        for (int level = 1; level <= levels; level++) {
            prefixes[level] = Arrays.stream(prefixes[level - 1])
                    .map(below -> below >>> indexBits)
                    .distinct()
                    .toArray();
            int own = inFrames && level == 1 ? g.frames().size() : trees * prefixes[level].length;
            starts[level + 1] = starts[level] + own;
        }
        leafTables = starts[2];
        tables = starts[levels + 1];
        firsts = new int[trees * (levels + 1)];
        for (int tree = 0; tree < trees; tree++) {
            for (int level = 2; level <= levels; level++) {
                firsts[tree * (levels + 1) + level] = number(tree, level, prefixes[level][0]);
            }
        }
        leaves = new int[inFrames || !wholeTables ? 0 : trees * pages];
        for (int i = 0; i < leaves.length; i++) {
            long page = prefixes[0][i % pages];
            leaves[i] = element(number(i / pages, 1, page >>> indexBits), index(page, 1));
        }
    }

    private int index(long page, int level) {
        return (int) (page >>> (indexBits * (level - 1))) & ((1 << indexBits) - 1);
    }

    /**
     * The number of a second-level table that has no place among the frames.
     *
     * @param prefix the page number bits above what it decodes
     * @throws IllegalArgumentException when the tree has no such table
     */
    public int number(int tree, int level, long prefix) {
        int at = Arrays.binarySearch(prefixes[level], prefix);
        if (at < 0 || (inFrames && level == 1)) {
            throw new IllegalArgumentException("tree " + tree + " has no such table of level " + level);
        }
        return starts[level] + tree * prefixes[level].length + at;
    }

    /** The prefixes of a level's tables, ascending; every tree has a table for each. */
    public long[] prefixes(int level) {
        return prefixes[level].clone();
    }

    /** How many tables there are below a level: their numbers are lower than those of its own. */
    public int tablesBelow(int level) {
        return starts[level];
    }

    /**
     * Element of {@link dev.moat.iommu.vtd.VtdUnit#leaf}, for a table of level 1, or {@link dev.moat.iommu.vtd.VtdUnit#directory} that holds an entry of a table.
     *
     * @return -1 where no walk of the pages in use goes, and nothing is stored
     */
    public int element(int table, int index) {
        boolean isLeaf = table < leafTables;
        if (wholeTables) {
            return ((isLeaf ? table : table - leafTables) << indexBits) + index;
        }
        int level = 1;
        while (table >= starts[level + 1]) {
            level++;
        }
        int own = prefixes[level].length;
        int tree = (table - starts[level]) / own;
        long below = prefixes[level][(table - starts[level]) % own] << indexBits | index;
        int at = Arrays.binarySearch(prefixes[level - 1], below);
        return at < 0 ? -1 : isLeaf ? tree * pages + at : tree * linksBelow(levels) + linksBelow(level - 1) + at;
    }

    /** How many entries of one tree lead to tables. */
    public int links() {
        return linksBelow(levels);
    }

    /** The same, in its tables of level 2 to the given one. */
    private int linksBelow(int level) {
        int links = 0;
        for (int above = 2; above <= level; above++) {
            links += prefixes[above - 1].length;
        }
        return links;
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
     * Element of {@link dev.moat.iommu.vtd.VtdUnit#directory} through which a page's walk goes.
     *
     * @param level level of the table that holds the entry, 2 to the geometry's levels
     * @throws IllegalArgumentException when the tree has no such table
     */
    public int directoryElement(int tree, int level, int page) {
        long number = prefixes[0][page];
        return element(number(tree, level, number >>> (indexBits * level)), index(number, level));
    }

    /**
     * Frame of the table of this level, 1 to the geometry's levels, through which a page's walk goes.
     *
     * @throws IllegalArgumentException when the tree has no such table, or it is a leaf table and these lie in frames
     */
    public long tableOf(int tree, int level, int page) {
        return secondLevel(number(tree, level, prefixes[0][page] >>> (indexBits * level)));
    }

    /** Whether tables of this level lie in frames and have no numbers of their own. */
    public boolean isInFrames(int level) {
        return inFrames && level == 1;
    }

    /** Whether leaf tables lie in frames, so that {@link dev.moat.iommu.vtd.LeafTables#element} has to be asked where an entry is. */
    public boolean areLeavesInFrames() {
        return inFrames;
    }

    /** Element of the page's leaf entry in {@link dev.moat.iommu.vtd.VtdUnit#leaf}, where leaf tables have places of their own. */
    public int leafElement(int tree, int page) {
        return wholeTables ? leaves[tree * pages + page] : tree * pages + page;
    }
}
