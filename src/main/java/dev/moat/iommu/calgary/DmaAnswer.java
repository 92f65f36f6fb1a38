package dev.moat.iommu.calgary;

import dev.moat.bits.BitField;

/**
 * A chip's answer to one request, packed into a long so that nothing is allocated.
 *
 * <p>{@code @shape} OUTCOME 3:0, RIGHTS 5:4, FRAME 63:6; the others are 0 unless the outcome is {@link #REACHES}.
 * {@code @unit} FRAME is a 4 KiB frame number.
 */
public final class DmaAnswer {
    private DmaAnswer() {}

    /** Outcome: the request reaches FRAME. */
    public static final int REACHES = 0;
    /** The bus is off. */
    public static final int SLOT_DISABLED = 1;
    /** No device is let on the bus: the request waits, and is no error. */
    public static final int WAITS = 2;
    /** An address of 4 GiB or more, and DAC is off. */
    public static final int DAC_REJECTED = 3;
    /** An address that is not translated because other devices are there: no memory is reached. */
    public static final int PEER = 4;
    /** An address behind the table. */
    public static final int BEYOND_TABLE = 5;
    /** The entry does not give the right; the same for one that gives none. */
    public static final int NO_RIGHT = 6;
    /** The chip cannot read the entry. */
    public static final int TABLE_ACCESS = 7;

    /** One of the above. */
    public static final BitField OUTCOME = new BitField("OUTCOME", 3, 0);
    /** {@link Tce#MAY_READ} and {@link Tce#MAY_WRITE} of the entry; both where nothing is translated. */
    public static final BitField RIGHTS = new BitField("RIGHTS", 5, 4);

    public static final BitField FRAME = new BitField("FRAME", 63, 6);

    /** Whether the request reaches memory. */
    public static boolean reachesMemory(long answer) {
        return OUTCOME.get(answer) == REACHES;
    }

    /** Whether the chip reports it in CSR. */
    public static boolean isError(long answer) {
        long outcome = OUTCOME.get(answer);
        return outcome == DAC_REJECTED || outcome == BEYOND_TABLE || outcome == NO_RIGHT || outcome == TABLE_ACCESS;
    }

    static long to(long frame, int rights) {
        return frame << FRAME.lo() | (long) rights << RIGHTS.lo();
    }
}
