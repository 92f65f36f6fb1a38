package dev.moat.iommu.smmuv3.format;

import dev.moat.bits.BitField;
import java.util.List;

/** Commands: two words, lo and hi. {@code @writer} HYPERVISOR. {@code @source} IHI 0070, command queue. */
public final class Commands {
    private Commands() {}

    public static final int BYTES = 16;

    /** Word lo. */
    public static final BitField OPCODE = new BitField("OPCODE", 7, 0);

    public static final BitField SSEC = BitField.bit("SSec", 10);
    /** Of a range: one more than this number of times 2^SCALE granules. */
    public static final BitField NUM = new BitField("NUM", 16, 12);

    public static final BitField SCALE = new BitField("SCALE", 24, 20);
    public static final BitField CS = new BitField("CS", 13, 12);
    public static final BitField VMID = new BitField("VMID", 47, 32);
    public static final BitField ASID = new BitField("ASID", 63, 48);
    public static final BitField SID = new BitField("SID", 63, 32);

    /** A SubstreamID is named. */
    public static final BitField SSV = BitField.bit("SSV", 11);

    public static final BitField SSID = new BitField("SSID", 31, 12);
    /** Of a SYNC that tells by a message. */
    public static final BitField MSI_DATA = new BitField("MSIData", 63, 32);

    /** Word hi. */
    public static final BitField MSI_ADDRESS = new BitField("MSIAddr", 51, 2);

    /** Of an ATC_INV: log2 of the pages of 4 KiB. */
    public static final BitField SIZE = new BitField("Size", 5, 0);

    public static final BitField LEAF = BitField.bit("Leaf", 0);

    public static final BitField RANGE = new BitField("Range", 4, 0);
    public static final BitField TTL = new BitField("TTL", 9, 8);
    /** 0: one address; 1, 2, 3: a range of granules of 4, 16, 64 KiB. */
    public static final BitField TG = new BitField("TG", 11, 10);
    /** In units of 4 KiB. */
    public static final BitField ADDRESS = new BitField("Address", 63, 12);
    /** The same of an intermediate address. */
    public static final BitField IPA = new BitField("IPA", 51, 12);

    public static final int PREFETCH_CONFIG = 0x01;
    public static final int PREFETCH_ADDR = 0x02;
    public static final int CFGI_STE = 0x03;
    public static final int CFGI_STE_RANGE = 0x04;
    public static final int CFGI_CD = 0x05;
    public static final int CFGI_CD_ALL = 0x06;
    public static final int TLBI_NH_ALL = 0x10;
    public static final int TLBI_NH_ASID = 0x11;
    public static final int TLBI_NH_VA = 0x12;
    public static final int TLBI_NH_VAA = 0x13;
    public static final int TLBI_S12_VMALL = 0x28;
    public static final int TLBI_S2_IPA = 0x2a;
    public static final int TLBI_NSNH_ALL = 0x30;
    public static final int TLBI_EL2_ALL = 0x20;
    public static final int TLBI_EL2_VAA = 0x23;
    public static final int ATC_INV = 0x40;
    public static final int PRI_RESP = 0x41;
    public static final int RESUME = 0x44;
    public static final int STALL_TERM = 0x45;
    public static final int SYNC = 0x46;

    private static final List<BitField> TRANSLATIONS = List.of(OPCODE, NUM, SCALE, VMID, ASID);
    private static final List<BitField> ADDRESSES = List.of(LEAF, TTL, TG, ADDRESS);

    private static boolean isOfTranslations(long lo) {
        return OPCODE.get(lo) >= TLBI_NH_ALL && OPCODE.get(lo) <= TLBI_NSNH_ALL;
    }

    /** Whether a command removes something from caches. */
    public static boolean isInvalidation(long lo) {
        return OPCODE.get(lo) >= CFGI_STE && OPCODE.get(lo) <= TLBI_NSNH_ALL;
    }

    /** The fields of a command's first word. */
    public static List<BitField> fieldsLo(long lo) {
        return isOfTranslations(lo) ? TRANSLATIONS : isInvalidation(lo) ? List.of(OPCODE, SID) : List.of(OPCODE, CS);
    }

    /** The fields of a command's second word, by its first. */
    public static List<BitField> fieldsHi(long lo) {
        return isOfTranslations(lo) ? ADDRESSES : isInvalidation(lo) ? List.of(LEAF, RANGE) : List.of();
    }

    /** Range of a CFGI_STE_RANGE for every stream. */
    public static final int EVERY_STREAM = 31;
    /** CS by which a SYNC tells by a message. */
    public static final int CS_INTERRUPT = 1;
    /** CS that has no meaning. */
    public static final int CS_RESERVED = 3;

    /** Errors that the queue stops with: an illegal command, and one that cannot be fetched. */
    public static final int CERROR_ILL = 1;

    public static final int CERROR_ABT = 2;
}
