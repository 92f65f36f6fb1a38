package dev.moat.iommu.gart;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Entry of the table: 40 bits of physical address in 32. {@code @shape} 32 bits, little-endian, one per 4 KiB page of the aperture.
 * {@code @unit} FRAME_HIGH and FRAME_LOW are bits 27:20 and 19:0 of a 4 KiB frame number. {@code @writer} HYPERVISOR.
 * {@code @source} GART-PTE.
 */
public final class Gpte {
    private Gpte() {}

    /** Without it a request ends in an error. */
    public static final BitField VALID = BitField.bit("VALID", 0);
    /** The caches of the CPUs are asked. */
    public static final BitField COHERENT = BitField.bit("COHERENT", 1);

    static final BitField RSVD_3 = new BitField("RSVD_3", 3, 2);
    public static final BitField FRAME_HIGH = new BitField("FRAME_HIGH", 11, 4);
    public static final BitField FRAME_LOW = new BitField("FRAME_LOW", 31, 12);
    static final BitField NONE_63 = new BitField("NONE_63", 63, 32);

    /** All 64 bits of the word that an entry is held in here. */
    public static final List<BitField> FIELDS = List.of(VALID, COHERENT, RSVD_3, FRAME_HIGH, FRAME_LOW, NONE_63);

    /** The highest frame number that an entry can name. */
    public static final long LAST_FRAME = (1L << (FRAME_HIGH.width() + FRAME_LOW.width())) - 1;

    /** An entry that leads to a frame; {@link IllegalArgumentException} when it cannot name the frame. */
    public static long of(long frame) {
        long low = FRAME_LOW.set(VALID.mask() | COHERENT.mask(), frame & FRAME_LOW.max());
        return FRAME_HIGH.set(low, frame >>> FRAME_LOW.width());
    }

    /** The frame that an entry leads to. */
    public static long frame(long entry) {
        return FRAME_HIGH.get(entry) << FRAME_LOW.width() | FRAME_LOW.get(entry);
    }
}
