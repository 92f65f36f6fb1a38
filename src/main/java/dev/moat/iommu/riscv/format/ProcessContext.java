package dev.moat.iommu.riscv.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Process context (PC): the first stage of one process of a device. Two words; the second one is a {@link DeviceContext.Pointer}.
 * {@code @source} RISCV-IOMMU, data structures, PC.
 */
public final class ProcessContext {
    private ProcessContext() {}

    public static final int TA = 0;
    public static final int FSC = 1;
    /** Words of one context. */
    public static final int WORDS = 2;

    public static final BitField V = BitField.bit("V", 0);
    /** Supervisor requests are allowed. */
    public static final BitField ENS = BitField.bit("ENS", 1);
    /** Supervisor requests may read and write pages with U = 1. */
    public static final BitField SUM = BitField.bit("SUM", 2);

    static final BitField RSVD_11 = new BitField("RSVD_11", 11, 3);
    public static final BitField PSCID = new BitField("PSCID", 31, 12);
    static final BitField RSVD_63 = new BitField("RSVD_63", 63, 32);
    /** Word {@link #TA}. */
    public static final List<BitField> FIELDS = List.of(V, ENS, SUM, RSVD_11, PSCID, RSVD_63);
}
