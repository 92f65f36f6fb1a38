package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Context entry of legacy mode.
 *
 * <p>{@code @shape} 128 bits, two words lo and hi; indexed by devfn in the bus's context table. {@code @unit} SLPTPTR
 * is a 4 KiB frame number; AW is levels minus 2. {@code @writer} HYPERVISOR. {@code @source} VTD-LEGACY-CONTEXT.
 */
public final class ContextEntry {
    private ContextEntry() {}

    /** TT: requests are translated by the second-level tables. */
    public static final int TT_UNTRANSLATED = 0;
    /** TT: as 0, and device TLBs may ask for and use translations. */
    public static final int TT_DEVICE_TLB = 1;
    /** TT: the address is used as it is. */
    public static final int TT_PASS_THROUGH = 2;
    /** TT: no meaning, an entry with it is invalid. */
    public static final int TT_RESERVED = 3;

    /** Present. */
    public static final BitField P = BitField.bit("P", 0);
    /** Fault processing disable: qualified fault reasons are not recorded. */
    public static final BitField FPD = BitField.bit("FPD", 1);
    /** Translation type. */
    public static final BitField TT = new BitField("TT", 3, 2);

    /** Must be 0. */
    public static final BitField RSVD_LO = new BitField("RSVD", 11, 4);
    /** Frame of the top second-level table; ignored for pass-through. */
    public static final BitField SLPTPTR = new BitField("SLPTPTR", 63, 12);

    /** Address width; second-level tables have AW + 2 levels. */
    public static final BitField AW = new BitField("AW", 2, 0);

    static final BitField AVAIL = new BitField("AVAIL", 6, 3);
    static final BitField RSVD_7 = BitField.bit("RSVD_7", 7);
    /** Tag of all cached translations of this device. */
    public static final BitField DID = new BitField("DID", 23, 8);

    static final BitField RSVD_HI = new BitField("RSVD", 63, 24);

    /** All 64 bits of the first word. */
    public static final List<BitField> LO = List.of(P, FPD, TT, RSVD_LO, SLPTPTR);
    /** All 64 bits of the second word. */
    public static final List<BitField> HI = List.of(AW, AVAIL, RSVD_7, DID, RSVD_HI);

    /** The first word of a present entry. */
    public static long lo(int translationType, long table) {
        return SLPTPTR.set(TT.set(P.mask(), translationType), table);
    }

    /** The second word. */
    public static long hi(int addressWidth, int did) {
        return DID.set(AW.set(0, addressWidth), did);
    }
}
