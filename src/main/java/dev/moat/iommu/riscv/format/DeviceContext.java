package dev.moat.iommu.riscv.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Device context (DC): what the unit does with the requests of one device. Four words in the base format, eight in the extended
 * one, which units with MSI_FLAT have. The last word is reserved.
 *
 * <p>{@code @unit} PPNs are 4 KiB frame numbers; of the first stage and of a process directory they are a guest's behind a second
 * stage. {@code @source} RISCV-IOMMU, data structures, DC.
 */
public final class DeviceContext {
    private DeviceContext() {}

    public static final int TC = 0;
    public static final int IOHGATP = 1;
    public static final int TA = 2;
    public static final int FSC = 3;
    public static final int MSIPTP = 4;
    public static final int MSI_ADDR_MASK = 5;
    public static final int MSI_ADDR_PATTERN = 6;
    public static final int RESERVED = 7;

    /** Words of the base format. */
    public static final int BASE_WORDS = 4;
    /** Words of the extended format. */
    public static final int EXTENDED_WORDS = 8;

    /** Word {@link #TC}: translation control. */
    public static final class Control {
        private Control() {}

        public static final BitField V = BitField.bit("V", 0);
        public static final BitField EN_ATS = BitField.bit("EN_ATS", 1);
        public static final BitField EN_PRI = BitField.bit("EN_PRI", 2);
        /** The device gets guest physical addresses from ATS, and its translated requests go through the second stage. */
        public static final BitField T2GPA = BitField.bit("T2GPA", 3);
        /** Most faults are not recorded. */
        public static final BitField DTF = BitField.bit("DTF", 4);
        /** {@link #FSC} is a process directory. */
        public static final BitField PDTV = BitField.bit("PDTV", 5);
        /** The unit's own answers to page requests have a PASID where the request has one. */
        public static final BitField PRPR = BitField.bit("PRPR", 6);
        /** The unit sets A and D of the second stage. */
        public static final BitField GADE = BitField.bit("GADE", 7);
        /** The unit sets A and D of the first stage. */
        public static final BitField SADE = BitField.bit("SADE", 8);
        /** Requests without process id are those of process 0. */
        public static final BitField DPE = BitField.bit("DPE", 9);
        /** Process directory and first stage are big-endian. */
        public static final BitField SBE = BitField.bit("SBE", 10);
        /** The first stage is Sv32. */
        public static final BitField SXL = BitField.bit("SXL", 11);

        static final BitField RSVD_23 = new BitField("RSVD_23", 23, 12);
        public static final BitField CUSTOM = new BitField("custom", 31, 24);
        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 32);
        public static final List<BitField> FIELDS =
                List.of(V, EN_ATS, EN_PRI, T2GPA, DTF, PDTV, PRPR, GADE, SADE, DPE, SBE, SXL, RSVD_23, CUSTOM, RSVD_63);
    }

    /** Word {@link #IOHGATP}: the second stage. */
    public static final class SecondStage {
        private SecondStage() {}

        /** The root, 16 KiB and as much aligned. */
        public static final BitField PPN = new BitField("PPN", 43, 0);

        public static final BitField GSCID = new BitField("GSCID", 59, 44);
        /** {@link PageTableEntry#BARE} or a mode. */
        public static final BitField MODE = new BitField("MODE", 63, 60);

        public static final List<BitField> FIELDS = List.of(PPN, GSCID, MODE);

        /** The word for a table. */
        public static long of(int mode, int gscid, long frame) {
            return PPN.set(GSCID.set(MODE.set(0, mode), gscid), frame);
        }
    }

    /** Word {@link #TA}: translation attributes. */
    public static final class Attributes {
        private Attributes() {}

        static final BitField RSVD_11 = new BitField("RSVD_11", 11, 0);
        /** Tag of first-stage translations, where {@link #FSC} is no process directory. */
        public static final BitField PSCID = new BitField("PSCID", 31, 12);

        static final BitField RSVD_39 = new BitField("RSVD_39", 39, 32);
        /** As {@link #MCID}, reserved without QOSID. */
        public static final BitField RCID = new BitField("RCID", 51, 40);

        public static final BitField MCID = new BitField("MCID", 63, 52);
        public static final List<BitField> FIELDS = List.of(RSVD_11, PSCID, RSVD_39, RCID, MCID);
    }

    /** Word {@link #FSC}, word FSC of a process context, and word {@link #MSIPTP}. */
    public static final class Pointer {
        private Pointer() {}

        public static final BitField PPN = new BitField("PPN", 43, 0);
        static final BitField RSVD_59 = new BitField("RSVD_59", 59, 44);
        /**
         * Of a first stage {@link PageTableEntry#BARE} or a mode; of a process directory {@link #PD_BARE} or its levels; of an MSI
         * table {@link #MSI_OFF} or {@link #MSI_IS_FLAT}.
         */
        public static final BitField MODE = new BitField("MODE", 63, 60);

        public static final List<BitField> FIELDS = List.of(PPN, RSVD_59, MODE);

        public static final int PD_BARE = 0;
        public static final int PD8 = 1;
        public static final int PD17 = 2;
        public static final int PD20 = 3;
        public static final int MSI_OFF = 0;
        public static final int MSI_IS_FLAT = 1;

        /** The word for a table. */
        public static long of(int mode, long frame) {
            return PPN.set(MODE.set(0, mode), frame);
        }
    }

    /** Words {@link #MSI_ADDR_MASK} and {@link #MSI_ADDR_PATTERN}. {@code @unit} 4 KiB page numbers. */
    public static final class MsiAddress {
        private MsiAddress() {}

        public static final BitField PAGE = new BitField("page", 51, 0);
        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 52);
        public static final List<BitField> FIELDS = List.of(PAGE, RSVD_63);
    }

    static final BitField RSVD_ALL = new BitField("RSVD", 63, 0);

    /** The fields of each word. */
    public static final List<List<BitField>> WORDS = List.of(
            Control.FIELDS,
            SecondStage.FIELDS,
            Attributes.FIELDS,
            Pointer.FIELDS,
            Pointer.FIELDS,
            MsiAddress.FIELDS,
            MsiAddress.FIELDS,
            List.of(RSVD_ALL));
}
