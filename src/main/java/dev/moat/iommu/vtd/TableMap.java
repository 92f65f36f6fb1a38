package dev.moat.iommu.vtd;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which frame holds which table. Frames are assigned once: root table, one context table per bus in use, second-level
 * tables (all of level 1 first, then upwards), page of the wait statuses. There are exactly the second-level tables
 * that the trees need for the pages in use.
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
    private final int[] tops;
    private final int[] leaves;
    private final int pages;
    private final Map<Key, Integer> numbers = new LinkedHashMap<>();

    /** A second-level table: its tree, its level (1 = leaf), and the page number bits above what it decodes. */
    record Key(int tree, int level, long prefix) {}

    TableMap(VtdGeometry g) {
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
        int ends = 0;
        for (int level = 1; level <= levels; level++) {
            for (int tree = 0; tree < g.trees().size(); tree++) {
                for (int page = 0; page < pages; page++) {
                    Key key = new Key(tree, level, g.pageNumber(page) >>> (bits * level));
                    numbers.putIfAbsent(key, numbers.size());
                }
            }
            ends = level == 1 ? numbers.size() : ends;
        }
        leafTables = ends;
        tables = numbers.size();
        tops = new int[g.trees().size()];
        leaves = new int[tops.length * pages];
        for (int tree = 0; tree < tops.length; tree++) {
            tops[tree] = number(tree, levels, 0);
            for (int page = 0; page < pages; page++) {
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

    /** All second-level tables in the order of their numbers. */
    Map<Key, Integer> numbers() {
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
    int busOf(int requester) {
        return busOf[requester];
    }

    /** Frame of a second-level table. */
    public long secondLevel(int table) {
        return first + 1 + buses.size() + table;
    }

    /** The second-level table in this frame, or -1. */
    public int tableAt(long frame) {
        long n = frame - first - 1 - buses.size();
        return n >= 0 && n < tables ? (int) n : -1;
    }

    /** Page of the wait statuses. */
    public long statusPage() {
        return first + 1 + buses.size() + tables;
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
        return tops[tree];
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

    /** Frame of the table of this level, 1 to the geometry's levels, through which a page's walk goes. */
    public long tableOf(int tree, int level, int page) {
        return secondLevel(number(tree, level, (firstPage + page) >>> (indexBits * level)));
    }

    /** Element of the page's leaf entry in {@link VtdUnit#leaf}. */
    public int leafElement(int tree, int page) {
        return leaves[tree * pages + page];
    }
}
