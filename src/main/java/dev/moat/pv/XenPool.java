package dev.moat.pv;

import dev.moat.dma.swiotlb.BootPool;
import dev.moat.dma.swiotlb.BugException;
import dev.moat.dma.swiotlb.SwiotlbGeometry;

/**
 * Makes memory of the guest fit to be a bounce pool: each segment contiguous in the machine, and reachable with as few address
 * bits as Xen has such memory for. Segments do not follow one another, which is why no mapping may leave one.
 * {@code @source} LINUX-XEN-SWIOTLB.
 */
public final class XenPool {
    /** Linux's {@code -ENOMEM}. */
    public static final int NO_MEMORY = -12;

    private static final int MOST_BITS = 32;

    private final SwiotlbGeometry geometry;
    private final PvMemory memory;

    /** @param memory that frames are exchanged in */
    public XenPool(SwiotlbGeometry geometry, PvMemory memory) {
        this.geometry = geometry;
        this.memory = memory;
    }

    /**
     * Exchanges the frames under a pool, segment by segment (Linux's {@code xen_swiotlb_fixup}). The number of address bits grows
     * until Xen has memory, and does not shrink again for the next segment.
     *
     * @param address of the pool
     * @param slots whole segments; of no slots Linux exchanges one segment all the same
     * @return 0, or {@link #NO_MEMORY} when there is none with 32 bits either; the segments before keep their new frames
     * @throws BugException when slots are left over
     */
    public int fixUp(long[] s, long address, int slots) {
        if (slots < 0 || slots % geometry.segmentSlots() != 0) {
            throw new BugException(slots + " slots are not whole segments");
        }
        long segmentBytes = geometry.segmentSlots() * geometry.slotBytes();
        int order = PvFrames.order(segmentBytes);
        int bits = order + PvFrames.PAGE_SHIFT;
        int first = 0;
        do {
            long segment = address + first * geometry.slotBytes();
            while (memory.makeContiguous(s, segment, order, bits) == PvMemory.NONE) {
                // One bit more than the most is never tried, but what comes after would start there.
                if (bits++ >= MOST_BITS) {
                    return NO_MEMORY;
                }
            }
            first += geometry.segmentSlots();
        } while (first < slots);
        return 0;
    }

    /**
     * The pool that a guest gets at boot: where it cannot be made fit, half of it is tried, down to 1 MiB (Linux 6.1; 3.6
     * halved three times at most).
     *
     * @param address of the memory that the pool is made in
     * @param asked what the command line asks for
     */
    public BootPool setUp(long[] s, long address, BootPool asked) {
        return asked.made(slots -> fixUp(s, address, slots) == 0);
    }
}
