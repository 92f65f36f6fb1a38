package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import dev.moat.iommu.PageRange;
import java.util.List;

/**
 * The 128-bit descriptors of the invalidation queue.
 *
 * <p>{@code @shape} two words lo and hi; type in lo 3:0, extended by lo 11:9, which is 0 in all types modelled.
 * {@code @unit} ADDR of an invalidation is a 4 KiB page number, of a wait a 4-byte unit. {@code @writer} HYPERVISOR.
 * {@code @source} VTD-QI.
 */
public final class Descriptors {
    private Descriptors() {}

    public static final int CONTEXT_CACHE = 1;
    public static final int IOTLB = 2;
    public static final int DEVICE_TLB = 3;
    public static final int INTERRUPT_ENTRY_CACHE = 4;
    public static final int WAIT = 5;

    /** G of context-cache and IOTLB descriptors: everything. */
    public static final int GLOBAL = 1;
    /** G of context-cache and IOTLB descriptors: all entries of one DID. */
    public static final int DOMAIN = 2;
    /** G of an IOTLB descriptor: one size-aligned range of pages. */
    public static final int PAGE = 3;
    /** G of a context-cache descriptor: the devices that match SID under FM and carry the DID. */
    public static final int DEVICE = 3;

    /** Type; together with {@link #TYPE_HIGH}. */
    public static final BitField TYPE = new BitField("TYPE", 3, 0);

    public static final BitField TYPE_HIGH = new BitField("TYPE_HIGH", 11, 9);
    public static final BitField G = new BitField("G", 5, 4);
    static final BitField RSVD_15 = new BitField("RSVD_15", 15, 12);
    /** Domain id of context-cache and IOTLB descriptors. */
    public static final BitField DID = new BitField("DID", 31, 16);

    static final BitField RSVD_ALL = new BitField("RSVD", 63, 0);

    /** Context-cache invalidation. */
    public static final class ContextCache {
        private ContextCache() {}

        public static final BitField GRANULARITY = G;
        static final BitField RSVD_8 = new BitField("RSVD_8", 8, 6);
        public static final BitField SID = new BitField("SID", 47, 32);
        public static final BitField FM = new BitField("FM", 49, 48);
        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 50);
        public static final List<BitField> LO =
                List.of(TYPE, GRANULARITY, RSVD_8, TYPE_HIGH, RSVD_15, DID, SID, FM, RSVD_63);
        public static final List<BitField> HI = List.of(RSVD_ALL);
    }

    /** IOTLB invalidation. */
    public static final class Iotlb {
        private Iotlb() {}

        public static final BitField GRANULARITY = G;
        /** Drain writes. */
        public static final BitField DW = BitField.bit("DW", 6);
        /** Drain reads. */
        public static final BitField DR = BitField.bit("DR", 7);

        static final BitField RSVD_8 = BitField.bit("RSVD_8", 8);
        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 32);
        /** Address mask: the range is 2^AM pages. */
        public static final BitField AM = new BitField("AM", 5, 0);
        /** Hint that only leaf entries changed. */
        public static final BitField IH = BitField.bit("IH", 6);

        static final BitField RSVD_11 = new BitField("RSVD_11", 11, 7);
        public static final BitField ADDR = new BitField("ADDR", 63, 12);
        public static final List<BitField> LO =
                List.of(TYPE, GRANULARITY, DW, DR, RSVD_8, TYPE_HIGH, RSVD_15, DID, RSVD_63);
        public static final List<BitField> HI = List.of(AM, IH, RSVD_11, ADDR);

        /** AM of the smallest aligned range from the first page to the last. */
        public static int mask(long first, long last) {
            return PageRange.order(first, last);
        }

        /** Pages that a second word names; AM below 52. */
        public static long pageCount(long hi) {
            return 1L << (int) AM.get(hi);
        }

        /** The first page that a second word names. */
        public static long firstPage(long hi) {
            return ADDR.get(hi) & -pageCount(hi);
        }
    }

    /** Device-TLB invalidation. */
    public static final class DeviceTlb {
        private DeviceTlb() {}

        static final BitField RSVD_8 = new BitField("RSVD_8", 8, 4);
        public static final BitField PFSID_LO = new BitField("PFSID_LO", 15, 12);
        public static final BitField MIP = new BitField("MIP", 20, 16);
        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 21);
        public static final BitField SID = new BitField("SID", 47, 32);
        static final BitField RSVD_51 = new BitField("RSVD_51", 51, 48);
        public static final BitField PFSID_HI = new BitField("PFSID_HI", 63, 52);
        public static final BitField S = BitField.bit("S", 0);
        static final BitField RSVD_11 = new BitField("RSVD_11", 11, 1);
        public static final BitField ADDR = new BitField("ADDR", 63, 12);
        public static final List<BitField> LO =
                List.of(TYPE, RSVD_8, TYPE_HIGH, PFSID_LO, MIP, RSVD_31, SID, RSVD_51, PFSID_HI);
        public static final List<BitField> HI = List.of(S, RSVD_11, ADDR);
    }

    /** Interrupt-entry-cache invalidation. */
    public static final class InterruptEntryCache {
        private InterruptEntryCache() {}

        /** 0 global, 1 the entries that match IIDX under IM. */
        public static final BitField GRANULARITY = BitField.bit("G", 4);

        static final BitField RSVD_8 = new BitField("RSVD_8", 8, 5);
        static final BitField RSVD_26 = new BitField("RSVD_26", 26, 12);
        public static final BitField IM = new BitField("IM", 31, 27);
        public static final BitField IIDX = new BitField("IIDX", 47, 32);
        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 48);
        public static final List<BitField> LO =
                List.of(TYPE, GRANULARITY, RSVD_8, TYPE_HIGH, RSVD_26, IM, IIDX, RSVD_63);
        public static final List<BitField> HI = List.of(RSVD_ALL);

        /** Low bits of an index that make no difference: IM, or all where the granularity is global. */
        public static int lowBits(long lo) {
            return GRANULARITY.isSet(lo) ? (int) IM.get(lo) : IIDX.width();
        }

        /** Whether two indices are the same but for their low bits. */
        public static boolean isSame(int index, int other, int lowBits) {
            return index >>> lowBits == other >>> lowBits;
        }
    }

    /** Invalidation wait. */
    public static final class Wait {
        private Wait() {}

        /** Interrupt flag: sets ICS.IWC. */
        public static final BitField IF = BitField.bit("IF", 4);
        /** Status write. */
        public static final BitField SW = BitField.bit("SW", 5);
        /** Fence; no effect here, descriptors complete in order. */
        public static final BitField FN = BitField.bit("FN", 6);
        /** Page-request drain; reserved without ECAP.PDS. */
        public static final BitField PD = BitField.bit("PD", 7);

        static final BitField RSVD_8 = BitField.bit("RSVD_8", 8);
        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 12);
        public static final BitField DATA = new BitField("DATA", 63, 32);
        static final BitField RSVD_1 = new BitField("RSVD_1", 1, 0);
        public static final BitField ADDR = new BitField("ADDR", 63, 2);
        public static final List<BitField> LO = List.of(TYPE, IF, SW, FN, PD, RSVD_8, TYPE_HIGH, RSVD_31, DATA);
        public static final List<BitField> HI = List.of(RSVD_1, ADDR);
    }

    /** The fields of the two words. */
    private record Words(List<BitField> lo, List<BitField> hi) {}

    private static Words words(long lo) {
        return switch (type(lo)) {
            case CONTEXT_CACHE -> new Words(ContextCache.LO, ContextCache.HI);
            case IOTLB -> new Words(Iotlb.LO, Iotlb.HI);
            case DEVICE_TLB -> new Words(DeviceTlb.LO, DeviceTlb.HI);
            case INTERRUPT_ENTRY_CACHE -> new Words(InterruptEntryCache.LO, InterruptEntryCache.HI);
            case WAIT -> new Words(Wait.LO, Wait.HI);
            default -> new Words(List.of(TYPE, TYPE_HIGH), List.of());
        };
    }

    /** The fields of a descriptor's first word, by its type, which comes first; of an unknown one it is alone. */
    public static List<BitField> fieldsLo(long lo) {
        return words(lo).lo;
    }

    /** The fields of a descriptor's second word, by its first; none of an unknown one. */
    public static List<BitField> fieldsHi(long lo) {
        return words(lo).hi;
    }

    private static int type(long lo) {
        return (int) (TYPE.get(lo) | TYPE_HIGH.get(lo) << TYPE.width());
    }

    /** First word: forget all context entries. The second word is 0. */
    public static long contextGlobal() {
        return G.set(CONTEXT_CACHE, GLOBAL);
    }

    /** First word: forget the context entries tagged with a DID. The second word is 0. */
    public static long contextDomain(int did) {
        return DID.set(G.set(CONTEXT_CACHE, DOMAIN), did);
    }

    /**
     * First word: forget the context entries of devices with this DID. The second word is 0.
     *
     * @param did the DID the entries were cached with
     * @param sid source-id
     * @param fm function mask: 0 compares all bits, 1 ignores function bit 2, 2 bits 2:1, 3 all of them
     */
    public static long contextDevice(int did, int sid, int fm) {
        long lo = DID.set(G.set(CONTEXT_CACHE, DEVICE), did);
        return ContextCache.FM.set(ContextCache.SID.set(lo, sid), fm);
    }

    /** First word: forget all translations, draining reads and writes. The second word is 0. */
    public static long iotlbGlobal() {
        return draining(G.set(IOTLB, GLOBAL));
    }

    /** First word: forget the translations tagged with a DID, draining reads and writes. The second word is 0. */
    public static long iotlbDomain(int did) {
        return DID.set(draining(G.set(IOTLB, DOMAIN)), did);
    }

    /** First word: forget a range of translations of a DID, draining; {@link #iotlbPageHi} is the second word. */
    public static long iotlbPage(int did) {
        return DID.set(draining(G.set(IOTLB, PAGE)), did);
    }

    /**
     * Second word of {@link #iotlbPage}.
     *
     * @param page 4 KiB page number; hardware ignores its AM low bits
     * @param am the range is 2^am pages
     * @param leafOnly the hint IH
     */
    public static long iotlbPageHi(long page, int am, boolean leafOnly) {
        return Iotlb.ADDR.set(Iotlb.IH.set(Iotlb.AM.set(0, am), leafOnly ? 1 : 0), page);
    }

    /**
     * Second word of {@link #iotlbPage}, as drivers write it: without the low bits that hardware ignores.
     *
     * @param page a 4 KiB page number in the range
     */
    public static long iotlbRangeHi(long page, int am, boolean leafOnly) {
        return iotlbPageHi(page & -(1L << am), am, leafOnly);
    }

    private static long draining(long lo) {
        return lo | Iotlb.DW.mask() | Iotlb.DR.mask();
    }

    /** First word: write 32 bits of data when all earlier descriptors have completed. */
    public static long waitStatus(int data) {
        return Wait.DATA.set(WAIT | Wait.SW.mask(), Integer.toUnsignedLong(data));
    }

    /** Second word of {@link #waitStatus}: byte address of the status, a multiple of 4. */
    public static long waitAddress(long address) {
        return Wait.ADDR.set(0, address >>> 2);
    }
}
