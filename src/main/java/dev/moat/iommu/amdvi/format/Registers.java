package dev.moat.iommu.amdvi.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * The unit's registers, 64 bits each.
 *
 * <p>{@code @shape} one class per layout; {@code FIELDS} names all bits, IGN bits are not modelled. {@code @unit}
 * offsets are bytes from the base that the capability names; BASE, LIMIT are 4 KiB frame numbers; ring pointers count
 * entries of 16 bytes. {@code @source} AMDVI-REGISTERS.
 */
public final class Registers {
    private Registers() {}

    public static final int DEVICE_TABLE_BASE = 0x0000;
    public static final int COMMAND_BASE = 0x0008;
    public static final int EVENT_BASE = 0x0010;
    public static final int CONTROL = 0x0018;
    public static final int EXCLUSION_BASE = 0x0020;
    public static final int EXCLUSION_LIMIT = 0x0028;
    public static final int EXTENDED_FEATURE = 0x0030;
    public static final int COMMAND_HEAD = 0x2000;
    public static final int COMMAND_TAIL = 0x2008;
    public static final int EVENT_HEAD = 0x2010;
    public static final int EVENT_TAIL = 0x2018;
    public static final int STATUS = 0x2020;

    /** Where the device table is. */
    public static final class DeviceTableBase {
        private DeviceTableBase() {}

        /** 4 KiB units of the table, minus 1. */
        public static final BitField SIZE = new BitField("Size", 8, 0);

        static final BitField RSVD_11 = new BitField("RSVD_11", 11, 9);
        public static final BitField BASE = new BitField("DevTabBase", 51, 12);
        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 52);
        public static final List<BitField> FIELDS = List.of(SIZE, RSVD_11, BASE, RSVD_63);

        /** Entries that a table of this register has. */
        public static int entries(long register) {
            return ((int) SIZE.get(register) + 1)
                    << (BASE.lo() - Integer.numberOfTrailingZeros(DeviceTableEntry.BYTES));
        }
    }

    /** Where the command buffer or the event log is. */
    public static final class RingBase {
        private RingBase() {}

        static final BitField RSVD_11 = new BitField("RSVD_11", 11, 0);
        public static final BitField BASE = new BitField("Base", 51, 12);
        static final BitField RSVD_55 = new BitField("RSVD_55", 55, 52);
        /** Log2 of the entries; hardware has 8 to 15, less is reserved and only for small models. */
        public static final BitField LENGTH = new BitField("Length", 59, 56);

        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 60);
        public static final List<BitField> FIELDS = List.of(RSVD_11, BASE, RSVD_55, LENGTH, RSVD_63);

        /** Entries of the ring, a power of two. */
        public static int entries(long register) {
            return 1 << LENGTH.get(register);
        }

        /** Byte address of an entry. */
        public static long address(long register, long entry) {
            return (BASE.get(register) << BASE.lo()) + entry * Commands.BYTES;
        }
    }

    /** What is switched on. */
    public static final class Control {
        private Control() {}

        /** Translation; commands and events need it too. */
        public static final BitField IOMMU_EN = BitField.bit("IommuEn", 0);

        public static final BitField HT_TUN_EN = BitField.bit("HtTunEn", 1);
        public static final BitField EVENT_LOG_EN = BitField.bit("EventLogEn", 2);
        public static final BitField EVENT_INT_EN = BitField.bit("EventIntEn", 3);
        public static final BitField COM_WAIT_INT_EN = BitField.bit("ComWaitIntEn", 4);
        public static final BitField INV_TIME_OUT = new BitField("InvTimeOut", 7, 5);
        public static final BitField PASS_PW = BitField.bit("PassPW", 8);
        public static final BitField RES_PASS_PW = BitField.bit("ResPassPW", 9);
        public static final BitField COHERENT = BitField.bit("Coherent", 10);
        public static final BitField ISOC = BitField.bit("Isoc", 11);
        public static final BitField CMD_BUF_EN = BitField.bit("CmdBufEn", 12);
        public static final BitField PPR_LOG_EN = BitField.bit("PprLogEn", 13);
        public static final BitField PPR_INT_EN = BitField.bit("PprIntEn", 14);
        public static final BitField PPR_EN = BitField.bit("PprEn", 15);
        public static final BitField GT_EN = BitField.bit("GTEn", 16);
        public static final BitField GA_EN = BitField.bit("GAEn", 17);
        static final BitField IGN_49 = new BitField("IGN_49", 49, 18);
        public static final BitField XT_EN = BitField.bit("XTEn", 50);
        static final BitField IGN_63 = new BitField("IGN_63", 63, 51);
        public static final List<BitField> FIELDS = List.of(
                IOMMU_EN,
                HT_TUN_EN,
                EVENT_LOG_EN,
                EVENT_INT_EN,
                COM_WAIT_INT_EN,
                INV_TIME_OUT,
                PASS_PW,
                RES_PASS_PW,
                COHERENT,
                ISOC,
                CMD_BUF_EN,
                PPR_LOG_EN,
                PPR_INT_EN,
                PPR_EN,
                GT_EN,
                GA_EN,
                IGN_49,
                XT_EN,
                IGN_63);
    }

    /** First page of the range that may be used untranslated. */
    public static final class ExclusionBase {
        private ExclusionBase() {}

        /** The range counts. */
        public static final BitField EX_EN = BitField.bit("ExEn", 0);
        /** It counts for all devices; otherwise for those with EX. */
        public static final BitField ALLOW = BitField.bit("Allow", 1);

        static final BitField RSVD_11 = new BitField("RSVD_11", 11, 2);
        public static final BitField BASE = new BitField("ExclusionBase", 51, 12);
        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 52);
        public static final List<BitField> FIELDS = List.of(EX_EN, ALLOW, RSVD_11, BASE, RSVD_63);
    }

    /** Last page of that range. */
    public static final class ExclusionLimit {
        private ExclusionLimit() {}

        static final BitField RSVD_11 = new BitField("RSVD_11", 11, 0);
        public static final BitField LIMIT = new BitField("ExclusionLimit", 51, 12);
        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 52);
        public static final List<BitField> FIELDS = List.of(RSVD_11, LIMIT, RSVD_63);
    }

    /** What the unit can do; read only. */
    public static final class ExtendedFeature {
        private ExtendedFeature() {}

        public static final BitField PREF_SUP = BitField.bit("PreFSup", 0);
        public static final BitField PPR_SUP = BitField.bit("PPRSup", 1);
        public static final BitField XT_SUP = BitField.bit("XTSup", 2);
        public static final BitField NX_SUP = BitField.bit("NXSup", 3);
        public static final BitField GT_SUP = BitField.bit("GTSup", 4);
        static final BitField IGN_5 = BitField.bit("IGN_5", 5);
        /** INVALIDATE_IOMMU_ALL. */
        public static final BitField IA_SUP = BitField.bit("IASup", 6);

        public static final BitField GA_SUP = BitField.bit("GASup", 7);
        public static final BitField HE_SUP = BitField.bit("HESup", 8);
        public static final BitField PC_SUP = BitField.bit("PCSup", 9);
        /** Levels of host page tables, minus 4; 3 is reserved. */
        public static final BitField HATS = new BitField("HATS", 11, 10);

        public static final BitField GATS = new BitField("GATS", 13, 12);
        public static final BitField GLX_SUP = new BitField("GLXSup", 15, 14);
        static final BitField IGN_51 = new BitField("IGN_51", 51, 16);
        public static final BitField HD_SUP = BitField.bit("HDSup", 52);
        static final BitField IGN_63 = new BitField("IGN_63", 63, 53);
        public static final List<BitField> FIELDS = List.of(
                PREF_SUP, PPR_SUP, XT_SUP, NX_SUP, GT_SUP, IGN_5, IA_SUP, GA_SUP, HE_SUP, PC_SUP, HATS, GATS, GLX_SUP,
                IGN_51, HD_SUP, IGN_63);
    }

    /** Head or tail of a ring. */
    public static final class RingPointer {
        private RingPointer() {}

        static final BitField RSVD_3 = new BitField("RSVD_3", 3, 0);
        /** Number of an entry, as the byte offset that the register holds in these bits. */
        public static final BitField ENTRY = new BitField("Pointer", 18, 4);

        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 19);
        public static final List<BitField> FIELDS = List.of(RSVD_3, ENTRY, RSVD_63);
    }

    /** What happened; the interrupt and overflow bits are cleared by writing ones to them. */
    public static final class Status {
        private Status() {}

        /** An event was lost, since the log was full. */
        public static final BitField EVENT_OVERFLOW = BitField.bit("EventOverflow", 0);
        /** An event was logged. */
        public static final BitField EVENT_LOG_INT = BitField.bit("EventLogInt", 1);
        /** A COMPLETION_WAIT with i is done. */
        public static final BitField COM_WAIT_INT = BitField.bit("ComWaitInt", 2);
        /** Events are logged. */
        public static final BitField EVENT_LOG_RUN = BitField.bit("EventLogRun", 3);
        /** Commands are executed. */
        public static final BitField CMD_BUF_RUN = BitField.bit("CmdBufRun", 4);

        public static final BitField PPR_OVERFLOW = BitField.bit("PprOverflow", 5);
        public static final BitField PPR_INT = BitField.bit("PprInt", 6);
        public static final BitField PPR_RUN = BitField.bit("PprRun", 7);
        public static final BitField GA_LOG_RUN = BitField.bit("GALogRun", 8);
        public static final BitField GA_LOG_OVERFLOW = BitField.bit("GALogOverflow", 9);
        public static final BitField GA_LOG_INT = BitField.bit("GALogInt", 10);
        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 11);
        public static final List<BitField> FIELDS = List.of(
                EVENT_OVERFLOW,
                EVENT_LOG_INT,
                COM_WAIT_INT,
                EVENT_LOG_RUN,
                CMD_BUF_RUN,
                PPR_OVERFLOW,
                PPR_INT,
                PPR_RUN,
                GA_LOG_RUN,
                GA_LOG_OVERFLOW,
                GA_LOG_INT,
                RSVD_63);

        /** The bits that a written 1 clears. */
        public static final long CLEARABLE = EVENT_OVERFLOW.mask()
                | EVENT_LOG_INT.mask()
                | COM_WAIT_INT.mask()
                | PPR_OVERFLOW.mask()
                | PPR_INT.mask()
                | GA_LOG_OVERFLOW.mask()
                | GA_LOG_INT.mask();
    }

    /** First word of the PCI capability by which software finds the unit; 32 bits, read as a word. */
    public static final class CapabilityHeader {
        private CapabilityHeader() {}

        public static final BitField CAP_ID = new BitField("CapId", 7, 0);
        public static final BitField CAP_PTR = new BitField("CapPtr", 15, 8);
        public static final BitField CAP_TYPE = new BitField("CapType", 18, 16);
        public static final BitField CAP_REV = new BitField("CapRev", 23, 19);
        public static final BitField IOTLB_SUP = BitField.bit("IotlbSup", 24);
        public static final BitField HT_TUNNEL = BitField.bit("HtTunnel", 25);
        /** Entries that are not present may be cached. */
        public static final BitField NP_CACHE = BitField.bit("NpCache", 26);

        public static final BitField EFR_SUP = BitField.bit("EFRSup", 27);
        public static final BitField CAP_EXT = BitField.bit("CapExt", 28);
        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 29);
        static final BitField NONE_63 = new BitField("NONE_63", 63, 32);
        public static final List<BitField> FIELDS = List.of(
                CAP_ID, CAP_PTR, CAP_TYPE, CAP_REV, IOTLB_SUP, HT_TUNNEL, NP_CACHE, EFR_SUP, CAP_EXT, RSVD_31, NONE_63);
    }
}
