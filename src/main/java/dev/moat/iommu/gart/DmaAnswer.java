package dev.moat.iommu.gart;

import dev.moat.bits.BitField;

/**
 * A northbridge's answer to one request, packed into a long so that nothing is allocated. Reads and writes are the
 * same to it.
 *
 * <p>{@code @shape} OUTCOME 3:0, FRAME 63:4, which is 0 unless memory is reached. {@code @unit} FRAME is a 4 KiB frame
 * number.
 */
public final class DmaAnswer {
    private DmaAnswer() {}

    /** Outcome: the request reaches FRAME, through the table. */
    public static final int TRANSLATED = 0;
    /** It reaches the frame of its own address. */
    public static final int UNTRANSLATED = 1;
    /** The entry is not valid: an error, by default a machine check. */
    public static final int INVALID_ENTRY = 2;
    /** The table cannot be read. */
    public static final int TABLE_ACCESS = 3;

    /** One of the above. */
    public static final BitField OUTCOME = new BitField("OUTCOME", 3, 0);

    public static final BitField FRAME = new BitField("FRAME", 63, 4);

    /** Whether the request reaches memory. */
    public static boolean reachesMemory(long answer) {
        return OUTCOME.get(answer) <= UNTRANSLATED;
    }

    static long to(int outcome, long frame) {
        return frame << FRAME.lo() | outcome;
    }
}
