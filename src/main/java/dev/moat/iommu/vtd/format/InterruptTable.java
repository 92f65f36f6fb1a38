package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import java.util.List;

/** IRTA, where the interrupt-remapping table is. {@code @shape} 64 bits. {@code @source} VTD-REGISTERS. */
public final class InterruptTable {
    private InterruptTable() {}

    /** The table has 2^(S+1) entries. */
    public static final BitField S = new BitField("S", 3, 0);

    static final BitField RSVD_10 = new BitField("RSVD_10", 10, 4);
    /** Destinations of 32 bits. */
    public static final BitField EIME = BitField.bit("EIME", 11);
    /** Frame of the table. */
    public static final BitField BASE = new BitField("BASE", 63, 12);

    /** All 64 bits. */
    public static final List<BitField> FIELDS = List.of(S, RSVD_10, EIME, BASE);

    /** Entries of the table. */
    public static int entries(long irta) {
        return 1 << ((int) S.get(irta) + 1);
    }
}
