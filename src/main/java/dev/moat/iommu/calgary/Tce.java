package dev.moat.iommu.calgary;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Translation control entry. Without READ and WRITE it is invalid: every access through it is an error.
 *
 * <p>{@code @shape} one word as a number; in memory its bytes are in big-endian order ({@link #inMemory}). One per 4 KiB of I/O
 * addresses, in one flat table. {@code @unit} RPN is a 4 KiB frame number. {@code @writer} HYPERVISOR.
 * {@code @source} CALGARY-TCE.
 */
public final class Tce {
    private Tce() {}

    /** Right to read, as a bit of a set of rights. */
    public static final int MAY_READ = 1;
    /** Right to write, as a bit of a set of rights. */
    public static final int MAY_WRITE = 2;

    public static final BitField READ = BitField.bit("READ", 0);
    public static final BitField WRITE = BitField.bit("WRITE", 1);
    /** Not used by the chip here. */
    public static final BitField HUB_ID = new BitField("HUB_ID", 7, 2);

    static final BitField RSVD_11 = new BitField("RSVD_11", 11, 8);
    /** Real page number. */
    public static final BitField RPN = new BitField("RPN", 47, 12);

    static final BitField NONE_63 = new BitField("NONE_63", 63, 48);

    /** All 64 bits. */
    public static final List<BitField> FIELDS = List.of(READ, WRITE, HUB_ID, RSVD_11, RPN, NONE_63);

    private static final BitField RIGHTS = new BitField("RIGHTS", 1, 0);

    /** An entry that leads to a frame; 0 when there are no rights. */
    public static long of(long frame, int rights) {
        return rights == 0 ? 0 : RPN.set(RIGHTS.set(0, rights), frame);
    }

    /** The rights it gives. */
    public static int rights(long tce) {
        return (int) RIGHTS.get(tce);
    }

    /** Whether any access goes through. */
    public static boolean isValid(long tce) {
        return RIGHTS.isSet(tce);
    }

    /** The little-endian word of memory that holds an entry, and back. */
    public static long inMemory(long tce) {
        return Long.reverseBytes(tce);
    }
}
