package dev.moat.iommu.riscv.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Entry of a first-stage or second-stage page table. Entries of Sv32 and Sv32x4 have the low 32 bits alone.
 *
 * <p>{@code @unit} PPN is a 4 KiB frame number, a guest's in a first stage behind a second one. {@code @writer} HYPERVISOR; the
 * unit sets A and D. {@code @source} RISCV-PRIVILEGED, Sv39, Sv32, Svnapot, Svpbmt, two-stage translation.
 */
public final class PageTableEntry {
    private PageTableEntry() {}

    /** Mode of a stage without translation. */
    public static final int BARE = 0;
    /** Mode Sv39 or Sv39x4; Sv32 or Sv32x4 where SXL or GXL says so. */
    public static final int SV39 = 8;
    /** Mode Sv48 or Sv48x4. */
    public static final int SV48 = 9;
    /** Mode Sv57 or Sv57x4. */
    public static final int SV57 = 10;

    /** Index bits of a level of real tables. */
    public static final int INDEX_BITS = 9;
    /** The same of Sv32. */
    public static final int INDEX_BITS_32 = 10;
    /** Further index bits of the root of a second stage. */
    public static final int ROOT_BITS = 2;

    public static final BitField V = BitField.bit("V", 0);
    public static final BitField R = BitField.bit("R", 1);
    public static final BitField W = BitField.bit("W", 2);
    public static final BitField X = BitField.bit("X", 3);
    public static final BitField U = BitField.bit("U", 4);
    public static final BitField G = BitField.bit("G", 5);
    public static final BitField A = BitField.bit("A", 6);
    public static final BitField D = BitField.bit("D", 7);
    public static final BitField RSW = new BitField("RSW", 9, 8);
    public static final BitField PPN = new BitField("PPN", 53, 10);
    static final BitField RSVD_58 = new BitField("RSVD_58", 58, 54);
    /** Reserved without Svrsw60t59b. */
    public static final BitField RSW_HIGH = new BitField("RSW60t59b", 60, 59);
    /** Reserved without Svpbmt; 3 always is. */
    public static final BitField PBMT = new BitField("PBMT", 62, 61);
    /** One of 16 entries of a page of 64 KiB. */
    public static final BitField N = BitField.bit("N", 63);

    public static final List<BitField> FIELDS = List.of(V, R, W, X, U, G, A, D, RSW, PPN, RSVD_58, RSW_HIGH, PBMT, N);

    /** PPN of an entry of 4 bytes. */
    public static final BitField PPN_32 = new BitField("PPN", 31, 10);

    /** The value of PBMT that has no meaning. */
    public static final int PBMT_RESERVED = 3;
    /** Bits 3:0 of PPN of a page of 64 KiB. */
    public static final int NAPOT = 8;
    /** Log2 of its pages. */
    public static final int NAPOT_BITS = 4;

    /** Whether a valid entry is a page; it leads to a table otherwise. */
    public static boolean isLeaf(long entry) {
        return (entry & (R.mask() | X.mask())) != 0;
    }

    /** An entry that leads to a table. */
    public static long table(long frame) {
        return PPN.set(V.mask(), frame);
    }

    /** A page of user memory, used and written. */
    public static long page(long frame, boolean read, boolean write) {
        long entry = PPN.set(V.mask() | U.mask() | A.mask() | D.mask(), frame);
        return W.set(R.set(entry, read || write ? 1 : 0), write ? 1 : 0);
    }
}
