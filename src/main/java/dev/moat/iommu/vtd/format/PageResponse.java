package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Page group response: the descriptor in the invalidation queue by which software answers a group of {@link PageRequest}s. Of 256 bits, the
 * second half 0.
 *
 * <p>{@code @shape} words lo and hi as in {@link Descriptors}. {@code @source} VTD-PAGE-REQUESTS.
 */
public final class PageResponse {
    private PageResponse() {}

    /** Type of the descriptor. */
    public static final int PAGE_GROUP_RESPONSE = 9;

    /** Code: the device may ask for translations again. */
    public static final int SUCCESS = 0;
    /** Code: software does not serve such a request. */
    public static final int INVALID = 1;
    /** Code: the device must ask for no page any more. */
    public static final int FAILURE = 0xf;

    /** The request carried a PASID. */
    public static final BitField PP = BitField.bit("PP", 4);

    static final BitField RSVD_8 = new BitField("RSVD_8", 8, 5);
    /** Response code. */
    public static final BitField RC = new BitField("RC", 15, 12);
    /** The device. */
    public static final BitField RID = new BitField("RID", 31, 16);

    public static final BitField PASID = new BitField("PASID", 51, 32);

    static final BitField RSVD_63 = new BitField("RSVD_63", 63, 52);

    static final BitField RSVD_1 = new BitField("RSVD_1", 1, 0);
    public static final BitField LPIG = BitField.bit("LPIG", 2);
    public static final BitField PRGI = new BitField("PRGI", 11, 3);
    static final BitField RSVD_ADDR = new BitField("RSVD_ADDR", 63, 12);

    /** All 64 bits of the first word. */
    public static final List<BitField> LO =
            List.of(Descriptors.TYPE, PP, RSVD_8, Descriptors.TYPE_HIGH, RC, RID, PASID, RSVD_63);
    /** All 64 bits of the second word. */
    public static final List<BitField> HI = List.of(RSVD_1, LPIG, PRGI, RSVD_ADDR);
}
