package dev.moat.iommu.calgary;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Registers of a chip: offsets from its base, and formats. {@code @shape} big-endian, 32 or 64 bits; values here are numbers, as
 * the chip sees them. {@code @unit} byte offsets. {@code @source} CALGARY-REGISTERS.
 */
public final class Registers {
    private Registers() {}

    /** Host bridges of a chip, each with a bus below it. */
    public static final int BRIDGES = 4;

    /** CALGARY_CONFIG; 64 bits. */
    public static final int CONFIG = 0x108;

    private static final int TAR_0 = 0x580;
    private static final int SPLIT_QUEUE_0 = 0x4870;
    private static final int WINDOW_0 = 0x8000;
    private static final int WINDOW_BYTES = 0x1000;

    /** TAR of a bridge; 64 bits. */
    public static int tar(int bridge) {
        return TAR_0 + Long.BYTES * bridge;
    }

    /** The split queue of a bridge; 64 bits, read-only. */
    public static int splitQueue(int bridge) {
        return SPLIT_QUEUE_0 + WINDOW_BYTES * bridge;
    }

    /** A register of a bridge's window; 32 bits. */
    public static int at(int bridge, Bridge register) {
        return WINDOW_0 + WINDOW_BYTES * bridge + register.offset;
    }

    /** The bridge whose TAR is at an offset, or -1. */
    public static int tarAt(int offset) {
        int n = (offset - TAR_0) / Long.BYTES;
        return offset >= TAR_0 && n < BRIDGES && offset == tar(n) ? n : -1;
    }

    /** The bridge whose split queue is at an offset, or -1. */
    public static int splitQueueAt(int offset) {
        int n = (offset - SPLIT_QUEUE_0) / WINDOW_BYTES;
        return offset >= SPLIT_QUEUE_0 && n < BRIDGES && offset == splitQueue(n) ? n : -1;
    }

    /** The bridge whose window an offset is in, or -1. */
    public static int windowAt(int offset) {
        int n = (offset - WINDOW_0) / WINDOW_BYTES;
        return offset >= WINDOW_0 && n < BRIDGES ? n : -1;
    }

    /** Place of an offset in the window of its bridge. */
    public static int inWindow(int offset) {
        return offset % WINDOW_BYTES;
    }

    /** Registers of a bridge; 32 bits each, at an offset in its window. */
    public enum Bridge {
        /** Channel status: errors of the bus. */
        CSR(0x110),
        /** Status of the bridge; read to be sure that earlier writes have arrived. */
        PLSSR(0x120),
        CONFIG_RW(0x160),
        /** Start of the first window of peer addresses, low half. */
        MEM_1_LOW(0x190),
        MEM_1_HIGH(0x1a0),
        /** Despite its name the last address of the window, but for its low 20 bits. */
        MEM_1_SIZE(0x1c0),
        /** Arbitration: 0 lets no device on the bus. */
        AER(0x200),
        CSMR(0x290),
        MEM_2_LOW(0x2b0),
        MEM_2_HIGH(0x2c0),
        MEM_2_SIZE_HIGH(0x2d0),
        /** As {@link #MEM_1_SIZE}. */
        MEM_2_SIZE_LOW(0x2e0),
        MCK(0x800),
        ERROR_1(0x810),
        ERROR_2(0x820),
        ERROR_3(0x830),
        ERROR_4(0x840),
        ERROR_5(0x850),
        ERROR_6(0x860),
        ERROR_7(0x870),
        ROOT_COMPLEX_STATUS(0xcb0),
        /** CalIOC2: how a stop went. Read-only. */
        PAGE_MIG_DEBUG(0xda0),
        /** CalIOC2: stops the traffic of the bus. */
        PAGE_MIG_CTRL(0xda8),
        SAVIOR_L2(0xdb0);

        private final int offset;

        Bridge(int offset) {
            this.offset = offset;
        }

        /** Bytes from the begin of the bridge's window. */
        public int offset() {
            return offset;
        }
    }

    /**
     * TAR, the table address register. A write makes the chip forget every entry that it has cached for the bridge.
     * The chip here does not ask for VALID, because Linux never sets it.
     */
    public static final class Tar {
        private Tar() {}

        /** The table has 8192 &lt;&lt; SIZE entries. */
        public static final BitField SIZE = new BitField("SIZE", 2, 0);

        public static final BitField VALID = BitField.bit("VALID", 3);
        static final BitField OTHER_14 = new BitField("OTHER_14", 14, 4);
        /** The table's address in units of 32 KiB; the table is aligned to its own size. */
        public static final BitField BASE = new BitField("BASE", 47, 15);

        static final BitField OTHER_63 = new BitField("OTHER_63", 63, 48);
        public static final List<BitField> FIELDS = List.of(SIZE, VALID, OTHER_14, BASE, OTHER_63);

        /** What belongs to software: all but the fields whose meaning is not known. */
        public static final long SOFTWARE = SIZE.mask() | VALID.mask() | BASE.mask();

        /** Byte address of the table. */
        public static long table(long tar) {
            return tar & BASE.mask();
        }

        /** Entries of the table: the I/O addresses from 0 on, 4 KiB each. */
        public static int entries(long tar) {
            return entriesOf((int) SIZE.get(tar));
        }

        /** Entries of a table with this size specification, 0 to 7. */
        public static int entriesOf(int specification) {
            return 8192 << specification;
        }
    }

    /** CONFIG_RW, the configuration of a bridge. */
    public static final class ConfigRw {
        private ConfigRw() {}

        static final BitField OTHER_19 = new BitField("OTHER_19", 19, 0);
        public static final BitField MCSR_ENABLE = BitField.bit("MCSR_ENABLE", 20);
        static final BitField OTHER_21 = BitField.bit("OTHER_21", 21);
        /** The second window of peer addresses is in use. */
        public static final BitField MEM2_ENABLE = BitField.bit("MEM2_ENABLE", 22);

        static final BitField OTHER_23 = BitField.bit("OTHER_23", 23);
        /** Addresses of 4 GiB and more are rejected, and not passed on as they are. */
        public static final BitField DAC_DISABLE = BitField.bit("DAC_DISABLE", 24);

        static final BitField OTHER_25 = BitField.bit("OTHER_25", 25);
        /** The bus is off. */
        public static final BitField SLOT_DISABLE = new BitField("SLOT_DISABLE", 28, 26);
        /** Addresses are translated. */
        public static final BitField TCE_ENABLE = BitField.bit("TCE_ENABLE", 29);

        static final BitField OTHER_31 = new BitField("OTHER_31", 31, 30);
        static final BitField NONE_63 = new BitField("NONE_63", 63, 32);
        public static final List<BitField> FIELDS = List.of(
                OTHER_19,
                MCSR_ENABLE,
                OTHER_21,
                MEM2_ENABLE,
                OTHER_23,
                DAC_DISABLE,
                OTHER_25,
                SLOT_DISABLE,
                TCE_ENABLE,
                OTHER_31,
                NONE_63);

        /** What software sets to have a bus translated, and clears to end it. */
        public static final long TRANSLATE = TCE_ENABLE.mask() | DAC_DISABLE.mask() | MCSR_ENABLE.mask();
    }

    /** CSR, the channel status. */
    public static final class Csr {
        private Csr() {}

        static final BitField OTHER_15 = new BitField("OTHER_15", 15, 0);
        /** Who caused the error; meaningless without one. */
        public static final BitField AGENT = new BitField("AGENT", 20, 16);

        static final BitField OTHER_30 = new BitField("OTHER_30", 30, 21);
        /** What the chip here sets for a blocked request; which bit a real one sets is not known. */
        public static final BitField ERROR = BitField.bit("ERROR", 31);

        static final BitField NONE_63 = new BitField("NONE_63", 63, 32);
        public static final List<BitField> FIELDS = List.of(OTHER_15, AGENT, OTHER_30, ERROR, NONE_63);

        /** Every bit but the agent means an error. */
        public static final long ERRORS = OTHER_15.mask() | OTHER_30.mask() | ERROR.mask();
    }

    /** The split queue of a bridge. */
    public static final class SplitQueue {
        private SplitQueue() {}

        static final BitField OTHER_55 = new BitField("OTHER_55", 55, 0);
        /** All ones when no transaction is outstanding. */
        public static final BitField IDLE = new BitField("IDLE", 63, 56);

        public static final List<BitField> FIELDS = List.of(OTHER_55, IDLE);

        /** Whether a value says that no transaction is outstanding. */
        public static boolean isIdle(long value) {
            return IDLE.get(value) == IDLE.max();
        }
    }

    /** PAGE_MIG_CTRL and PAGE_MIG_DEBUG of a CalIOC2. */
    public static final class PageMigration {
        private PageMigration() {}

        static final BitField OTHER_28 = new BitField("OTHER_28", 28, 0);
        /** Only in descriptions; neither Linux nor the chip here uses it. */
        public static final BitField HARDSTOP = BitField.bit("HARDSTOP", 29);
        /** In PAGE_MIG_DEBUG: the stop was refused. */
        public static final BitField SOFTSTOPFAULT = BitField.bit("SOFTSTOPFAULT", 30);
        /** In PAGE_MIG_CTRL: let no device on the bus. */
        public static final BitField SOFTSTOP = BitField.bit("SOFTSTOP", 31);

        static final BitField NONE_63 = new BitField("NONE_63", 63, 32);
        public static final List<BitField> FIELDS = List.of(OTHER_28, HARDSTOP, SOFTSTOPFAULT, SOFTSTOP, NONE_63);
    }

    /** CALGARY_CONFIG: how long a split transaction may take, four bits for each bridge. */
    public static final class SplitTimeout {
        private SplitTimeout() {}

        static final BitField OTHER_27 = new BitField("OTHER_27", 27, 0);
        static final BitField BRIDGE_3 = new BitField("BRIDGE_3", 31, 28);
        static final BitField OTHER_35 = new BitField("OTHER_35", 35, 32);
        static final BitField BRIDGE_2 = new BitField("BRIDGE_2", 39, 36);
        static final BitField BRIDGE_1 = new BitField("BRIDGE_1", 43, 40);
        static final BitField BRIDGE_0 = new BitField("BRIDGE_0", 47, 44);
        static final BitField OTHER_63 = new BitField("OTHER_63", 63, 48);
        public static final List<BitField> FIELDS =
                List.of(OTHER_27, BRIDGE_3, OTHER_35, BRIDGE_2, BRIDGE_1, BRIDGE_0, OTHER_63);

        /** The value for about two seconds. */
        public static final int TWO_SECONDS = 0xe;

        /** The field of a bridge, 0 to 3. */
        public static BitField of(int bridge) {
            return switch (bridge) {
                case 0 -> BRIDGE_0;
                case 1 -> BRIDGE_1;
                case 2 -> BRIDGE_2;
                default -> BRIDGE_3;
            };
        }
    }
}
