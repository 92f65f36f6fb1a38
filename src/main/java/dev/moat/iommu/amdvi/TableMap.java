package dev.moat.iommu.amdvi;

import dev.moat.iommu.amdvi.AmdViGeometry.Part;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Registers.DeviceTableBase;
import dev.moat.iommu.amdvi.format.Registers.RingBase;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where everything lies that a unit of a search finds in memory: device table, page tables (all of level 1 first, then upwards),
 * the page of the CPUs' words, command buffer, event log, one after the other. There are exactly the page tables that the trees
 * need for the pages in use.
 *
 * <p>With {@link Part#TABLE_FRAMES} that is so above level 1 only: then any frame of guest memory can be a table of level 1, and
 * has the number that it has as a frame.
 *
 * <p>{@code @unit} places are 4 KiB frame numbers; tables are numbered from 0, those of level 1 first.
 */
public final class TableMap {
    private static final int NONE = -1;
    private static final int PAGE_SHIFT = PageTableEntry.ADDR.lo();
    private static final int DEVICES_PER_FRAME = (1 << PAGE_SHIFT) / DeviceTableEntry.BYTES;

    private final AmdViGeometry g;
    private final int deviceFrames;
    private final int leafTables;
    private final int tables;
    private final boolean inFrames;
    private final Map<Key, Integer> numbers = new LinkedHashMap<>();
    /** By level less 1, tree, and prefix less that of the first page; {@link #NONE} where there is none of its own. */
    private final int[][][] numberOf;

    /** A page table that has a place of its own: its tree, its level, and the page number bits above what it decodes. */
    record Key(int tree, int level, long prefix) {}

    TableMap(AmdViGeometry geometry) {
        g = geometry;
        int last = g.deviceIds().stream().mapToInt(Integer::intValue).max().orElse(0);
        deviceFrames = last / DEVICES_PER_FRAME + 1;
        inFrames = g.has(Part.TABLE_FRAMES);
        int movable = inFrames ? g.frames().size() : 0;
        int below = movable;
        for (int level = inFrames ? 2 : 1; level <= g.levels(); level++) {
            for (int tree = 0; tree < g.trees().size(); tree++) {
                for (int page = 0; page < g.pages().size(); page++) {
                    numbers.putIfAbsent(key(tree, level, page), movable + numbers.size());
                }
            }
            below = level == 1 ? numbers.size() : below;
        }
        leafTables = below;
        tables = movable + numbers.size();
        numberOf = new int[g.levels()][g.trees().size()][];
        for (int level = 1; level <= g.levels(); level++) {
            int prefixes = place(level, g.pages().size() - 1) + 1;
            for (int tree = 0; tree < g.trees().size(); tree++) {
                numberOf[level - 1][tree] = new int[prefixes];
                for (int i = 0; i < prefixes; i++) {
                    Key key = new Key(tree, level, prefix(level, 0) + i);
                    numberOf[level - 1][tree][i] = numbers.getOrDefault(key, NONE);
                }
            }
        }
    }

    private long prefix(int level, int page) {
        return g.pageNumber(page) >>> (g.indexBits() * level);
    }

    private int place(int level, int page) {
        return (int) (prefix(level, page) - prefix(level, 0));
    }

    private Key key(int tree, int level, int page) {
        return new Key(tree, level, prefix(level, page));
    }

    /** The tables that have places of their own, in the order of their numbers. */
    Map<Key, Integer> numbers() {
        return numbers;
    }

    /** Page tables of all levels. */
    public int tables() {
        return tables;
    }

    /** Tables of level 1; they have the numbers from 0. */
    public int leafTables() {
        return leafTables;
    }

    /** Whether tables of level 1 lie in frames. */
    public boolean areLeavesInFrames() {
        return inFrames;
    }

    private int movable() {
        return inFrames ? leafTables : 0;
    }

    /** First frame of the device table. */
    long deviceTable() {
        return g.firstTableFrame();
    }

    /** Frames of the device table. */
    int deviceFrames() {
        return deviceFrames;
    }

    private long firstTable() {
        return g.firstTableFrame() + deviceFrames;
    }

    /** Place of a table. */
    public long frameOf(int table) {
        return inFrames && table < leafTables ? g.frameNumber(table) : firstTable() + table - movable();
    }

    /** The table at a place, or -1. */
    public int tableAt(long frame) {
        int guest = inFrames ? g.frameAt(frame) : -1;
        long n = frame - firstTable();
        if (guest >= 0) {
            return guest;
        }
        return n >= 0 && n < tables - movable() ? (int) n + movable() : -1;
    }

    /** The page of the CPUs' words. */
    public long waitPage() {
        return firstTable() + tables - movable();
    }

    /** Byte address of the word of a CPU. */
    public long waitAddress(int cpu) {
        return (waitPage() << PAGE_SHIFT) + (long) Long.BYTES * cpu;
    }

    /** The frame of the command buffer. */
    long commandBuffer() {
        return waitPage() + 1;
    }

    /** The frame of the event log. */
    long eventLog() {
        return waitPage() + 2;
    }

    /** The device table base register. */
    long deviceTableRegister() {
        return DeviceTableBase.SIZE.set(DeviceTableBase.BASE.set(0, deviceTable()), deviceFrames - 1L);
    }

    /** The base register of a ring at a place. */
    long ringRegister(long frame) {
        return RingBase.LENGTH.set(RingBase.BASE.set(0, frame), Integer.numberOfTrailingZeros(g.ring()));
    }

    /**
     * Number of the table of a tree through which a page's walk goes.
     *
     * @param level 1 to the geometry's levels
     * @param page may be none that is modelled, where its walk goes through a table of one that is
     * @throws IllegalArgumentException when it is of level 1 and these lie in frames, or no modelled page has that table
     */
    public int table(int tree, int level, int page) {
        int[] of = numberOf[level - 1][tree];
        int place = place(level, page);
        int number = 0 <= place && place < of.length ? of[place] : NONE;
        if (number == NONE) {
            throw new IllegalArgumentException("tree " + tree + " has no table of level " + level + " of its own");
        }
        return number;
    }

    /** Number of the top table of a tree. */
    public int top(int tree) {
        return table(tree, g.levels(), 0);
    }

    /** Which entry of a table of a level a page's walk goes through. */
    public int index(int level, int page) {
        return (int) ((g.pageNumber(page) >>> (g.indexBits() * (level - 1))) & ((1L << g.indexBits()) - 1));
    }
}
