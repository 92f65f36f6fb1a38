package dev.moat.iommu.riscv;

import dev.moat.iommu.riscv.RiscvGeometry.Part;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.PageTableEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Where everything lies that a unit of a search finds in memory: device directory, page tables, roots, command queue, one after the
 * other. There are exactly the tables that the spaces need for the pages in use. Roots have four frames, as a second stage needs.
 *
 * <p>With {@link Part#TABLE_FRAMES} any frame of guest memory can be a leaf table, and has the number that it has as a frame.
 *
 * <p>{@code @unit} places are 4 KiB frame numbers; tables are numbered from 0, leaf tables first, then upwards. Level 0 is the lowest.
 */
public final class TableMap {
    /** What no table is. */
    public static final int NONE = -1;

    private static final int ROOT_FRAMES = 1 << PageTableEntry.ROOT_BITS;
    private static final int LEAF_BITS = 7;
    private static final int DIRECTORY_BITS = 9;

    private final RiscvGeometry g;
    private final int levels;
    private final boolean inFrames;
    private final int leafTables;
    private final List<Key> keys = new ArrayList<>();
    /** By level, space, and prefix less that of the first page. */
    private final int[][][] numbers;

    private final List<Long> directories = new ArrayList<>();
    private final int directoryLevels;
    private final long firstTable;
    private final long firstRoot;

    /** A page table that has a place of its own: its space, its level, and the page number bits above what it decodes. */
    record Key(int space, int level, long prefix) {}

    TableMap(RiscvGeometry geometry) {
        g = geometry;
        levels = g.levels();
        inFrames = g.has(Part.TABLE_FRAMES);
        int last =
                g.users().deviceIds().stream().mapToInt(Integer::intValue).max().orElse(0);
        directoryLevels = last >>> LEAF_BITS == 0 ? 1 : last >>> (LEAF_BITS + DIRECTORY_BITS) == 0 ? 2 : 3;
        directories();
        int movable = inFrames ? g.addresses().frames().size() : 0;
        numbers = new int[levels][g.users().spaces().size()][];
        int below = movable;
        for (int level = inFrames ? 1 : 0; level < levels; level++) {
            int prefixes = place(level, g.pageNumber(g.pages().size() - 1)) + 1;
            for (int space = 0; space < g.users().spaces().size(); space++) {
                numbers[level][space] = new int[prefixes];
                for (int i = 0; i < prefixes; i++) {
                    numbers[level][space][i] = movable + keys.size();
                    keys.add(new Key(space, level, prefix(level, g.pageNumber(0)) + i));
                }
            }
            below = level == 0 ? keys.size() : below;
        }
        leafTables = below;
        firstTable = g.addresses().firstTableFrame() + directories.size();
        long behind = firstTable + keys.size();
        firstRoot = behind + ROOT_FRAMES - 1 & -ROOT_FRAMES;
    }

    /** Directory tables: the root, then those of each lower level; a table is its level and the device id bits above. */
    private void directories() {
        for (int level = directoryLevels - 1; level >= 0; level--) {
            int shift = LEAF_BITS + DIRECTORY_BITS * level;
            TreeSet<Long> prefixes = new TreeSet<>();
            g.users().deviceIds().forEach(id -> prefixes.add((long) id >>> shift));
            for (long prefix : prefixes) {
                directories.add(prefix << 2 | level);
            }
        }
    }

    private long prefix(int level, long page) {
        return level == levels - 1 ? 0 : page >>> (g.indexBits() * (level + 1));
    }

    private int place(int level, long page) {
        return (int) (prefix(level, page) - prefix(level, g.pageNumber(0)));
    }

    /** Leaf tables; they have the numbers from 0. */
    public int leafTables() {
        return leafTables;
    }

    /** Tables of all levels. */
    public int tables() {
        return keys.size() + movable();
    }

    private int movable() {
        return inFrames ? leafTables : 0;
    }

    /** The table that a number stands for; null for one in a frame. */
    Key key(int table) {
        return keys.get(table - movable());
    }

    /** Levels of the device directory. */
    public int directoryLevels() {
        return directoryLevels;
    }

    /** Its root. */
    public long directoryRoot() {
        return g.addresses().firstTableFrame();
    }

    /** The frame of a lower directory table; {@link #NONE} when no device needs it. */
    private long directoryFrame(int level, long prefix) {
        int n = directories.indexOf(prefix << 2 | level);
        return n < 0 ? NONE : directoryRoot() + n;
    }

    /** What the word at a place in the directory says, except in a context: the next table of an entry, or {@link #NONE}. */
    public long nextDirectory(long frame, int word) {
        long table = directories.get((int) (frame - directoryRoot()));
        int level = (int) table & 3;
        long prefix = (table >>> 2) << DIRECTORY_BITS | word;
        return level == 0 ? NONE : directoryFrame(level - 1, prefix);
    }

    /** The requester whose context a word of the directory is in; {@link #NONE} without one. */
    public int requesterAt(long frame, int word) {
        int n = (int) (frame - directoryRoot());
        if (n < 0 || n >= directories.size() || (directories.get(n) & 3) != 0) {
            return NONE;
        }
        int id = (int) (directories.get(n) >>> 2) << LEAF_BITS | word / DeviceContext.BASE_WORDS;
        return g.users().deviceIds().indexOf(id);
    }

    /** Whether a place is in the device directory. */
    public boolean isDirectory(long frame) {
        return frame >= directoryRoot() && frame < directoryRoot() + directories.size();
    }

    /** Place of a table. */
    public long frameOf(int table) {
        if (inFrames && table < leafTables) {
            return g.frameNumber(table);
        }
        Key key = key(table);
        return key.level() == levels - 1
                ? firstRoot + (long) ROOT_FRAMES * key.space()
                : firstTable + table - movable();
    }

    /** The table at a place, or {@link #NONE}. */
    public int tableAt(long frame) {
        int guest = inFrames ? g.frameAt(frame) : NONE;
        if (guest >= 0) {
            return guest;
        }
        long root = frame - firstRoot;
        if (root >= 0 && root < (long) ROOT_FRAMES * g.users().spaces().size()) {
            return root % ROOT_FRAMES == 0 ? root((int) root / ROOT_FRAMES) : NONE;
        }
        long n = frame - firstTable;
        return n >= 0 && n < keys.size() ? (int) n + movable() : NONE;
    }

    /** The frame of the command queue. */
    public long commandQueue() {
        return firstRoot + (long) ROOT_FRAMES * g.users().spaces().size();
    }

    /**
     * Number of the table of a space through which a page's walk goes.
     *
     * @param page 4 KiB page number
     * @return {@link #NONE} where no modelled page has that table
     */
    public int table(int space, int level, long page) {
        int place = place(level, page);
        int[] of = numbers[level][space];
        return of != null && place >= 0 && place < of.length ? of[place] : NONE;
    }

    /** Number of the root of a space. */
    public int root(int space) {
        return table(space, levels - 1, 0);
    }

    /** Which entry of a table of a level a page's walk goes through. */
    public int index(int level, long page) {
        long at = page >>> (g.indexBits() * level);
        return (int) (level == levels - 1 ? at : at & (1L << g.indexBits()) - 1);
    }
}
