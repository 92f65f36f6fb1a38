package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Context entry of scalable mode.
 *
 * <p>{@code @shape} 256 bits, four words; indexed by the low 7 bits of devfn in the half of the bus that devfn bit 7 names.
 * {@code @unit} PASIDDIRPTR is a 4 KiB frame number; a directory has 2^(PDTS+7) entries. {@code @source}
 * VTD-SCALABLE-CONTEXT.
 */
public final class ScalableContextEntry {
    private ScalableContextEntry() {}

    /** Bytes of one entry. */
    public static final int BYTES = 32;

    /** Present. */
    public static final BitField P = BitField.bit("P", 0);
    /** Fault processing disable. */
    public static final BitField FPD = BitField.bit("FPD", 1);
    /** Device-TLB enable: translation and translated requests are allowed. */
    public static final BitField DTE = BitField.bit("DTE", 2);
    /** Requests with PASID are allowed. */
    public static final BitField PASIDE = BitField.bit("PASIDE", 3);
    /** Page requests are allowed. */
    public static final BitField PRE = BitField.bit("PRE", 4);

    static final BitField RSVD_8 = new BitField("RSVD_8", 8, 5);
    /** Size of the PASID directory. */
    public static final BitField PDTS = new BitField("PDTS", 11, 9);
    /** Frame of the PASID directory. */
    public static final BitField PASIDDIRPTR = new BitField("PASIDDIRPTR", 63, 12);

    /** PASID of requests that carry none, where ECAP.RPS is set. */
    public static final BitField RID_PASID = new BitField("RID_PASID", 19, 0);
    /** Requests without PASID are privileged, where ECAP.SRS is set. */
    public static final BitField RID_PRIV = BitField.bit("RID_PRIV", 20);

    static final BitField RSVD_63 = new BitField("RSVD_63", 63, 21);
    static final BitField RSVD_ALL = new BitField("RSVD", 63, 0);

    /** All 64 bits of the first word. */
    public static final List<BitField> W0 = List.of(P, FPD, DTE, PASIDE, PRE, RSVD_8, PDTS, PASIDDIRPTR);
    /** All 64 bits of the second word. */
    public static final List<BitField> W1 = List.of(RID_PASID, RID_PRIV, RSVD_63);
    /** All 64 bits of the third and of the fourth word. */
    public static final List<BitField> W2 = List.of(RSVD_ALL);

    /** PASIDs that the directory covers. */
    public static long pasids(long w0) {
        return 1L << ((int) PDTS.get(w0) + 7 + PasidDirectoryEntry.TABLE_BITS);
    }
}
