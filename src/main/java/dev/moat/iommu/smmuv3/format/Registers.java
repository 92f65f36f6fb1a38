package dev.moat.iommu.smmuv3.format;

import dev.moat.bits.BitField;
import java.util.List;
import java.util.Set;

/** Offsets and fields of the registers. {@code @unit} bytes. {@code @source} IHI 0070, memory map and registers. */
public final class Registers {
    private Registers() {}

    public static final int IDR0 = 0x00;
    public static final int IDR1 = 0x04;
    public static final int IDR3 = 0x0c;
    public static final int IDR5 = 0x14;
    public static final int AIDR = 0x1c;
    public static final int CR0 = 0x20;
    public static final int CR0ACK = 0x24;
    public static final int CR1 = 0x28;
    public static final int CR2 = 0x2c;
    public static final int GBPA = 0x44;
    public static final int IRQ_CTRL = 0x50;
    public static final int IRQ_CTRLACK = 0x54;
    public static final int GERROR = 0x60;
    public static final int GERRORN = 0x64;
    public static final int STRTAB_BASE = 0x80;
    public static final int STRTAB_BASE_CFG = 0x88;
    public static final int CMDQ_BASE = 0x90;
    public static final int CMDQ_PROD = 0x98;
    public static final int CMDQ_CONS = 0x9c;
    public static final int EVENTQ_BASE = 0xa0;
    /** In page 1, as the next one. */
    public static final int EVENTQ_PROD = 0x100a8;

    public static final int EVENTQ_CONS = 0x100ac;

    /** Addresses, data and attributes of interrupts by messages, of GERROR and of the event queue. */
    public static final List<Integer> MESSAGES = List.of(0x68, 0x70, 0x74, 0xb0, 0xb8, 0xbc);

    private static final Set<Integer> WIDE = Set.of(0x68, STRTAB_BASE, CMDQ_BASE, EVENTQ_BASE, 0xb0);

    /** Whether a register has 64 bits; the others have 32. */
    public static boolean isWide(int offset) {
        return WIDE.contains(offset);
    }

    /** IDR0. */
    public static final class Features {
        private Features() {}

        public static final BitField S2P = BitField.bit("S2P", 0);
        public static final BitField S1P = BitField.bit("S1P", 1);
        public static final BitField TTF = new BitField("TTF", 3, 2);
        public static final BitField HTTU = new BitField("HTTU", 7, 6);
        public static final BitField HYP = BitField.bit("Hyp", 9);
        public static final BitField ATS = BitField.bit("ATS", 10);
        public static final BitField MSI = BitField.bit("MSI", 13);
        public static final BitField ASID16 = BitField.bit("ASID16", 12);
        public static final BitField PRI = BitField.bit("PRI", 16);
        public static final BitField VMW = BitField.bit("VMW", 17);
        public static final BitField VMID16 = BitField.bit("VMID16", 18);
        public static final BitField TTENDIAN = new BitField("TTENDIAN", 22, 21);
        public static final BitField STALL_MODEL = new BitField("STALL_MODEL", 25, 24);
        public static final BitField TERM_MODEL = BitField.bit("TERM_MODEL", 26);
        public static final BitField ST_LEVEL = new BitField("ST_LEVEL", 28, 27);
    }

    /** IDR1. */
    public static final class Sizes {
        private Sizes() {}

        public static final BitField SIDSIZE = new BitField("SIDSIZE", 5, 0);
        public static final BitField SSIDSIZE = new BitField("SSIDSIZE", 10, 6);
        public static final BitField EVENTQS = new BitField("EVENTQS", 20, 16);
        public static final BitField CMDQS = new BitField("CMDQS", 25, 21);
    }

    /** IDR3. */
    public static final class MoreFeatures {
        private MoreFeatures() {}

        public static final BitField HAD = BitField.bit("HAD", 2);
        public static final BitField STT = BitField.bit("STT", 9);
        public static final BitField RIL = BitField.bit("RIL", 10);
    }

    /** IDR5. */
    public static final class Addresses {
        private Addresses() {}

        public static final BitField OAS = new BitField("OAS", 2, 0);
        public static final BitField GRAN4K = BitField.bit("GRAN4K", 4);
        public static final BitField GRAN16K = BitField.bit("GRAN16K", 5);
        public static final BitField GRAN64K = BitField.bit("GRAN64K", 6);
        public static final BitField VAX = new BitField("VAX", 11, 10);
    }

    /** CR0 and CR0ACK. */
    public static final class Enable {
        private Enable() {}

        public static final BitField SMMUEN = BitField.bit("SMMUEN", 0);
        public static final BitField PRIQEN = BitField.bit("PRIQEN", 1);
        public static final BitField EVENTQEN = BitField.bit("EVENTQEN", 2);
        public static final BitField CMDQEN = BitField.bit("CMDQEN", 3);
        public static final BitField ATSCHK = BitField.bit("ATSCHK", 4);
        public static final BitField VMW = new BitField("VMW", 8, 6);
    }

    /** CR2: C_BAD_STREAMID is recorded. */
    public static final BitField RECINVSID = BitField.bit("RECINVSID", 1);

    /** GBPA: what becomes of transactions while SMMUEN is 0. */
    public static final class Bypass {
        private Bypass() {}

        public static final BitField ABORT = BitField.bit("ABORT", 20);
        public static final BitField UPDATE = BitField.bit("Update", 31);
    }

    /** GERROR and GERRORN: an error is active where they differ. */
    public static final class Errors {
        private Errors() {}

        public static final BitField CMDQ_ERR = BitField.bit("CMDQ_ERR", 0);
        public static final BitField EVENTQ_ABT = BitField.bit("EVENTQ_ABT", 2);
    }

    /** STRTAB_BASE and STRTAB_BASE_CFG. */
    public static final class StreamTable {
        private StreamTable() {}

        /** In units of 64 bytes. */
        public static final BitField ADDR = new BitField("ADDR", 51, 6);

        public static final BitField LOG2SIZE = new BitField("LOG2SIZE", 5, 0);
        public static final BitField SPLIT = new BitField("SPLIT", 10, 6);
        public static final BitField FMT = new BitField("FMT", 17, 16);

        /** FMT of two levels. */
        public static final int TWO_LEVELS = 1;

        /** SPLIT as it acts: 6, 8 or 10. */
        public static int split(long config) {
            int split = (int) SPLIT.get(config);
            return split == 8 || split == 10 ? split : 6;
        }
    }

    /** Base, PROD and CONS of a queue. */
    public static final class Queue {
        private Queue() {}

        public static final BitField LOG2SIZE = new BitField("LOG2SIZE", 4, 0);
        /** In units of 32 bytes. */
        public static final BitField ADDR = new BitField("ADDR", 51, 5);
        /** CMDQ_CONS: why the queue stopped. */
        public static final BitField ERR = new BitField("ERR", 30, 24);
        /** EVENTQ_PROD, and as acknowledged in EVENTQ_CONS: records were lost. */
        public static final BitField OVERFLOW = BitField.bit("OVFLG", 31);

        /** Log2 of the entries. */
        public static int bits(long base, int most) {
            return Math.min((int) LOG2SIZE.get(base), most);
        }

        /** An index with its wrap bit. */
        public static long index(long base, int most, long register) {
            return register & ((2L << bits(base, most)) - 1);
        }

        /** The address of an entry; the queue is aligned to its size. */
        public static long address(long base, int most, long index, int bytes) {
            long size = (long) bytes << bits(base, most);
            long first = (ADDR.get(base) << ADDR.lo()) & -Math.max(size, 1L << ADDR.lo());
            return first + (index & ((1L << bits(base, most)) - 1)) * bytes;
        }

        /** Whether a queue has no room: the indexes are equal and the wrap bits differ. */
        public static boolean isFull(long base, int most, long prod, long cons) {
            return index(base, most, prod ^ cons) == 1L << bits(base, most);
        }
    }
}
