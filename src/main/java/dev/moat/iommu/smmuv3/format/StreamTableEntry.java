package dev.moat.iommu.smmuv3.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Entry of the stream table: what the unit does with the transactions of one device. Fields for memory attributes and Secure state
 * are left out; those for substreams, ATS and regimes are no slots of a search.
 *
 * <p>{@code @shape} 8 words. {@code @writer} HYPERVISOR. {@code @source} IHI 0070, stream table entry.
 */
public final class StreamTableEntry {
    private StreamTableEntry() {}

    public static final int WORDS = 8;
    public static final int BYTES = 64;

    /** Word 0. */
    public static final BitField V = BitField.bit("V", 0);

    public static final BitField CONFIG = new BitField("Config", 3, 1);
    /** In units of 64 bytes; an intermediate address if stage 2 is on. */
    public static final BitField S1_CONTEXT_PTR = new BitField("S1ContextPtr", 51, 6);

    /** The format of a table of context descriptors: {@link #LINEAR}, or two levels. */
    public static final BitField S1_FMT = new BitField("S1Fmt", 5, 4);

    /** Log2 of its descriptors. */
    public static final BitField S1_CDMAX = new BitField("S1CDMax", 63, 59);

    /** Word 1. */
    public static final BitField S1_DSS = new BitField("S1DSS", 1, 0);

    /** Neighbours are equal. */
    public static final BitField CONT = new BitField("CONT", 16, 13);

    public static final BitField EATS = new BitField("EATS", 29, 28);

    /** Which translation regime it is of. */
    public static final BitField STRW = new BitField("STRW", 31, 30);

    public static final BitField S1_STALLD = BitField.bit("S1STALLD", 27);

    /** Word 2. */
    public static final BitField S2_VMID = new BitField("S2VMID", 15, 0);

    public static final BitField S2_T0SZ = new BitField("S2T0SZ", 37, 32);
    public static final BitField S2_SL0 = new BitField("S2SL0", 39, 38);
    public static final BitField S2_TG = new BitField("S2TG", 47, 46);
    public static final BitField S2_PS = new BitField("S2PS", 50, 48);
    public static final BitField S2_AA64 = BitField.bit("S2AA64", 51);
    public static final BitField S2_ENDI = BitField.bit("S2ENDI", 52);
    public static final BitField S2_AFFD = BitField.bit("S2AFFD", 53);
    public static final BitField S2_HD = BitField.bit("S2HD", 55);
    public static final BitField S2_HA = BitField.bit("S2HA", 56);
    public static final BitField S2_S = BitField.bit("S2S", 57);
    public static final BitField S2_R = BitField.bit("S2R", 58);

    /** Word 3, in units of 16 bytes. */
    public static final BitField S2_TTB = new BitField("S2TTB", 51, 4);

    /** The fields of words 0, 2 and 3. */
    public static final List<List<BitField>> FIELDS = List.of(
            List.of(V, CONFIG, S1_CONTEXT_PTR),
            List.of(),
            List.of(S2_VMID, S2_T0SZ, S2_SL0, S2_TG, S2_PS, S2_AA64, S2_ENDI, S2_AFFD, S2_HD, S2_HA, S2_S, S2_R),
            List.of(S2_TTB));

    /** Config: transactions pass untranslated; every smaller value aborts them. */
    public static final int BYPASS = 4;
    /** Bit of Config, from {@link #BYPASS} on: stage 1 is on. */
    public static final int STAGE_1 = 1;
    /** Bit of Config, from {@link #BYPASS} on: stage 2 is on. */
    public static final int STAGE_2 = 2;

    /** Word 0 of a valid entry: the stages that are on, and the address of the context descriptors. */
    public static long of(int stages, long contexts) {
        return V.mask() | CONFIG.set(0, BYPASS | stages) | (contexts & S1_CONTEXT_PTR.mask());
    }

    /** Whether a stage is on by a Config. */
    public static boolean hasStage(long config, int stage) {
        return config >= BYPASS && (config & stage) != 0;
    }

    /** {@link #S1_FMT} of one level. */
    public static final int LINEAR = 0;
    /** {@link #S1_FMT} of tables of 4 KiB at the second level; of 64 KiB otherwise. */
    public static final int SMALL_LEAVES = 1;

    /** {@link #S1_DSS}: transactions without a substream pass stage 1. */
    public static final int DSS_BYPASS = 1;

    /** The address of the context descriptors. */
    public static long contexts(long word0) {
        return S1_CONTEXT_PTR.get(word0) << S1_CONTEXT_PTR.lo();
    }
}
