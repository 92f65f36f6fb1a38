package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * First-level leaf or next-table entry, in the format of a processor's page tables.
 *
 * <p>{@code @shape} one word, 512 per table; a leaf in level 1, or in levels 2 and 3 with PS set. {@code @unit} ADDR is a
 * 4 KiB frame number; its bits below the size of a page of 2 MiB or 1 GiB are reserved, except the lowest, PAT.
 * {@code @source} VTD-FL-ENTRY.
 */
public final class FirstLevelEntry {
    private FirstLevelEntry() {}

    /** Present. */
    public static final BitField P = BitField.bit("P", 0);
    /** Writable. */
    public static final BitField RW = BitField.bit("R/W", 1);
    /** User requests are allowed. */
    public static final BitField US = BitField.bit("U/S", 2);

    static final BitField PWT = BitField.bit("PWT", 3);
    static final BitField PCD = BitField.bit("PCD", 4);
    /** Accessed; set by the unit. */
    public static final BitField A = BitField.bit("A", 5);
    /** Dirty; set by the unit in a leaf. */
    public static final BitField D = BitField.bit("D", 6);
    /** Page size: a leaf in levels 2 and 3; PAT in level 1; reserved above level 3. */
    public static final BitField PS = BitField.bit("PS", 7);

    static final BitField G = BitField.bit("G", 8);
    static final BitField IGN_11 = new BitField("IGN_11", 11, 9);
    /** Frame of the page or of the next table; bits at and above the host address width are reserved. */
    public static final BitField ADDR = new BitField("ADDR", 51, 12);

    static final BitField IGN_62 = new BitField("IGN_62", 62, 52);
    /** Execute disable. */
    public static final BitField XD = BitField.bit("XD", 63);

    /** All 64 bits. */
    public static final List<BitField> FIELDS = List.of(P, RW, US, PWT, PCD, A, D, PS, G, IGN_11, ADDR, IGN_62, XD);
}
