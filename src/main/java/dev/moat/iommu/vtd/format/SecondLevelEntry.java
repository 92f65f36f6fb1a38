package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import dev.moat.iommu.Rights;
import java.util.List;

/**
 * Second-level leaf or next-table entry. An entry is present when R or W is set; it is a leaf in level 1, or in levels
 * 2 and 3 with SP set.
 *
 * <p>{@code @shape} one word; 512 per table at real geometry. {@code @unit} ADDR is a 4 KiB frame number.
 * {@code @writer} HYPERVISOR. {@code @source} VTD-SL-ENTRY.
 */
public final class SecondLevelEntry {
    private SecondLevelEntry() {}

    /** Read. */
    public static final BitField R = BitField.bit("R", 0);
    /** Write. */
    public static final BitField W = BitField.bit("W", 1);
    /** Execute; ignored in legacy mode. */
    public static final BitField X = BitField.bit("X", 2);
    /** Memory type; ignored here. */
    public static final BitField EMT = new BitField("EMT", 5, 3);

    static final BitField IGN_6 = BitField.bit("IGN_6", 6);
    /** Superpage: a leaf in level 2 or 3; ignored in level 1, reserved above level 3. */
    public static final BitField SP = BitField.bit("SP", 7);
    /** Accessed; ignored in legacy mode. */
    public static final BitField A = BitField.bit("A", 8);
    /** Dirty; ignored in legacy mode. */
    public static final BitField D = BitField.bit("D", 9);

    static final BitField IGN_10 = BitField.bit("IGN_10", 10);
    /** Snoop: in a leaf where ECAP.SC is set, reserved elsewhere. */
    public static final BitField SNP = BitField.bit("SNP", 11);
    /** Frame of the page or of the next table; bits at and above the host address width are reserved. */
    public static final BitField ADDR = new BitField("ADDR", 51, 12);

    static final BitField IGN_61 = new BitField("IGN_61", 61, 52);
    /** Transient mapping: in a leaf where ECAP.DT is set, reserved elsewhere. */
    public static final BitField TM = BitField.bit("TM", 62);

    static final BitField IGN_63 = BitField.bit("IGN_63", 63);

    /** All 64 bits. */
    public static final List<BitField> FIELDS =
            List.of(R, W, X, EMT, IGN_6, SP, A, D, IGN_10, SNP, ADDR, IGN_61, TM, IGN_63);

    /** An entry with these rights ({@link Rights#READ}, {@link Rights#WRITE}), or 0 for an entry without rights. */
    public static long of(long frame, int rights) {
        return rights == 0 ? 0 : ADDR.set(withRights(0, rights), frame);
    }

    /** The rights of this entry alone. */
    public static int rights(long entry) {
        return (R.isSet(entry) ? Rights.READ : 0) | (W.isSet(entry) ? Rights.WRITE : 0);
    }

    /** The entry with other rights and the same address. */
    public static long withRights(long entry, int rights) {
        return W.set(R.set(entry, rights & Rights.READ), (rights & Rights.WRITE) >>> 1);
    }
}
