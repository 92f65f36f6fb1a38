package dev.moat.iommu.smmuv3.format;

import dev.moat.bits.BitField;

/** Record of the event queue: four words, the third one being the input address. {@code @source} IHI 0070, event records. */
public final class Event {
    private Event() {}

    public static final int WORDS = 4;
    public static final int BYTES = 32;

    /** Word 0. */
    public static final BitField TYPE = new BitField("TYPE", 7, 0);

    public static final BitField SID = new BitField("SID", 63, 32);

    /** Word 1. */
    public static final BitField RNW = BitField.bit("RnW", 35);
    /** Stage 2 refused it. */
    public static final BitField S2 = BitField.bit("S2", 39);

    public static final BitField CLASS = new BitField("CLASS", 41, 40);

    /** Class: while a context descriptor was fetched. */
    public static final int CLASS_CD = 0;
    /** Class: while a table of stage 1 was read. */
    public static final int CLASS_TT = 1;
    /** Class: the transaction itself. */
    public static final int CLASS_IN = 2;

    /** Word 3 of a stage 2 fault, in units of 4 KiB. */
    public static final BitField IPA = new BitField("IPA", 51, 12);
    /** Word 3 of an aborted fetch, in units of 8 bytes. */
    public static final BitField FETCH_ADDRESS = new BitField("FetchAddr", 51, 3);

    /** Nothing is wrong. */
    public static final int NONE = 0;

    public static final int C_BAD_STREAMID = 0x02;
    public static final int F_STE_FETCH = 0x03;
    public static final int C_BAD_STE = 0x04;
    public static final int F_CD_FETCH = 0x09;
    public static final int C_BAD_CD = 0x0a;
    public static final int F_WALK_EABT = 0x0b;
    public static final int F_TRANSLATION = 0x10;
    public static final int F_ADDR_SIZE = 0x11;
    public static final int F_ACCESS = 0x12;
    public static final int F_PERMISSION = 0x13;

    /** Whether a record says what was accessed, and how; the others name the stream alone. */
    public static boolean isOfAccess(int type) {
        return type >= F_WALK_EABT;
    }

    /** Whether it is recorded only if the stage that refuses records faults. */
    public static boolean isOptional(int type) {
        return type >= F_TRANSLATION;
    }
}
