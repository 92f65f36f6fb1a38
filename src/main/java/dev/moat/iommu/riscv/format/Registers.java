package dev.moat.iommu.riscv.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Registers of one unit: where they are, and what their bits mean.
 *
 * <p>{@code @unit} byte offsets in a page of 4 KiB; a register has 8 bytes where a comment does not say 4. PPNs are 4 KiB frame
 * numbers. {@code @source} RISCV-IOMMU, registers.
 */
public final class Registers {
    private Registers() {}

    public static final int CAPABILITIES = 0;
    /** 4 bytes. */
    public static final int FCTL = 8;

    public static final int DDTP = 16;
    public static final int CQB = 24;
    /** 4 bytes, as the next one. */
    public static final int CQH = 32;

    public static final int CQT = 36;
    public static final int FQB = 40;
    /** 4 bytes, as the next one. */
    public static final int FQH = 48;

    public static final int FQT = 52;
    public static final int PQB = 56;
    /** 4 bytes, as all up to {@link #IPSR}. */
    public static final int PQH = 64;

    public static final int PQT = 68;
    public static final int CQCSR = 72;
    public static final int FQCSR = 76;
    public static final int PQCSR = 80;
    public static final int IPSR = 84;
    public static final int TR_REQ_IOVA = 600;
    public static final int TR_REQ_CTL = 608;
    public static final int TR_RESPONSE = 616;
    /** 4 bytes. */
    public static final int QOSID = 624;

    public static final int ICVEC = 760;
    /** The first entry of the table of messages: {@link #MSI_BYTES} each. */
    public static final int MSI_TABLE = 768;
    /** An address of 8 bytes, data of 4 and control of 4. */
    public static final int MSI_BYTES = 16;
    /** Entries of the table of messages. */
    public static final int MSI_ENTRIES = 16;

    /** What a unit can do. */
    public static final class Capability {
        private Capability() {}

        public static final BitField VERSION = new BitField("version", 7, 0);
        public static final BitField SV32 = BitField.bit("Sv32", 8);
        public static final BitField SV39 = BitField.bit("Sv39", 9);
        public static final BitField SV48 = BitField.bit("Sv48", 10);
        public static final BitField SV57 = BitField.bit("Sv57", 11);
        static final BitField RSVD_13 = new BitField("RSVD_13", 13, 12);
        /** Bits 60:59 of page table entries are software's. */
        public static final BitField SVRSW60T59B = BitField.bit("Svrsw60t59b", 14);

        public static final BitField SVPBMT = BitField.bit("Svpbmt", 15);
        public static final BitField SV32X4 = BitField.bit("Sv32x4", 16);
        public static final BitField SV39X4 = BitField.bit("Sv39x4", 17);
        public static final BitField SV48X4 = BitField.bit("Sv48x4", 18);
        public static final BitField SV57X4 = BitField.bit("Sv57x4", 19);
        static final BitField RSVD_20 = BitField.bit("RSVD_20", 20);
        public static final BitField AMO_MRIF = BitField.bit("AMO_MRIF", 21);
        /** Device contexts have the extended format, and MSI page tables. */
        public static final BitField MSI_FLAT = BitField.bit("MSI_FLAT", 22);

        public static final BitField MSI_MRIF = BitField.bit("MSI_MRIF", 23);
        /** The unit can set A and D bits. */
        public static final BitField AMO_HWAD = BitField.bit("AMO_HWAD", 24);
        /** ATS and page requests. */
        public static final BitField ATS = BitField.bit("ATS", 25);

        public static final BitField T2GPA = BitField.bit("T2GPA", 26);
        /** Both byte orders. */
        public static final BitField END = BitField.bit("END", 27);
        /** How interrupts are sent: {@link #IGS_MSI}, {@link #IGS_WSI} or {@link #IGS_BOTH}. */
        public static final BitField IGS = new BitField("IGS", 29, 28);

        public static final BitField HPM = BitField.bit("HPM", 30);
        public static final BitField DBG = BitField.bit("DBG", 31);
        /** Bits of a physical address. */
        public static final BitField PAS = new BitField("PAS", 37, 32);

        public static final BitField PD8 = BitField.bit("PD8", 38);
        public static final BitField PD17 = BitField.bit("PD17", 39);
        public static final BitField PD20 = BitField.bit("PD20", 40);
        public static final BitField QOSID = BitField.bit("QOSID", 41);
        /** Invalidations by address can name non-leaf entries. */
        public static final BitField NL = BitField.bit("NL", 42);
        /** Invalidations can name ranges. */
        public static final BitField S = BitField.bit("S", 43);

        static final BitField RSVD_55 = new BitField("RSVD_55", 55, 44);
        public static final BitField CUSTOM = new BitField("custom", 63, 56);

        public static final int IGS_MSI = 0;
        public static final int IGS_WSI = 1;
        public static final int IGS_BOTH = 2;

        public static final List<BitField> FIELDS = List.of(
                VERSION,
                SV32,
                SV39,
                SV48,
                SV57,
                RSVD_13,
                SVRSW60T59B,
                SVPBMT,
                SV32X4,
                SV39X4,
                SV48X4,
                SV57X4,
                RSVD_20,
                AMO_MRIF,
                MSI_FLAT,
                MSI_MRIF,
                AMO_HWAD,
                ATS,
                T2GPA,
                END,
                IGS,
                HPM,
                DBG,
                PAS,
                PD8,
                PD17,
                PD20,
                QOSID,
                NL,
                S,
                RSVD_55,
                CUSTOM);
    }

    /** Features that software switches; 4 bytes. */
    public static final class Features {
        private Features() {}

        /** All that the unit reads and writes itself is big-endian, except what SBE of a device context says. */
        public static final BitField BE = BitField.bit("BE", 0);
        /** Interrupts are wires, and no messages. */
        public static final BitField WSI = BitField.bit("WSI", 1);
        /** Second stages are Sv32x4. */
        public static final BitField GXL = BitField.bit("GXL", 2);

        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 3);
        static final BitField NONE_63 = new BitField("NONE_63", 63, 32);
        public static final List<BitField> FIELDS = List.of(BE, WSI, GXL, RSVD_31, NONE_63);
    }

    /** The device directory. */
    public static final class DirectoryPointer {
        private DirectoryPointer() {}

        /** {@link #OFF}, {@link #BARE}, or one less than this many levels: {@link #levels}. */
        public static final BitField MODE = new BitField("iommu_mode", 3, 0);

        public static final BitField BUSY = BitField.bit("busy", 4);
        static final BitField RSVD_9 = new BitField("RSVD_9", 9, 5);
        public static final BitField PPN = new BitField("PPN", 53, 10);
        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 54);
        public static final List<BitField> FIELDS = List.of(MODE, BUSY, RSVD_9, PPN, RSVD_63);

        public static final int OFF = 0;
        public static final int BARE = 1;
        /** Three levels. */
        public static final int LAST_MODE = 4;

        /** Levels of the device directory; 0 or less without one. */
        public static int levels(long ddtp) {
            return (int) MODE.get(ddtp) - 1;
        }

        /** The register for a directory. */
        public static long of(int levels, long frame) {
            return PPN.set(MODE.set(0, levels + 1L), frame);
        }
    }

    /** Base of the command, fault or page-request queue. */
    public static final class QueueBase {
        private QueueBase() {}

        /** Log2 of the entries, less 1. */
        public static final BitField LOG2SZ = new BitField("LOG2SZ-1", 4, 0);

        static final BitField RSVD_9 = new BitField("RSVD_9", 9, 5);
        public static final BitField PPN = new BitField("PPN", 53, 10);
        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 54);
        public static final List<BitField> FIELDS = List.of(LOG2SZ, RSVD_9, PPN, RSVD_63);

        /** The bits that an index may have; as many entries, less 1. */
        public static long indexMask(long base) {
            return (2L << LOG2SZ.get(base)) - 1;
        }

        /** Byte address of an entry. */
        public static long address(long base, long index, int bytes) {
            return (PPN.get(base) << 12) + index * bytes;
        }

        /** The register for a queue. */
        public static long of(int log2Entries, long frame) {
            return PPN.set(LOG2SZ.set(0, log2Entries - 1L), frame);
        }
    }

    /** Head or tail of a queue; 4 bytes. */
    public static final class QueueIndex {
        private QueueIndex() {}

        public static final BitField INDEX = new BitField("index", 31, 0);
        static final BitField NONE_63 = new BitField("NONE_63", 63, 32);
        public static final List<BitField> FIELDS = List.of(INDEX, NONE_63);
    }

    /** Control and status of a queue; 4 bytes. {@code cqcsr} has the errors at bits 9 to 11 that the other two have not. */
    public static final class QueueControl {
        private QueueControl() {}

        /** {@code cqen}, {@code fqen}, {@code pqen}. */
        public static final BitField EN = BitField.bit("en", 0);
        /** {@code cie}, {@code fie}, {@code pie}. */
        public static final BitField IE = BitField.bit("ie", 1);

        static final BitField RSVD_7 = new BitField("RSVD_7", 7, 2);
        /** The queue could not be read or written, or the store of a fence failed. */
        public static final BitField MF = BitField.bit("mf", 8);
        /** Of the fault and page-request queue: an entry was lost because the queue was full. */
        public static final BitField OF = BitField.bit("of", 9);
        /** Of the command queue: an ATS invalidation before a fence timed out. */
        public static final BitField CMD_TO = BitField.bit("cmd_to", 9);
        /** Of the command queue: a command is illegal or not supported. */
        public static final BitField CMD_ILL = BitField.bit("cmd_ill", 10);
        /** Of the command queue: a fence with WSI is complete. */
        public static final BitField FENCE_W_IP = BitField.bit("fence_w_ip", 11);

        static final BitField RSVD_15 = new BitField("RSVD_15", 15, 12);
        public static final BitField ON = BitField.bit("on", 16);
        public static final BitField BUSY = BitField.bit("busy", 17);
        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 18);
        static final BitField NONE_63 = new BitField("NONE_63", 63, 32);
        static final BitField RSVD_OTHERS = new BitField("RSVD_15", 15, 10);

        /** {@code cqcsr}. */
        public static final List<BitField> COMMANDS =
                List.of(EN, IE, RSVD_7, MF, CMD_TO, CMD_ILL, FENCE_W_IP, RSVD_15, ON, BUSY, RSVD_31, NONE_63);
        /** {@code fqcsr} and {@code pqcsr}. */
        public static final List<BitField> RECORDS =
                List.of(EN, IE, RSVD_7, MF, OF, RSVD_OTHERS, ON, BUSY, RSVD_31, NONE_63);

        /** The bits of {@code cqcsr} at which command processing stops. */
        public static final long STOPS = MF.mask() | CMD_TO.mask() | CMD_ILL.mask();
        /** The bits of {@code cqcsr} that software clears by writing 1. */
        public static final long COMMAND_EVENTS = STOPS | FENCE_W_IP.mask();
        /** The same of the other two. */
        public static final long RECORD_EVENTS = MF.mask() | OF.mask();
    }

    /** Pending interrupts; 4 bytes. */
    public static final class Interrupts {
        private Interrupts() {}

        public static final BitField CIP = BitField.bit("cip", 0);
        public static final BitField FIP = BitField.bit("fip", 1);
        public static final BitField PMIP = BitField.bit("pmip", 2);
        public static final BitField PIP = BitField.bit("pip", 3);
        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 4);
        static final BitField NONE_63 = new BitField("NONE_63", 63, 32);
        public static final List<BitField> FIELDS = List.of(CIP, FIP, PMIP, PIP, RSVD_31, NONE_63);
    }

    /** Which vector an interrupt has. */
    public static final class Vectors {
        private Vectors() {}

        public static final BitField CIV = new BitField("civ", 3, 0);
        public static final BitField FIV = new BitField("fiv", 7, 4);
        public static final BitField PMIV = new BitField("pmiv", 11, 8);
        public static final BitField PIV = new BitField("piv", 15, 12);
        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 16);
        public static final List<BitField> FIELDS = List.of(CIV, FIV, PMIV, PIV, RSVD_63);
    }

    /** The message of a vector: address, data and control. */
    public static final class Message {
        private Message() {}

        public static final BitField ADDR = new BitField("ADDR", 55, 2);
        /** Bit 0 of the control: the message is held back. */
        public static final BitField M = BitField.bit("M", 0);
    }

    /** The request of the debug interface. */
    public static final class DebugRequest {
        private DebugRequest() {}

        public static final BitField GO = BitField.bit("Go/Busy", 0);
        public static final BitField PRIV = BitField.bit("Priv", 1);
        public static final BitField EXE = BitField.bit("Exe", 2);
        /** No write: read or execute alone. */
        public static final BitField NW = BitField.bit("NW", 3);

        static final BitField RSVD_11 = new BitField("RSVD_11", 11, 4);
        public static final BitField PID = new BitField("PID", 31, 12);
        public static final BitField PV = BitField.bit("PV", 32);
        static final BitField RSVD_39 = new BitField("RSVD_39", 39, 33);
        public static final BitField DID = new BitField("DID", 63, 40);
        public static final List<BitField> FIELDS = List.of(GO, PRIV, EXE, NW, RSVD_11, PID, PV, RSVD_39, DID);
    }

    /** The answer of the debug interface. */
    public static final class DebugResponse {
        private DebugResponse() {}

        public static final BitField FAULT = BitField.bit("fault", 0);
        static final BitField RSVD_6 = new BitField("RSVD_6", 6, 1);
        public static final BitField PBMT = new BitField("PBMT", 8, 7);
        /** The size is coded in PPN: {@link Commands#ofRange}. */
        public static final BitField S = BitField.bit("S", 9);

        public static final BitField PPN = new BitField("PPN", 53, 10);
        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 54);
        public static final List<BitField> FIELDS = List.of(FAULT, RSVD_6, PBMT, S, PPN, RSVD_63);
    }

    /** {@code iommu_qosid}; 4 bytes. */
    public static final class Qos {
        private Qos() {}

        public static final BitField RCID = new BitField("RCID", 11, 0);
        static final BitField RSVD_15 = new BitField("RSVD_15", 15, 12);
        public static final BitField MCID = new BitField("MCID", 27, 16);
        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 28);
        static final BitField NONE_63 = new BitField("NONE_63", 63, 32);
        public static final List<BitField> FIELDS = List.of(RCID, RSVD_15, MCID, RSVD_31, NONE_63);
    }
}
