package dev.moat.dma.swiotlb;

/**
 * What a device can address.
 *
 * @param mask highest address it can say
 * @param coherentMask the same for coherent memory
 * @param busLimit highest address that its bus passes on; 0 for no limit
 * @param segmentBoundary a mapping may not cross a multiple of this plus one; 0 for none
 * @param minAlign bits of an address that a mapping must keep; 0 for none
 */
public record DmaDevice(long mask, long coherentMask, long busLimit, long segmentBoundary, int minAlign) {
    /** A device that reaches everything and asks for nothing. */
    public static final DmaDevice UNLIMITED = new DmaDevice(-1, -1, 0, 0, 0);

    /** The boundary that holds; none is that of all addresses, as Linux has had it since 5.10. */
    long boundary() {
        return segmentBoundary == 0 ? -1 : segmentBoundary;
    }

    /** Whether the device reaches bytes at a bus address: Linux's {@code dma_capable}. The end wraps, as there. */
    public boolean reaches(long address, long size) {
        long limit = busLimit == 0 || (mask != 0 && Long.compareUnsigned(mask, busLimit) < 0) ? mask : busLimit;
        return address != Swiotlb.ERROR && Long.compareUnsigned(address + size - 1, limit) <= 0;
    }
}
