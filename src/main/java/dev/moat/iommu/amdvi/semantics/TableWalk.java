package dev.moat.iommu.amdvi.semantics;

import dev.moat.bits.BitField;
import dev.moat.bits.Reserved;
import dev.moat.iommu.Memory;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Translation;
import org.jspecify.annotations.Nullable;

/**
 * What host page tables in memory answer. Reads only; neither the device table entry nor a cache is asked here, and the
 * device's own rights are not in the answer.
 *
 * <p>{@code @shape} how far a walk has come is a pointer, RIGHTS 1:0, LEVEL 4:2, TABLE 44:5, so that walks allocate nothing.
 *
 * <p>{@code @fails} at each level in this order: access, PR, reserved bits, then of a page its size, of a directory entry
 * its level and the address bits of levels left out. {@code @source} AMDVI-WALK.
 */
public final class TableWalk {
    /** The pointer that leads to no table. */
    public static final long NO_TABLE = -1;
    /** Of a pointer: the rights that all entries so far leave. */
    public static final BitField RIGHTS = new BitField("RIGHTS", 1, 0);
    /** Of a pointer: the level of the table, 1 to 6. */
    public static final BitField LEVEL = new BitField("LEVEL", 4, 2);
    /** Of a pointer: the table, a 4 KiB frame number. */
    public static final BitField TABLE = new BitField("TABLE", 44, 5);
    /** Of a pointer: 0. */
    public static final BitField NONE_63 = new BitField("NONE_63", 63, 45);

    private static final int PAGE_SHIFT = PageTableEntry.ADDR.lo();
    private static final int BOTH = Translation.READ | Translation.WRITE;
    private static final long RESERVED = Reserved.in(PageTableEntry.FIELDS);
    private static final long ALL_ONES = -1L;
    /** Entries that a walk reads at the most; only one that may go up again needs the bound. */
    private static final int MOST_ENTRIES = 64;

    private final Memory memory;
    private final int indexBits;
    private final long reserved;
    private final boolean lenientPresence;
    private final boolean onesAreAbsent;
    private final boolean asksOnTheWay;
    private final boolean leafAlone;
    private final boolean checksSkipped;
    private final boolean checksLevel;
    private final boolean checksSize;

    /** Told of the tables that a walk comes to below the first. */
    @FunctionalInterface
    public interface Passing {
        /** A table was reached. */
        void table(long[] s, long pointer);
    }

    /** @param indexBits address bits that one level decodes, 1 to 9; 9 is real */
    public TableWalk(Memory memory, int indexBits, Behaviour behaviour) {
        this.memory = memory;
        this.indexBits = indexBits;
        reserved = behaviour.has(Deviation.PTE_RESERVED) ? 0 : RESERVED;
        lenientPresence = behaviour.has(Deviation.LEAF_PR);
        onesAreAbsent = behaviour.has(Deviation.PTE_UNREAD);
        asksOnTheWay = behaviour.has(Deviation.PERM_CACHED_LEAF);
        leafAlone = behaviour.has(Deviation.PERM_LEAF_ALONE);
        checksSkipped = !behaviour.has(Deviation.SKIP_UNCHECKED);
        checksLevel = !behaviour.has(Deviation.LEVEL_UNCHECKED);
        checksSize = !behaviour.has(Deviation.NL7_SIZE);
    }

    /** The lowest address bit that a table of this level decodes; log2 of the natural size of its pages. */
    public int shift(int level) {
        return PAGE_SHIFT + indexBits * (level - 1);
    }

    /**
     * Descends to the page that an address lies in.
     *
     * @param from pointer to the first table
     * @param iova byte address, within the width that its level decodes
     * @return a {@link Translation} with the rights of the whole path, perhaps none
     */
    public long walk(long[] s, long from, long iova) {
        return descend(s, from, iova, 0, null);
    }

    /** As {@link #walk}, and tells of the tables on the way. */
    public long walk(long[] s, long from, long iova, Passing passing) {
        return descend(s, from, iova, 0, passing);
    }

    /**
     * As {@link #walk}, but with {@link Deviation#PERM_CACHED_LEAF} a directory entry without the right ends it, and with {@link
     * Deviation#PERM_LEAF_ALONE} the entry that leaves none is taken for a page of its level, whatever it leads to.
     *
     * @return with either, the rights of the leaf alone
     */
    public long walkFor(long[] s, long from, long iova, boolean write) {
        int needed = asksOnTheWay ? Translation.right(write) : BOTH;
        return descend(s, from, iova, asksOnTheWay || leafAlone ? needed : 0, null);
    }

    private long descend(long[] s, long from, long iova, int needed, @Nullable Passing passing) {
        long at = from;
        for (int n = 0; n < MOST_ENTRIES; n++) {
            long address = entryAddress(at, iova);
            if (!memory.isReadable(s, address)) {
                return Translation.of(Outcome.TABLE_ACCESS);
            }
            long entry = memory.read(s, address);
            if (onesAreAbsent && entry == ALL_ONES) {
                return Translation.of(Outcome.NOT_PRESENT);
            }
            if (needed != 0 && leafAlone && ((int) RIGHTS.get(at) & PageTableEntry.rights(entry)) == 0) {
                return lastWithoutRights(entry, level(at), iova);
            }
            Outcome fault = fault(entry, level(at), iova);
            if (fault != null) {
                return Translation.of(fault);
            }
            if (PageTableEntry.isPage(entry)) {
                int own = PageTableEntry.rights(entry);
                int rights = needed != 0 ? own : (int) RIGHTS.get(at) & own;
                return page(entry, sizeShift(entry, level(at)), iova, rights);
            }
            at = below(at, entry);
            if (asksOnTheWay && (RIGHTS.get(at) & needed) == 0) {
                return Translation.of(Outcome.NO_PERMISSION);
            }
            if (passing != null) {
                passing.table(s, at);
            }
        }
        return Translation.of(Outcome.LEVEL_ILLEGAL);
    }

    /** What QEMU 11.1's {@code fetch_pte} stops at: only PR and the rights of the entry itself are looked at afterwards. */
    private long lastWithoutRights(long entry, int level, long iova) {
        return PageTableEntry.PR.isSet(entry)
                ? page(entry, shift(level), iova, PageTableEntry.rights(entry))
                : Translation.of(Outcome.NOT_PRESENT);
    }

    /**
     * One step of a walk: the table that comes after this one.
     *
     * @return a pointer, {@link #NO_TABLE} when the entry is absent, wrong, or leads to a page
     */
    public long next(long[] s, long at, long iova) {
        long address = entryAddress(at, iova);
        if (!memory.isReadable(s, address)) {
            return NO_TABLE;
        }
        long entry = memory.read(s, address);
        boolean ends = fault(entry, level(at), iova) != null || PageTableEntry.isPage(entry);
        return ends ? NO_TABLE : below(at, entry);
    }

    /** Physical address of the last entry that a walk reads, or tries to. */
    public long lastRead(long[] s, long from, long iova) {
        long at = from;
        for (long below = at; below != NO_TABLE; below = next(s, at, iova)) {
            at = below;
        }
        return entryAddress(at, iova);
    }

    /** The pointer to a table with these rights above it. */
    public static long pointer(long table, int level, int rights) {
        return table << TABLE.lo() | (long) level << LEVEL.lo() | rights;
    }

    /** The pointer with which a walk begins: the table that quadword 0 of a device table entry leads to. */
    public static long top(long quad0) {
        return pointer(DeviceTableEntry.ROOT.get(quad0), (int) DeviceTableEntry.MODE.get(quad0), BOTH);
    }

    /** Level of the table that a pointer leads to. */
    public static int level(long pointer) {
        return (int) LEVEL.get(pointer);
    }

    private static long below(long at, long entry) {
        int rights = (int) RIGHTS.get(at) & PageTableEntry.rights(entry);
        return pointer(PageTableEntry.ADDR.get(entry), (int) PageTableEntry.NEXT_LEVEL.get(entry), rights);
    }

    /** Byte address of the entry of a table through which an address goes; a table of level 6 has 7 index bits left. */
    private long entryAddress(long at, long iova) {
        long index = (iova >>> shift(level(at))) & ((1L << indexBits) - 1);
        return (TABLE.get(at) << PAGE_SHIFT) + Long.BYTES * index;
    }

    private @Nullable Outcome fault(long entry, int level, long iova) {
        boolean page = PageTableEntry.isPage(entry);
        boolean present = PageTableEntry.PR.isSet(entry) || (lenientPresence && page && entry != 0);
        if (!present) {
            return Outcome.NOT_PRESENT;
        }
        if ((entry & reserved) != 0) {
            return Outcome.ENTRY_RESERVED;
        }
        int next = (int) PageTableEntry.NEXT_LEVEL.get(entry);
        if (page) {
            boolean sized = next == PageTableEntry.SIZED;
            return sized && checksSize && !isBetween(PageTableEntry.sizeShift(entry), level)
                    ? Outcome.SIZE_ILLEGAL
                    : null;
        }
        if (next >= level) {
            return checksLevel ? Outcome.LEVEL_ILLEGAL : null;
        }
        return checksSkipped && skipped(iova, next, level) != 0 ? Outcome.SKIPPED_BITS : null;
    }

    /** Whether a size lies strictly between the natural ones of this level and the next. */
    private boolean isBetween(int sizeShift, int level) {
        return sizeShift > shift(level) && sizeShift < shift(level + 1);
    }

    /** The address bits that no table decodes when a table of this level leads to one of level next. */
    private long skipped(long iova, int next, int level) {
        long below = (1L << shift(level)) - 1;
        return (iova & below) >>> shift(next + 1);
    }

    private int sizeShift(long entry, int level) {
        boolean sized = PageTableEntry.NEXT_LEVEL.get(entry) == PageTableEntry.SIZED;
        return sized ? PageTableEntry.sizeShift(entry) : shift(level);
    }

    private static long page(long entry, int sizeShift, long iova, int rights) {
        long offset = (1L << (sizeShift - PAGE_SHIFT)) - 1;
        long frame = (PageTableEntry.ADDR.get(entry) & ~offset) | ((iova >>> PAGE_SHIFT) & offset);
        return Translation.to(frame, rights, sizeShift);
    }
}
