package dev.moat.iommu.amdvi.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Entry of a host page table: a directory entry (PDE) that leads to a table of a lower level, or a page table entry (PTE)
 * that leads to memory. Both have one format; NextLevel tells them apart, at any level.
 *
 * <p>A page whose size is no power of 512 times 4 KiB has NextLevel {@link #SIZED}: from bit 12 up, the first bit that is 0
 * is the one below the size's, and the ones below it are no address. Such a PTE stands, the same, in every index that
 * the page covers.
 *
 * <p>{@code @shape} one word; 512 per table at real geometry. {@code @unit} ADDR is a 4 KiB frame number.
 * {@code @writer} HYPERVISOR. {@code @source} AMDVI-PTE.
 */
public final class PageTableEntry {
    private PageTableEntry() {}

    /** NextLevel: a page of the natural size of the level where the entry stands. */
    public static final int NATURAL = 0;
    /** NextLevel: a page whose size is written into the address. */
    public static final int SIZED = 7;

    /** Present. */
    public static final BitField PR = BitField.bit("PR", 0);

    static final BitField IGN_4 = new BitField("IGN_4", 4, 1);
    /** Accessed; not modelled. */
    public static final BitField A = BitField.bit("A", 5);
    /** Dirty; not modelled. */
    public static final BitField D = BitField.bit("D", 6);

    static final BitField IGN_8 = new BitField("IGN_8", 8, 7);
    /** Level of the table that ADDR leads to, {@link #NATURAL} or {@link #SIZED}. */
    public static final BitField NEXT_LEVEL = new BitField("NextLevel", 11, 9);
    /** Frame of the next table or of the page. */
    public static final BitField ADDR = new BitField("Address", 51, 12);

    static final BitField RSVD_58 = new BitField("RSVD_58", 58, 52);
    public static final BitField U = BitField.bit("U", 59);
    /** Force coherent. */
    public static final BitField FC = BitField.bit("FC", 60);
    /** Reads are permitted. */
    public static final BitField IR = BitField.bit("IR", 61);
    /** Writes are permitted. */
    public static final BitField IW = BitField.bit("IW", 62);

    static final BitField IGN_63 = BitField.bit("IGN_63", 63);

    /** Bits of an address that a level of real tables decodes. */
    public static final int INDEX_BITS = 9;
    /** Pages of 512 GiB, which do not work. */
    private static final long NOT_WORKING = 1L << 39;

    /** All 64 bits. */
    public static final List<BitField> FIELDS =
            List.of(PR, IGN_4, A, D, IGN_8, NEXT_LEVEL, ADDR, RSVD_58, U, FC, IR, IW, IGN_63);

    /** A present entry; rights are {@link Translation#READ} and {@link Translation#WRITE}. */
    public static long of(int nextLevel, long frame, int rights) {
        return withRights(ADDR.set(NEXT_LEVEL.set(PR.mask(), nextLevel), frame), rights);
    }

    /** A page of the natural size of the level it will stand in. */
    public static long page(long frame, int rights) {
        return of(NATURAL, frame, rights);
    }

    /**
     * A page of any size, to stand in each of its indices.
     *
     * @param frame its first frame, a multiple of its size
     * @param sizeShift log2 of its bytes, 13 to 52
     */
    public static long sizedPage(long frame, int sizeShift, int rights) {
        long below = (1L << (sizeShift - 1 - ADDR.lo())) - 1;
        return of(SIZED, frame | below, rights);
    }

    /** A directory entry. */
    public static long table(int level, long frame, int rights) {
        return of(level, frame, rights);
    }

    /** The rights of this entry alone. */
    public static int rights(long entry) {
        return (IR.isSet(entry) ? Translation.READ : 0) | (IW.isSet(entry) ? Translation.WRITE : 0);
    }

    /** The entry with other rights, the rest as it is. */
    public static long withRights(long entry, int rights) {
        return IW.set(IR.set(entry, rights & Translation.READ), (rights & Translation.WRITE) >>> 1);
    }

    /** Whether a present entry leads to memory and not to a table. */
    public static boolean isPage(long entry) {
        long next = NEXT_LEVEL.get(entry);
        return next == NATURAL || next == SIZED;
    }

    /**
     * The sizes of pages that tables of some levels have: every power of two that an entry of a level, or some in a row
     * ({@link #SIZED}), can be, the largest of 2^52 bytes; but not 512 GiB. {@code @source} Linux 6.1: AMD_IOMMU_PGSIZES.
     *
     * @param levels of real tables, 1 to 6
     * @return bit n is set when there are pages of 2^n bytes
     */
    public static long pageSizes(int levels) {
        int end = Math.min(ADDR.lo() + INDEX_BITS * levels, ADDR.hi() + 2);
        return (1L << end) - (1L << ADDR.lo()) & ~NOT_WORKING;
    }

    /** Log2 of the bytes of a page whose NextLevel is {@link #SIZED}; at least 13. */
    public static int sizeShift(long entry) {
        return ADDR.lo() + Long.numberOfTrailingZeros(~ADDR.get(entry)) + 1;
    }
}
