package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Entry of a PASID directory.
 *
 * <p>{@code @shape} one word; indexed by the bits of the PASID above {@link #TABLE_BITS}. {@code @unit} SMPTBLPTR is a 4 KiB
 * frame number. {@code @source} VTD-PASID-DIRECTORY.
 */
public final class PasidDirectoryEntry {
    private PasidDirectoryEntry() {}

    /** Bits of a PASID that index one PASID table. */
    public static final int TABLE_BITS = 6;

    /** Present. */
    public static final BitField P = BitField.bit("P", 0);
    /** Fault processing disable, for all PASIDs of the table. */
    public static final BitField FPD = BitField.bit("FPD", 1);

    static final BitField RSVD_11 = new BitField("RSVD_11", 11, 2);
    /** Frame of the PASID table. */
    public static final BitField SMPTBLPTR = new BitField("SMPTBLPTR", 63, 12);

    /** All 64 bits. */
    public static final List<BitField> FIELDS = List.of(P, FPD, RSVD_11, SMPTBLPTR);
}
