package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * The unit's registers that this slice reads. {@code @shape} one class per register, {@code FIELDS} names all 64 bits.
 * {@code @source} VTD-REGISTERS.
 */
public final class Registers {
    private Registers() {}

    /** CAP, the capability register. */
    public static final class Cap {
        private Cap() {}

        /** Domain ids supported are 2^(4+2*ND). */
        public static final BitField ND = new BitField("ND", 2, 0);

        public static final BitField AFL = BitField.bit("AFL", 3);
        /** Software must flush the write buffer after table updates that need no invalidation. */
        public static final BitField RWBF = BitField.bit("RWBF", 4);

        public static final BitField PLMR = BitField.bit("PLMR", 5);
        public static final BitField PHMR = BitField.bit("PHMR", 6);
        /** Caching mode: entries that are not present may be cached. */
        public static final BitField CM = BitField.bit("CM", 7);
        /** Supported widths: bit n of the field stands for AW = n. */
        public static final BitField SAGAW = new BitField("SAGAW", 12, 8);

        static final BitField RSVD_15 = new BitField("RSVD_15", 15, 13);
        /** Guest address width minus 1. */
        public static final BitField MGAW = new BitField("MGAW", 21, 16);

        public static final BitField ZLR = BitField.bit("ZLR", 22);
        public static final BitField ISOCH = BitField.bit("ISOCH", 23);
        /** Byte offset of the fault recording registers, divided by 16. */
        public static final BitField FRO = new BitField("FRO", 33, 24);
        /** Superpages: bit 0 for level 2, bit 1 for level 3. */
        public static final BitField SLLPS = new BitField("SLLPS", 37, 34);

        static final BitField RSVD_38 = BitField.bit("RSVD_38", 38);
        /** Page-selective IOTLB invalidation. */
        public static final BitField PSI = BitField.bit("PSI", 39);
        /** Fault recording registers minus 1. */
        public static final BitField NFR = new BitField("NFR", 47, 40);
        /** Largest address mask of a page-selective invalidation. */
        public static final BitField MAMV = new BitField("MAMV", 53, 48);

        public static final BitField DWD = BitField.bit("DWD", 54);
        public static final BitField DRD = BitField.bit("DRD", 55);
        public static final BitField FL1GP = BitField.bit("FL1GP", 56);
        static final BitField RSVD_58 = new BitField("RSVD_58", 58, 57);
        public static final BitField PI = BitField.bit("PI", 59);
        public static final BitField FL5LP = BitField.bit("FL5LP", 60);
        public static final BitField ECMDS = BitField.bit("ECMDS", 61);
        public static final BitField ESIRTPS = BitField.bit("ESIRTPS", 62);
        public static final BitField ESRTPS = BitField.bit("ESRTPS", 63);
        public static final List<BitField> FIELDS = List.of(
                ND, AFL, RWBF, PLMR, PHMR, CM, SAGAW, RSVD_15, MGAW, ZLR, ISOCH, FRO, SLLPS, RSVD_38, PSI, NFR, MAMV,
                DWD, DRD, FL1GP, RSVD_58, PI, FL5LP, ECMDS, ESIRTPS, ESRTPS);
    }

    /** ECAP, the extended capability register. */
    public static final class Ecap {
        private Ecap() {}

        /** The unit snoops caches when it reads tables. */
        public static final BitField C = BitField.bit("C", 0);

        public static final BitField QI = BitField.bit("QI", 1);
        public static final BitField DT = BitField.bit("DT", 2);
        public static final BitField IR = BitField.bit("IR", 3);
        public static final BitField EIM = BitField.bit("EIM", 4);
        public static final BitField CH = BitField.bit("CH", 5);
        public static final BitField PT = BitField.bit("PT", 6);
        public static final BitField SC = BitField.bit("SC", 7);
        /** Byte offset of the IOTLB registers, divided by 16. */
        public static final BitField IRO = new BitField("IRO", 17, 8);

        static final BitField RSVD_19 = new BitField("RSVD_19", 19, 18);
        public static final BitField MHMV = new BitField("MHMV", 23, 20);
        static final BitField RSVD_24 = BitField.bit("RSVD_24", 24);
        public static final BitField MTS = BitField.bit("MTS", 25);
        public static final BitField NEST = BitField.bit("NEST", 26);
        public static final BitField DIS = BitField.bit("DIS", 27);
        static final BitField RSVD_28 = BitField.bit("RSVD_28", 28);
        public static final BitField PRS = BitField.bit("PRS", 29);
        public static final BitField ERS = BitField.bit("ERS", 30);
        public static final BitField SRS = BitField.bit("SRS", 31);
        static final BitField RSVD_32 = BitField.bit("RSVD_32", 32);
        public static final BitField NWFS = BitField.bit("NWFS", 33);
        public static final BitField EAFS = BitField.bit("EAFS", 34);
        public static final BitField PSS = new BitField("PSS", 39, 35);
        public static final BitField PASID = BitField.bit("PASID", 40);
        public static final BitField DIT = BitField.bit("DIT", 41);
        public static final BitField PDS = BitField.bit("PDS", 42);
        public static final BitField SMTS = BitField.bit("SMTS", 43);
        public static final BitField VCS = BitField.bit("VCS", 44);
        public static final BitField SLADS = BitField.bit("SLADS", 45);
        public static final BitField SLTS = BitField.bit("SLTS", 46);
        public static final BitField FLTS = BitField.bit("FLTS", 47);
        public static final BitField SMPWC = BitField.bit("SMPWC", 48);
        public static final BitField RPS = BitField.bit("RPS", 49);
        static final BitField RSVD_50 = BitField.bit("RSVD_50", 50);
        public static final BitField PMS = BitField.bit("PMS", 51);
        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 52);
        public static final List<BitField> FIELDS = List.of(
                C, QI, DT, IR, EIM, CH, PT, SC, IRO, RSVD_19, MHMV, RSVD_24, MTS, NEST, DIS, RSVD_28, PRS, ERS, SRS,
                RSVD_32, NWFS, EAFS, PSS, PASID, DIT, PDS, SMTS, VCS, SLADS, SLTS, FLTS, SMPWC, RPS, RSVD_50, PMS,
                RSVD_63);
    }

    /** GSTS, the global status register; 32 bits, read as a word. */
    public static final class Gsts {
        private Gsts() {}

        static final BitField RSVD_22 = new BitField("RSVD_22", 22, 0);
        public static final BitField CFIS = BitField.bit("CFIS", 23);
        public static final BitField IRTPS = BitField.bit("IRTPS", 24);
        public static final BitField IRES = BitField.bit("IRES", 25);
        public static final BitField QIES = BitField.bit("QIES", 26);
        public static final BitField WBFS = BitField.bit("WBFS", 27);
        public static final BitField AFLS = BitField.bit("AFLS", 28);
        public static final BitField FLS = BitField.bit("FLS", 29);
        public static final BitField RTPS = BitField.bit("RTPS", 30);
        /** Translation enabled. */
        public static final BitField TES = BitField.bit("TES", 31);

        static final BitField NONE_63 = new BitField("NONE_63", 63, 32);
        public static final List<BitField> FIELDS =
                List.of(RSVD_22, CFIS, IRTPS, IRES, QIES, WBFS, AFLS, FLS, RTPS, TES, NONE_63);
    }

    /** RTADDR, the root-table address register. */
    public static final class RtAddr {
        private RtAddr() {}

        static final BitField RSVD_9 = new BitField("RSVD_9", 9, 0);
        /** Translation table mode; 0 is legacy. */
        public static final BitField TTM = new BitField("TTM", 11, 10);
        /** Frame of the root table. */
        public static final BitField RTA = new BitField("RTA", 63, 12);

        public static final List<BitField> FIELDS = List.of(RSVD_9, TTM, RTA);
    }

    /** FSTS, the fault status register; 32 bits, read as a word. */
    public static final class Fsts {
        private Fsts() {}

        /** Primary fault overflow. */
        public static final BitField PFO = BitField.bit("PFO", 0);
        /** Primary pending fault: some record has F set. */
        public static final BitField PPF = BitField.bit("PPF", 1);

        public static final BitField AFO = BitField.bit("AFO", 2);
        public static final BitField APF = BitField.bit("APF", 3);
        /** Invalidation queue error. */
        public static final BitField IQE = BitField.bit("IQE", 4);

        public static final BitField ICE = BitField.bit("ICE", 5);
        public static final BitField ITE = BitField.bit("ITE", 6);
        public static final BitField PRO = BitField.bit("PRO", 7);
        /** Fault record that was written first since none was pending. */
        public static final BitField FRI = new BitField("FRI", 15, 8);

        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 16);
        static final BitField NONE_63 = new BitField("NONE_63", 63, 32);
        public static final List<BitField> FIELDS =
                List.of(PFO, PPF, AFO, APF, IQE, ICE, ITE, PRO, FRI, RSVD_31, NONE_63);
    }

    /** FRCD, a fault recording register: first word. */
    public static final class FrcdLo {
        private FrcdLo() {}

        static final BitField RSVD_11 = new BitField("RSVD_11", 11, 0);
        /** Page of the blocked request. */
        public static final BitField FI = new BitField("FI", 63, 12);

        public static final List<BitField> FIELDS = List.of(RSVD_11, FI);
    }

    /** FRCD, a fault recording register: second word. */
    public static final class FrcdHi {
        private FrcdHi() {}

        public static final BitField SID = new BitField("SID", 15, 0);
        static final BitField RSVD_27 = new BitField("RSVD_27", 27, 16);
        public static final BitField T2 = BitField.bit("T2", 28);
        public static final BitField PRIV = BitField.bit("PRIV", 29);
        public static final BitField EXE = BitField.bit("EXE", 30);
        public static final BitField PP = BitField.bit("PP", 31);
        /** Code of a {@link FaultReason}. */
        public static final BitField FR = new BitField("FR", 39, 32);

        public static final BitField PASID = new BitField("PASID", 59, 40);
        public static final BitField AT = new BitField("AT", 61, 60);
        /** 1 for a read, 0 for a write. */
        public static final BitField T = BitField.bit("T", 62);
        /** The record is in use; software clears it by writing 1. */
        public static final BitField F = BitField.bit("F", 63);

        public static final List<BitField> FIELDS = List.of(SID, RSVD_27, T2, PRIV, EXE, PP, FR, PASID, AT, T, F);
    }

    /** CCMD, the context command register. */
    public static final class Ccmd {
        private Ccmd() {}

        public static final BitField DID = new BitField("DID", 15, 0);
        public static final BitField SID = new BitField("SID", 31, 16);
        /** Function mask, as in {@link Descriptors.ContextCache#FM}. */
        public static final BitField FM = new BitField("FM", 33, 32);

        static final BitField RSVD_58 = new BitField("RSVD_58", 58, 34);
        /** Granularity of what was done. */
        public static final BitField CAIG = new BitField("CAIG", 60, 59);
        /** Granularity asked for: {@link Descriptors#GLOBAL}, DOMAIN or DEVICE. */
        public static final BitField CIRG = new BitField("CIRG", 62, 61);
        /** Set by software to start, cleared by hardware when done. */
        public static final BitField ICC = BitField.bit("ICC", 63);

        public static final List<BitField> FIELDS = List.of(DID, SID, FM, RSVD_58, CAIG, CIRG, ICC);

        /** A command; DID, source-id and function mask count as the granularity has it. */
        public static long request(int granularity, int did, int sid, int functionMask) {
            return ICC.mask() | CIRG.set(FM.set(SID.set(DID.set(0, did), sid), functionMask), granularity);
        }
    }

    /** IVA, the invalidate address register; as the second word of an IOTLB descriptor. */
    public static final class Iva {
        private Iva() {}

        public static final BitField AM = new BitField("AM", 5, 0);
        public static final BitField IH = BitField.bit("IH", 6);
        static final BitField RSVD_11 = new BitField("RSVD_11", 11, 7);
        public static final BitField ADDR = new BitField("ADDR", 63, 12);
        public static final List<BitField> FIELDS = List.of(AM, IH, RSVD_11, ADDR);
    }

    /** The IOTLB invalidate register. */
    public static final class IotlbCommand {
        private IotlbCommand() {}

        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 0);
        public static final BitField DID = new BitField("DID", 47, 32);
        /** Drain writes. */
        public static final BitField DW = BitField.bit("DW", 48);
        /** Drain reads. */
        public static final BitField DR = BitField.bit("DR", 49);

        static final BitField RSVD_56 = new BitField("RSVD_56", 56, 50);
        /** Granularity of what was done. */
        public static final BitField IAIG = new BitField("IAIG", 58, 57);

        static final BitField RSVD_59 = BitField.bit("RSVD_59", 59);
        /** Granularity asked for: {@link Descriptors#GLOBAL}, DOMAIN or PAGE. */
        public static final BitField IIRG = new BitField("IIRG", 61, 60);

        static final BitField RSVD_62 = BitField.bit("RSVD_62", 62);
        /** Set by software to start, cleared by hardware when done. */
        public static final BitField IVT = BitField.bit("IVT", 63);

        public static final List<BitField> FIELDS =
                List.of(RSVD_31, DID, DW, DR, RSVD_56, IAIG, RSVD_59, IIRG, RSVD_62, IVT);

        /** A command that drains reads and writes. */
        public static long request(int granularity, int did) {
            return IVT.mask() | DR.mask() | DW.mask() | IIRG.set(DID.set(0, did), granularity);
        }
    }

    /** IQH and IQT, head and tail of the invalidation queue for 128-bit descriptors. */
    public static final class QueueOffset {
        private QueueOffset() {}

        static final BitField RSVD_3 = new BitField("RSVD_3", 3, 0);
        /** Index of a descriptor; the register as a number is the byte offset in the queue. */
        public static final BitField INDEX = new BitField("INDEX", 18, 4);

        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 19);
        public static final List<BitField> FIELDS = List.of(RSVD_3, INDEX, RSVD_63);
    }

    /** IQA, the invalidation queue address register. */
    public static final class Iqa {
        private Iqa() {}

        /** 2^(QS+8) descriptors of 128 bits, half as many of 256 bits. */
        public static final BitField QS = new BitField("QS", 2, 0);

        static final BitField RSVD_10 = new BitField("RSVD_10", 10, 3);
        /** Descriptors of 256 bits. */
        public static final BitField DW = BitField.bit("DW", 11);

        public static final BitField BASE = new BitField("BASE", 63, 12);
        public static final List<BitField> FIELDS = List.of(QS, RSVD_10, DW, BASE);

        /** Descriptors that the queue holds. */
        public static int entries(long iqa) {
            return 1 << ((int) QS.get(iqa) + (DW.isSet(iqa) ? 7 : 8));
        }
    }
}
