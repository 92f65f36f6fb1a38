package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Page request: a device asks software to have a page present. What the unit leaves in the page-request queue for it.
 *
 * <p>{@code @shape} 256 bits, four words, the last two 0. {@code @unit} ADDR is a 4 KiB page number. {@code @source} VTD-PAGE-REQUESTS.
 */
public final class PageRequest {
    private PageRequest() {}

    /** Bytes of one descriptor. */
    public static final int BYTES = 32;

    /** The only type, in TYPE. */
    public static final int PAGE_REQUEST = 1;

    public static final BitField TYPE = new BitField("TYPE", 7, 0);
    /** The request carries a PASID. */
    public static final BitField PP = BitField.bit("PP", 8);

    static final BitField RSVD_15 = new BitField("RSVD_15", 15, 9);
    /** Requester. */
    public static final BitField RID = new BitField("RID", 31, 16);

    public static final BitField PASID = new BitField("PASID", 51, 32);
    /** To execute. */
    public static final BitField EXR = BitField.bit("EXR", 52);
    /** Of a supervisor. */
    public static final BitField PMR = BitField.bit("PMR", 53);

    static final BitField RSVD_63 = new BitField("RSVD_63", 63, 54);

    /** To read. */
    public static final BitField RD = BitField.bit("RD", 0);
    /** To write. */
    public static final BitField WR = BitField.bit("WR", 1);
    /** The last one of its group; software responds to groups. */
    public static final BitField LPIG = BitField.bit("LPIG", 2);
    /** Which group, of those that the device has open. */
    public static final BitField PRGI = new BitField("PRGI", 11, 3);

    public static final BitField ADDR = new BitField("ADDR", 63, 12);

    /** All 64 bits of the first word. */
    public static final List<BitField> W0 = List.of(TYPE, PP, RSVD_15, RID, PASID, EXR, PMR, RSVD_63);
    /** All 64 bits of the second word. */
    public static final List<BitField> W1 = List.of(RD, WR, LPIG, PRGI, ADDR);
}
