package dev.moat.iommu.amdvi.format;

import dev.moat.bits.BitField;
import dev.moat.iommu.PageRange;
import java.util.List;
import java.util.stream.Stream;

/**
 * The 128-bit commands of the command buffer.
 *
 * <p>{@code @shape} two words lo and hi: lo holds the document's first two doublewords, hi the other two; the opcode is lo
 * 63:60 in all of them. {@code @unit} ADDRESS of an invalidation is a 4 KiB page number, of a completion wait an 8-byte unit.
 * {@code @writer} HYPERVISOR. {@code @source} AMDVI-COMMANDS.
 */
public final class Commands {
    private Commands() {}

    public static final int COMPLETION_WAIT = 1;
    public static final int INVALIDATE_DEVTAB_ENTRY = 2;
    public static final int INVALIDATE_IOMMU_PAGES = 3;
    public static final int INVALIDATE_IOTLB_PAGES = 4;
    public static final int INVALIDATE_INTERRUPT_TABLE = 5;
    public static final int PREFETCH_IOMMU_PAGES = 6;
    public static final int COMPLETE_PPR_REQUEST = 7;
    public static final int INVALIDATE_IOMMU_ALL = 8;

    /** Bytes of one command. */
    public static final int BYTES = 16;

    /** Which command. */
    public static final BitField OPCODE = new BitField("Opcode", 63, 60);

    static final BitField RSVD_HI = new BitField("RSVD", 63, 0);

    /** Tells software that all commands before it are done. */
    public static final class CompletionWait {
        private CompletionWait() {}

        /** Store DATA at ADDRESS. */
        public static final BitField S = BitField.bit("s", 0);
        /** Set ComWaitInt. */
        public static final BitField I = BitField.bit("i", 1);
        /** Hold later commands back until it is done; here they always are. */
        public static final BitField F = BitField.bit("f", 2);

        public static final BitField ADDRESS = new BitField("StoreAddress", 51, 3);
        static final BitField RSVD_59 = new BitField("RSVD_59", 59, 52);
        public static final BitField DATA = new BitField("StoreData", 63, 0);
        public static final List<BitField> LO = List.of(S, I, F, ADDRESS, RSVD_59, OPCODE);
        public static final List<BitField> HI = List.of(DATA);
    }

    /** Invalidates what is cached for one DevID: its device table entry, or its interrupt table, by the opcode. */
    public static final class Device {
        private Device() {}

        public static final BitField DEVICE_ID = new BitField("DeviceID", 15, 0);
        static final BitField RSVD_59 = new BitField("RSVD_59", 59, 16);
        public static final List<BitField> LO = List.of(DEVICE_ID, RSVD_59, OPCODE);
        public static final List<BitField> HI = List.of(RSVD_HI);
    }

    /** Invalidates cached translations of one DomainID. */
    public static final class Pages {
        private Pages() {}

        public static final BitField PASID = new BitField("PASID", 19, 0);
        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 20);
        public static final BitField DOMAIN_ID = new BitField("DomainID", 47, 32);
        static final BitField RSVD_59 = new BitField("RSVD_59", 59, 48);
        /** The size of the range is written into the address; one page otherwise. */
        public static final BitField S = BitField.bit("S", 0);
        /** Cached directory entries go too. */
        public static final BitField PDE = BitField.bit("PDE", 1);
        /** Guest translations of PASID are meant; with host translations only, no difference is made. */
        public static final BitField GN = BitField.bit("GN", 2);

        static final BitField RSVD_11 = new BitField("RSVD_11", 11, 3);
        public static final BitField ADDRESS = new BitField("Address", 63, 12);
        public static final List<BitField> LO = List.of(PASID, RSVD_31, DOMAIN_ID, RSVD_59, OPCODE);
        public static final List<BitField> HI = List.of(S, PDE, GN, RSVD_11, ADDRESS);
    }

    /**
     * Invalidates translations in the TLB of a device. {@code @source} parts of the PASID: Linux's build_inv_iotlb_pages, which was
     * corrected (e8d2d82d4a73) as the document was.
     */
    public static final class IotlbPages {
        private IotlbPages() {}

        public static final BitField DEVICE_ID = new BitField("DeviceID", 15, 0);
        public static final BitField PASID_MIDDLE = new BitField("PASID_15_8", 23, 16);
        public static final BitField MAX_PEND = new BitField("Maxpend", 31, 24);
        public static final BitField QUEUE_ID = new BitField("QueueID", 47, 32);
        public static final BitField PASID_LOW = new BitField("PASID_7_0", 55, 48);
        public static final BitField PASID_HIGH = new BitField("PASID_19_16", 59, 56);
        public static final BitField S = BitField.bit("S", 0);
        static final BitField RSVD_1 = BitField.bit("RSVD_1", 1);
        public static final BitField GN = BitField.bit("GN", 2);
        static final BitField RSVD_3 = BitField.bit("RSVD_3", 3);
        public static final BitField TYPE = new BitField("Type", 5, 4);
        static final BitField RSVD_11 = new BitField("RSVD_11", 11, 6);
        public static final BitField ADDRESS = new BitField("Address", 63, 12);
        public static final List<BitField> LO =
                List.of(DEVICE_ID, PASID_MIDDLE, MAX_PEND, QUEUE_ID, PASID_LOW, PASID_HIGH, OPCODE);
        public static final List<BitField> HI = List.of(S, RSVD_1, GN, RSVD_3, TYPE, RSVD_11, ADDRESS);
    }

    /** A hint to cache translations; the unit may always do that, so nothing happens here. */
    public static final class Prefetch {
        private Prefetch() {}

        public static final BitField DEVICE_ID = new BitField("DeviceID", 15, 0);
        static final BitField RSVD_23 = new BitField("RSVD_23", 23, 16);
        public static final BitField COUNT = new BitField("PFCount", 31, 24);
        public static final BitField PASID = new BitField("PASID", 51, 32);
        static final BitField RSVD_59 = new BitField("RSVD_59", 59, 52);
        public static final BitField S = BitField.bit("S", 0);
        static final BitField RSVD_1 = BitField.bit("RSVD_1", 1);
        public static final BitField GN = BitField.bit("GN", 2);
        static final BitField RSVD_3 = BitField.bit("RSVD_3", 3);
        public static final BitField INVAL = BitField.bit("Inval", 4);
        static final BitField RSVD_11 = new BitField("RSVD_11", 11, 5);
        public static final BitField ADDRESS = new BitField("Address", 63, 12);
        public static final List<BitField> LO = List.of(DEVICE_ID, RSVD_23, COUNT, PASID, RSVD_59, OPCODE);
        public static final List<BitField> HI = List.of(S, RSVD_1, GN, RSVD_3, INVAL, RSVD_11, ADDRESS);
    }

    /** Software's answer to a page request of a device; page requests are not modelled. */
    public static final class CompletePpr {
        private CompletePpr() {}

        public static final BitField DEVICE_ID = new BitField("DeviceID", 15, 0);
        static final BitField RSVD_LOW = new BitField("RSVD_31_16", 31, 16);
        public static final BitField PASID = new BitField("PASID", 51, 32);
        static final BitField RSVD_59 = new BitField("RSVD_59", 59, 52);
        static final BitField RSVD_1 = new BitField("RSVD_1", 1, 0);
        public static final BitField GN = BitField.bit("GN", 2);
        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 3);
        public static final BitField TAG = new BitField("CompletionTag", 47, 32);
        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 48);
        public static final List<BitField> LO = List.of(DEVICE_ID, RSVD_LOW, PASID, RSVD_59, OPCODE);
        public static final List<BitField> HI = List.of(RSVD_1, GN, RSVD_31, TAG, RSVD_63);
    }

    /** Invalidates everything. */
    public static final class All {
        private All() {}

        static final BitField RSVD_59 = new BitField("RSVD_59", 59, 0);
        public static final List<BitField> LO = List.of(RSVD_59, OPCODE);
        public static final List<BitField> HI = List.of(RSVD_HI);
    }

    /** The fields of the two words. */
    private record Words(List<BitField> lo, List<BitField> hi) {}

    private static Words words(long lo) {
        return switch ((int) OPCODE.get(lo)) {
            case COMPLETION_WAIT -> new Words(CompletionWait.LO, CompletionWait.HI);
            case INVALIDATE_DEVTAB_ENTRY, INVALIDATE_INTERRUPT_TABLE -> new Words(Device.LO, Device.HI);
            case INVALIDATE_IOMMU_PAGES -> new Words(Pages.LO, Pages.HI);
            case INVALIDATE_IOTLB_PAGES -> new Words(IotlbPages.LO, IotlbPages.HI);
            case PREFETCH_IOMMU_PAGES -> new Words(Prefetch.LO, Prefetch.HI);
            case COMPLETE_PPR_REQUEST -> new Words(CompletePpr.LO, CompletePpr.HI);
            case INVALIDATE_IOMMU_ALL -> new Words(All.LO, All.HI);
            default -> new Words(List.of(), List.of());
        };
    }

    /** The fields of a command's first word; the opcode, by which they are what they are, comes first, of an unknown one alone. */
    public static List<BitField> fieldsLo(long lo) {
        return Stream.concat(Stream.of(OPCODE), words(lo).lo.stream().filter(f -> !f.equals(OPCODE)))
                .toList();
    }

    /** The fields of a command's second word, by its first; none of an unknown one. */
    public static List<BitField> fieldsHi(long lo) {
        return words(lo).hi;
    }

    /** First word of a wait that stores at an address, a multiple of 8; the second word is the data. */
    public static long waitStore(long storeAddress) {
        return CompletionWait.ADDRESS.set(
                opcode(COMPLETION_WAIT) | CompletionWait.S.mask(), storeAddress >>> CompletionWait.ADDRESS.lo());
    }

    /** First word of a wait that sets ComWaitInt and stores nothing. */
    public static long waitInterrupt() {
        return opcode(COMPLETION_WAIT) | CompletionWait.I.mask();
    }

    /** First word of a command that names a DevID and nothing else; the second word is 0. */
    public static long device(int opcode, int deviceId) {
        return Device.DEVICE_ID.set(opcode(opcode), deviceId);
    }

    /** First word of an invalidation of a DomainID's translations; {@link #range} or {@link #everyPage} is the second. */
    public static long pages(int domainId) {
        return Pages.DOMAIN_ID.set(opcode(INVALIDATE_IOMMU_PAGES), domainId);
    }

    /**
     * Second word of an invalidation of one size-aligned range.
     *
     * @param page a 4 KiB page number in the range
     * @param order log2 of the pages in the range, 0 to 40; larger ranges are {@link #everyPage}, as which units read 40
     * @param directories whether cached directory entries go too
     */
    public static long range(long page, int order, boolean directories) {
        long below = order == 0 ? 0 : (1L << (order - 1)) - 1;
        long address = (page & -(1L << order)) | below;
        long word = Pages.S.set(Pages.ADDRESS.set(0, address), order == 0 ? 0 : 1);
        return Pages.PDE.set(word, directories ? 1 : 0);
    }

    /** Log2 of the pages of the smallest aligned range from the first page to the last. */
    public static int order(long first, long last) {
        return PageRange.order(first, last);
    }

    /** Log2 of the pages of the smallest whole table that has a range of an order. */
    public static int ofTables(int order, int indexBits) {
        return (order + indexBits - 1) / indexBits * indexBits;
    }

    /** Second word of an invalidation of all pages, as drivers write it: ones from bit 12 to bit 62. */
    public static long everyPage(boolean directories) {
        long word = Pages.ADDRESS.set(Pages.S.mask(), Pages.ADDRESS.max() >>> 1);
        return Pages.PDE.set(word, directories ? 1 : 0);
    }

    /** The first word of a command that has only an opcode. */
    public static long opcode(int opcode) {
        return OPCODE.set(0, opcode);
    }

    /** Where the first zero of the address field means every page; from here on the field is no size. */
    private static final int EVERY_PAGE = 51 - Pages.ADDRESS.lo();

    /** Pages that the second word of an invalidation covers, a power of two; 0 for every page. */
    public static long pageCount(long hi) {
        if (!Pages.S.isSet(hi)) {
            return 1;
        }
        int firstZero = Long.numberOfTrailingZeros(~Pages.ADDRESS.get(hi));
        return firstZero >= EVERY_PAGE ? 0 : 2L << firstZero;
    }

    /** The first page that the second word of an invalidation covers. */
    public static long firstPage(long hi) {
        long count = pageCount(hi);
        return count == 0 ? 0 : Pages.ADDRESS.get(hi) & -count;
    }
}
