package dev.moat.iommu.riscv.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Entry of an MSI page table: where writes to one interrupt file of a guest go. Two words. {@code @unit} PPNs are 4 KiB frame
 * numbers, MRIF is in units of 512 bytes. {@code @source} RISCV-AIA IOMMU support for MSIs; RISCV-IOMMU, data structures.
 */
public final class MsiEntry {
    private MsiEntry() {}

    /** Bytes of one entry. */
    public static final int BYTES = 16;
    /** M of an entry that leads to a memory-resident interrupt file. */
    public static final int MRIF_MODE = 1;
    /** M of an entry that leads to a page. */
    public static final int BASIC_MODE = 3;

    public static final BitField V = BitField.bit("V", 0);
    public static final BitField M = new BitField("M", 2, 1);
    /** The rest of the entry is custom. */
    public static final BitField C = BitField.bit("C", 63);

    static final BitField RSVD_9 = new BitField("RSVD_9", 9, 3);
    public static final BitField PPN = new BitField("PPN", 53, 10);
    static final BitField RSVD_62 = new BitField("RSVD_62", 62, 54);

    static final BitField RSVD_6 = new BitField("RSVD_6", 6, 3);
    public static final BitField MRIF = new BitField("MRIF_Address", 53, 7);
    /** The notice's data, bits 9:0. */
    public static final BitField NID_LOW = new BitField("N90", 9, 0);
    /** The notice's page. */
    public static final BitField NPPN = new BitField("NPPN", 53, 10);

    static final BitField RSVD_59 = new BitField("RSVD_59", 59, 54);
    public static final BitField NID_HIGH = BitField.bit("N10", 60);
    static final BitField RSVD_63 = new BitField("RSVD_63", 63, 61);

    /** First word of an entry in basic mode; the second word is ignored. */
    public static final List<BitField> BASIC = List.of(V, M, RSVD_9, PPN, RSVD_62, C);
    /** First word of an entry in MRIF mode. */
    public static final List<BitField> MRIF_LO = List.of(V, M, RSVD_6, MRIF, RSVD_62, C);
    /** Second word of it. */
    public static final List<BitField> MRIF_HI = List.of(NID_LOW, NPPN, RSVD_59, NID_HIGH, RSVD_63);
}
