package dev.moat.iommu.vtd;

import dev.moat.bits.BitField;
import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.FaultReason;

/**
 * The answer to one DMA request, packed into a long so that walks allocate nothing.
 *
 * <p>{@code @shape} OUTCOME 3:0, R 4, W 5, SIZE 7:6, DID 23:8, FRAME 63:24; all fields but OUTCOME are 0 unless the
 * outcome is {@link #TRANSLATED}. {@code @unit} FRAME is a 4 KiB frame number.
 */
public final class Translation {
    private Translation() {}

    /** Outcome: the request reaches FRAME. */
    public static final int TRANSLATED = 0;
    /** Outcome: the address belongs to interrupts; no memory is reached and no fault reason is known. */
    public static final int INTERRUPT_RANGE = 15;

    /** SIZE: a 4 KiB page. */
    public static final int SIZE_4K = 0;
    /** SIZE: a leaf in level 2. */
    public static final int SIZE_2M = 1;
    /** SIZE: a leaf in level 3. */
    public static final int SIZE_1G = 2;
    /** SIZE: not translated at all, the frame is the address's own. */
    public static final int SIZE_ALL = 3;

    /** {@link #TRANSLATED}, {@link #INTERRUPT_RANGE}, or the code of a {@link FaultReason}. */
    public static final BitField OUTCOME = new BitField("OUTCOME", 3, 0);
    /** Rights of the whole path, {@link Rights#READ} and {@link Rights#WRITE}. */
    public static final BitField RIGHTS = new BitField("RIGHTS", 5, 4);

    public static final BitField SIZE = new BitField("SIZE", 7, 6);
    /** Tag under which the answer may be cached. */
    public static final BitField DID = new BitField("DID", 23, 8);

    public static final BitField FRAME = new BitField("FRAME", 63, 24);

    /** Whether the request reaches memory. */
    public static boolean reachesMemory(long answer) {
        return OUTCOME.get(answer) == TRANSLATED;
    }

    static long blocked(FaultReason reason) {
        return reason.code();
    }

    /** By the code of the reason. */
    static long blocked(int reason) {
        return reason;
    }

    static long to(long frame, int rights, int size, int did) {
        return frame << FRAME.lo() | (long) did << DID.lo() | (long) size << SIZE.lo() | (long) rights << RIGHTS.lo();
    }
}
