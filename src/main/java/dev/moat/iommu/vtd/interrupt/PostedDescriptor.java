package dev.moat.iommu.vtd.interrupt;

import dev.moat.bits.BitField;
import dev.moat.iommu.vtd.format.Reserved;
import java.util.List;

/**
 * Posted-interrupt descriptor.
 *
 * <p>{@code @shape} 512 bits: the requests of all 256 vectors in words 0 to 3, {@link #CONTROL} in word 4, then words that
 * are not looked at. {@code @source} VTD-POSTED-DESCRIPTOR; no recorded row has one.
 */
public final class PostedDescriptor {
    private PostedDescriptor() {}

    /** Byte offset of {@link #CONTROL}. */
    public static final int CONTROL_OFFSET = 32;

    /** A notification has been sent. */
    public static final BitField ON = BitField.bit("ON", 0);
    /** Send no notification but for urgent interrupts. */
    public static final BitField SN = BitField.bit("SN", 1);

    static final BitField RSVD_15 = new BitField("RSVD_15", 15, 2);
    /** Notification vector. */
    public static final BitField NV = new BitField("NV", 23, 16);

    static final BitField RSVD_31 = new BitField("RSVD_31", 31, 24);
    /** Notification destination: all 32 bits in extended mode, else {@link #NDST8}. */
    public static final BitField NDST = new BitField("NDST", 63, 32);

    /** Position of the 8-bit destination in NDST; the bits around it are reserved then, like those of an interrupt entry. */
    public static final BitField NDST8 = new BitField("NDST8", 47, 40);

    /** Word 4. */
    public static final List<BitField> CONTROL = List.of(ON, SN, RSVD_15, NV, RSVD_31, NDST);

    /**
     * Bits of word 4 that must be clear.
     *
     * @param extended whether destinations have 32 bits
     */
    public static long reserved(boolean extended) {
        return Reserved.mask(CONTROL) | (extended ? 0 : NDST.mask() & ~NDST8.mask());
    }
}
