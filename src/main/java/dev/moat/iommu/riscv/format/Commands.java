package dev.moat.iommu.riscv.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * The 16-byte commands of the command queue: two words lo and hi.
 *
 * <p>{@code @unit} ADDR of an invalidation is a 4 KiB page number, of a fence a number of 4 bytes. {@code @writer} HYPERVISOR.
 * {@code @source} RISCV-IOMMU, in-memory queues, command queue; extensions, NL and S.
 */
public final class Commands {
    private Commands() {}

    /** Bytes of one command. */
    public static final int BYTES = 16;

    public static final BitField OPCODE = new BitField("opcode", 6, 0);
    public static final BitField FUNC3 = new BitField("func3", 9, 7);
    /** Opcode and func3 together, which say what a command is. */
    public static final BitField KIND = new BitField("kind", 9, 0);

    public static final int IOTINVAL_VMA = 1;
    public static final int IOTINVAL_GVMA = 1 | 1 << 7;
    public static final int IOFENCE_C = 2;
    public static final int IODIR_INVAL_DDT = 3;
    public static final int IODIR_INVAL_PDT = 3 | 1 << 7;
    public static final int ATS_INVAL = 4;
    public static final int ATS_PRGR = 4 | 1 << 7;

    /** Invalidates translations: IOTINVAL. */
    public static final class Translations {
        private Translations() {}

        public static final BitField AV = BitField.bit("AV", 10);
        static final BitField RSVD_11 = BitField.bit("RSVD_11", 11);
        public static final BitField PSCID = new BitField("PSCID", 31, 12);
        public static final BitField PSCV = BitField.bit("PSCV", 32);
        public static final BitField GV = BitField.bit("GV", 33);
        /** Non-leaf entries on the way of the address go too. */
        public static final BitField NL = BitField.bit("NL", 34);

        static final BitField RSVD_43 = new BitField("RSVD_43", 43, 35);
        public static final BitField GSCID = new BitField("GSCID", 59, 44);
        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 60);

        static final BitField RSVD_8 = new BitField("RSVD_8", 8, 0);
        /** The address stands for a range: {@link #rangeBits}. */
        public static final BitField S = BitField.bit("S", 9);

        public static final BitField ADDR = new BitField("ADDR", 61, 10);
        static final BitField RSVD_HI = new BitField("RSVD_63", 63, 62);
        public static final List<BitField> LO =
                List.of(OPCODE, FUNC3, AV, RSVD_11, PSCID, PSCV, GV, NL, RSVD_43, GSCID, RSVD_63);
        public static final List<BitField> HI = List.of(RSVD_8, S, ADDR, RSVD_HI);
    }

    /** Complete once all before it are: IOFENCE.C. */
    public static final class Fence {
        private Fence() {}

        /** Store DATA at ADDR. */
        public static final BitField AV = BitField.bit("AV", 10);
        /** Set fence_w_ip. */
        public static final BitField WSI = BitField.bit("WSI", 11);
        /** Reads that were processed before are done for everybody. */
        public static final BitField PR = BitField.bit("PR", 12);
        /** Writes that were processed before are done for everybody. */
        public static final BitField PW = BitField.bit("PW", 13);

        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 14);
        public static final BitField DATA = new BitField("DATA", 63, 32);
        public static final BitField ADDR = new BitField("ADDR", 61, 0);
        static final BitField RSVD_HI = new BitField("RSVD_63", 63, 62);
        public static final List<BitField> LO = List.of(OPCODE, FUNC3, AV, WSI, PR, PW, RSVD_31, DATA);
        public static final List<BitField> HI = List.of(ADDR, RSVD_HI);
    }

    /** Invalidates directory entries: IODIR. */
    public static final class Directory {
        private Directory() {}

        static final BitField RSVD_11 = new BitField("RSVD_11", 11, 10);
        public static final BitField PID = new BitField("PID", 31, 12);
        static final BitField RSVD_32 = BitField.bit("RSVD_32", 32);
        public static final BitField DV = BitField.bit("DV", 33);
        static final BitField RSVD_39 = new BitField("RSVD_39", 39, 34);
        public static final BitField DID = new BitField("DID", 63, 40);
        static final BitField RSVD_HI = new BitField("RSVD", 63, 0);
        public static final List<BitField> LO = List.of(OPCODE, FUNC3, RSVD_11, PID, RSVD_32, DV, RSVD_39, DID);
        public static final List<BitField> HI = List.of(RSVD_HI);
    }

    /** Sends a message to a device: ATS. */
    public static final class Message {
        private Message() {}

        static final BitField RSVD_11 = new BitField("RSVD_11", 11, 10);
        public static final BitField PID = new BitField("PID", 31, 12);
        public static final BitField PV = BitField.bit("PV", 32);
        public static final BitField DSV = BitField.bit("DSV", 33);
        static final BitField RSVD_39 = new BitField("RSVD_39", 39, 34);
        public static final BitField RID = new BitField("RID", 55, 40);
        public static final BitField DSEG = new BitField("DSEG", 63, 56);
        public static final BitField PAYLOAD = new BitField("PAYLOAD", 63, 0);
        public static final List<BitField> LO = List.of(OPCODE, FUNC3, RSVD_11, PID, PV, DSV, RSVD_39, RID, DSEG);
        public static final List<BitField> HI = List.of(PAYLOAD);
    }

    private static final List<BitField> UNKNOWN = List.of(OPCODE, FUNC3);

    /** The fields of a command's first word; of an unknown one opcode and func3 alone. */
    public static List<BitField> fieldsLo(long lo) {
        return switch ((int) KIND.get(lo)) {
            case IOTINVAL_VMA, IOTINVAL_GVMA -> Translations.LO;
            case IOFENCE_C -> Fence.LO;
            case IODIR_INVAL_DDT, IODIR_INVAL_PDT -> Directory.LO;
            case ATS_INVAL, ATS_PRGR -> Message.LO;
            default -> UNKNOWN;
        };
    }

    /** The fields of a command's second word, by its first; none of an unknown one. */
    public static List<BitField> fieldsHi(long lo) {
        return switch ((int) KIND.get(lo)) {
            case IOTINVAL_VMA, IOTINVAL_GVMA -> Translations.HI;
            case IOFENCE_C -> Fence.HI;
            case IODIR_INVAL_DDT, IODIR_INVAL_PDT -> Directory.HI;
            case ATS_INVAL, ATS_PRGR -> Message.HI;
            default -> List.of();
        };
    }

    /** Whether a command removes something from caches. */
    public static boolean isInvalidation(long lo) {
        int opcode = (int) OPCODE.get(lo);
        return opcode == OPCODE.get(IOTINVAL_VMA) || opcode == OPCODE.get(IODIR_INVAL_DDT);
    }

    /**
     * The address of a range of pages, for S.
     *
     * @param first a page; the bits below the size are ignored
     * @param bits log2 of the pages, 1 to 52; 52 is every page
     */
    public static long ofRange(long first, int bits) {
        long low = (1L << (bits - 1)) - 1;
        return (first & -(1L << bits) & Translations.ADDR.max()) | low;
    }

    /** Log2 of the pages that an address with S stands for: 52 for every page, and for all ones, which mean nothing. */
    public static int rangeBits(long address) {
        return Math.min(Long.numberOfTrailingZeros(~address) + 1, Translations.ADDR.width());
    }
}
