package dev.moat.dma.swiotlb;

/**
 * The sizes that bookkeeping depends on; searches have smaller ones than Linux.
 *
 * @param slotShift a slot is this power of two of bytes
 * @param segmentSlots slots of a segment, which no mapping leaves; a power of two
 * @param pageShift a page is this power of two of bytes; at least a slot
 */
public record SwiotlbGeometry(int slotShift, int segmentSlots, int pageShift) {
    /** Slots of 2 KiB, segments of 128, pages of 4 KiB. */
    public static final SwiotlbGeometry LINUX = new SwiotlbGeometry(11, 128, 12);

    /** @throws IllegalArgumentException for sizes that are not as said */
    public SwiotlbGeometry {
        if (slotShift < 0 || pageShift < slotShift || pageShift > 30 || Integer.bitCount(segmentSlots) != 1) {
            throw new IllegalArgumentException("slots of 2^" + slotShift + ", pages of 2^" + pageShift
                    + " bytes, segments of " + segmentSlots + " slots");
        }
    }

    /** Bytes of a slot. */
    public long slotBytes() {
        return 1L << slotShift;
    }

    /** Bytes of a page. */
    public long pageBytes() {
        return 1L << pageShift;
    }

    /** Slots that bytes take; as in C, the sum wraps. */
    long slotsOf(long bytes) {
        return (bytes + slotBytes() - 1) >>> slotShift;
    }
}
