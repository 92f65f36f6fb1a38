package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * The descriptors of the invalidation queue that name a PASID; of 256 bits, the second half 0.
 *
 * <p>{@code @shape} words lo and hi as in {@link Descriptors}. {@code @unit} ADDR is a 4 KiB page number. {@code @source}
 * VTD-QI.
 */
public final class PasidDescriptors {
    private PasidDescriptors() {}

    /** Type: first-level and nested translations of one PASID. */
    public static final int PASID_IOTLB = 6;
    /** Type: cached PASID entries. */
    public static final int PASID_CACHE = 7;
    /** Type: a device's own translations of one PASID. */
    public static final int PASID_DEVICE_TLB = 8;

    /** G of a PASID-IOTLB descriptor: all of the PASID. */
    public static final int ALL_OF_PASID = 2;
    /** G of a PASID-IOTLB descriptor: one size-aligned range of pages of the PASID. */
    public static final int PAGES_OF_PASID = 3;

    /** G of a PASID-cache descriptor: all PASIDs of the DID. */
    public static final int CACHE_DOMAIN = 0;
    /** G of a PASID-cache descriptor: one PASID of the DID. */
    public static final int CACHE_PASID = 1;
    /** G of a PASID-cache descriptor: everything. */
    public static final int CACHE_GLOBAL = 3;

    /** PASID in descriptors of all three types. */
    public static final BitField PASID = new BitField("PASID", 51, 32);

    static final BitField RSVD_8 = new BitField("RSVD_8", 8, 6);
    static final BitField RSVD_15 = new BitField("RSVD_15", 15, 12);
    static final BitField RSVD_63 = new BitField("RSVD_63", 63, 52);
    static final BitField RSVD_ALL = new BitField("RSVD", 63, 0);

    /** First word of PASID-IOTLB and PASID-cache descriptors. */
    public static final List<BitField> LO = List.of(
            Descriptors.TYPE, Descriptors.G, RSVD_8, Descriptors.TYPE_HIGH, RSVD_15, Descriptors.DID, PASID, RSVD_63);

    /** Second word of a PASID-IOTLB descriptor. */
    public static final List<BitField> IOTLB_HI = Descriptors.Iotlb.HI;
    /** Second word of a PASID-cache descriptor, and the second half of any that needs only 128 bits. */
    public static final List<BitField> NOTHING = List.of(RSVD_ALL);

    /** PASID-based device-TLB invalidation. */
    public static final class DeviceTlb {
        private DeviceTlb() {}

        static final BitField MIP = new BitField("MIP", 8, 4);
        /** The low bits of the physical function's source-id. */
        public static final BitField PFSID_LO = new BitField("PFSID_LO", 15, 12);
        /** Source-id. */
        public static final BitField SID = new BitField("SID", 31, 16);
        /** The high bits of the physical function's source-id. */
        public static final BitField PFSID_HI = new BitField("PFSID_HI", 63, 52);

        static final BitField G = BitField.bit("G", 0);
        static final BitField RSVD_10 = new BitField("RSVD_10", 10, 1);
        static final BitField S = BitField.bit("S", 11);
        static final BitField ADDR = new BitField("ADDR", 63, 12);
        /** First word. */
        public static final List<BitField> LO =
                List.of(Descriptors.TYPE, MIP, Descriptors.TYPE_HIGH, PFSID_LO, SID, PASID, PFSID_HI);
        /** Second word. */
        public static final List<BitField> HI = List.of(G, RSVD_10, S, ADDR);
    }
}
