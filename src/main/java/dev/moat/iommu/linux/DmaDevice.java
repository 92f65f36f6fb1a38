package dev.moat.iommu.linux;

/**
 * A DMA layer's data about a device.
 *
 * @param mask the highest address it can name
 * @param coherentMask the same for coherent memory
 * @param busLimit the highest address its bus passes on; 0 for no limit
 * @param boundary address bits below which a mapping must not carry: one less than a power of two
 * @param maxSegment {@code @unit} bytes that a merged piece may have
 */
public record DmaDevice(long mask, long coherentMask, long busLimit, long boundary, long maxSegment) {
    /** Whether it reaches the bytes itself. Without bytes, the one before them counts; beside a limit, a mask of 0 is none. */
    public boolean reaches(long address, long size) {
        long limit = busLimit == 0 || (mask != 0 && Long.compareUnsigned(mask, busLimit) < 0) ? mask : busLimit;
        return Long.compareUnsigned(address + size - 1, limit) <= 0;
    }
}
