package dev.moat.iommu.smmuv3.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Context descriptor: the first stage of a stream. It describes two regions of addresses, 0 at the bottom and 1 at the top.
 *
 * <p>{@code @shape} 8 words; words 1 and 2 are the table addresses of the regions. {@code @writer} HYPERVISOR, or a guest behind stage 2.
 * {@code @source} IHI 0070, context descriptor.
 */
public final class ContextDescriptor {
    private ContextDescriptor() {}

    public static final int WORDS = 8;
    public static final int BYTES = 64;

    /** Word 0. */
    public static final BitField T0SZ = new BitField("T0SZ", 5, 0);

    public static final BitField TG0 = new BitField("TG0", 7, 6);
    public static final BitField EPD0 = BitField.bit("EPD0", 14);
    public static final BitField ENDI = BitField.bit("ENDI", 15);
    public static final BitField T1SZ = new BitField("T1SZ", 21, 16);
    /** Coded otherwise than TG0. */
    public static final BitField TG1 = new BitField("TG1", 23, 22);

    public static final BitField EPD1 = BitField.bit("EPD1", 30);
    public static final BitField V = BitField.bit("V", 31);
    public static final BitField IPS = new BitField("IPS", 34, 32);
    public static final BitField AFFD = BitField.bit("AFFD", 35);
    public static final BitField TBI0 = BitField.bit("TBI0", 38);
    public static final BitField TBI1 = BitField.bit("TBI1", 39);
    public static final BitField AA64 = BitField.bit("AA64", 41);
    public static final BitField HD = BitField.bit("HD", 42);
    public static final BitField HA = BitField.bit("HA", 43);
    public static final BitField S = BitField.bit("S", 44);
    public static final BitField R = BitField.bit("R", 45);
    public static final BitField A = BitField.bit("A", 46);
    public static final BitField ASID = new BitField("ASID", 63, 48);

    /** Words 1 and 2: hierarchical rights are ignored. */
    public static final BitField HAD = BitField.bit("HAD", 1);
    /** In units of 16 bytes. */
    public static final BitField TTB = new BitField("TTB", 51, 4);

    /** The fields of word 0, and of words 1 and 2. */
    public static final List<List<BitField>> FIELDS = List.of(
            List.of(T0SZ, TG0, EPD0, ENDI, T1SZ, TG1, EPD1, V, IPS, AFFD, TBI0, TBI1, AA64, HD, HA, S, R, A, ASID),
            List.of(HAD, TTB));
}
