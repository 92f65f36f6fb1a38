package dev.moat.iommu.vtd.interrupt;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Interrupt-remapping table entry, IRTE, in both formats; IM tells which.
 *
 * <p>{@code @shape} 128 bits, two words. {@code @unit} a PDA is a byte address, a multiple of 64. {@code @source}
 * VTD-IRTE.
 */
public final class RemapEntry {
    private RemapEntry() {}

    /** Bytes of one entry. */
    public static final int BYTES = 16;

    /** SVT: the requester is not looked at. */
    public static final int SVT_NONE = 0;
    /** SVT: SID is compared, under SQ. */
    public static final int SVT_SOURCE = 1;
    /** SVT: SID is a range of buses, first in its high byte and last in its low one. */
    public static final int SVT_BUSES = 2;
    /** SVT: no meaning. */
    public static final int SVT_RESERVED = 3;

    /** Present. */
    public static final BitField P = BitField.bit("P", 0);
    /** Fault processing disable, whether the entry is present or not. */
    public static final BitField FPD = BitField.bit("FPD", 1);
    /** Posted format. */
    public static final BitField IM = BitField.bit("IM", 15);

    public static final BitField VECTOR = new BitField("VECTOR", 23, 16);
    static final BitField AVAIL = new BitField("AVAIL", 11, 8);

    /** Source-id, or first and last bus. */
    public static final BitField SID = new BitField("SID", 15, 0);
    /** Function bits of the source-id that are compared, as {@link dev.moat.iommu.vtd.format.SourceId#compared} has it. */
    public static final BitField SQ = new BitField("SQ", 17, 16);
    /** Source validation type. */
    public static final BitField SVT = new BitField("SVT", 19, 18);

    /** Remapped format. */
    public static final class Remapped {
        private Remapped() {}

        /** Destination mode. */
        public static final BitField DM = BitField.bit("DM", 2);
        /** Redirection hint. */
        public static final BitField RH = BitField.bit("RH", 3);
        /** Trigger mode. */
        public static final BitField TM = BitField.bit("TM", 4);
        /** Delivery mode; 3 and 6 are reserved. */
        public static final BitField DLM = new BitField("DLM", 7, 5);

        static final BitField RSVD_14 = new BitField("RSVD_14", 14, 12);
        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 24);
        /** Destination: all 32 bits in extended mode, else {@link #DST8}. */
        public static final BitField DST = new BitField("DST", 63, 32);

        public static final List<BitField> LO =
                List.of(P, FPD, DM, RH, TM, DLM, AVAIL, RSVD_14, IM, VECTOR, RSVD_31, DST);
        static final BitField RSVD_63 = new BitField("RSVD_63", 63, 20);
        public static final List<BitField> HI = List.of(SID, SQ, SVT, RSVD_63);

        /** Position of the 8-bit destination in DST; the bits around it are reserved then. */
        static final BitField DST8 = new BitField("DST8", 47, 40);
    }

    /** Posted format. */
    public static final class Posted {
        private Posted() {}

        static final BitField RSVD_7 = new BitField("RSVD_7", 7, 2);
        static final BitField RSVD_13 = new BitField("RSVD_13", 13, 12);
        /** Urgent: notify even where SN is set. */
        public static final BitField URG = BitField.bit("URG", 14);

        static final BitField RSVD_37 = new BitField("RSVD_37", 37, 24);
        /** Bits 31:6 of the posted-interrupt descriptor's address. */
        public static final BitField PDA_LO = new BitField("PDA_LO", 63, 38);

        public static final List<BitField> LO =
                List.of(P, FPD, RSVD_7, AVAIL, RSVD_13, URG, IM, VECTOR, RSVD_37, PDA_LO);
        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 20);
        /** Bits 63:32 of the posted-interrupt descriptor's address. */
        public static final BitField PDA_HI = new BitField("PDA_HI", 63, 32);

        public static final List<BitField> HI = List.of(SID, SQ, SVT, RSVD_31, PDA_HI);

        /** Address of the posted-interrupt descriptor. */
        public static long descriptor(long lo, long hi) {
            return PDA_HI.get(hi) << 32 | PDA_LO.get(lo) << 6;
        }
    }
}
