package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Root-table entry of legacy mode.
 *
 * <p>{@code @shape} 128 bits, two words lo and hi; indexed by bus. {@code @unit} CTP is a 4 KiB frame number.
 * {@code @writer} HYPERVISOR. {@code @source} VTD-LEGACY-ROOT.
 */
public final class RootEntry {
    private RootEntry() {}

    /** Present. */
    public static final BitField P = BitField.bit("P", 0);

    static final BitField RSVD_LO = new BitField("RSVD", 11, 1);
    /** Context-table frame. */
    public static final BitField CTP = new BitField("CTP", 63, 12);

    static final BitField RSVD_HI = new BitField("RSVD", 63, 0);

    /** All 64 bits of the first word. */
    public static final List<BitField> LO = List.of(P, RSVD_LO, CTP);
    /** All 64 bits of the second word. */
    public static final List<BitField> HI = List.of(RSVD_HI);

    /** The first word of a present entry; the second word is 0. */
    public static long lo(long contextTable) {
        return CTP.set(P.mask(), contextTable);
    }
}
