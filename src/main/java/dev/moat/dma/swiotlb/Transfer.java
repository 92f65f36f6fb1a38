package dev.moat.dma.swiotlb;

import dev.moat.iommu.linux.DmaDirection;

/**
 * What a driver says of a mapping.
 *
 * @param direction which way the data goes
 * @param attributes the bits of Linux's {@code DMA_ATTR_*}; others than the named ones are not looked at
 */
public record Transfer(DmaDirection direction, int attributes) {
    /** At unmap, do not copy what the device wrote. The copy at map is made all the same. */
    public static final int SKIP_CPU_SYNC = 0x20;
    /** Do not warn when there are no slots. */
    public static final int NO_WARN = 0x100;
    /** The memory is a device's, and has no copy anywhere. Not looked at before Linux 7.3's. */
    public static final int MMIO = 0x400;
    /** Nothing is to be synchronised, so the memory must not bounce. Not looked at before Linux 7.3's. */
    public static final int REQUIRE_COHERENT = 0x1000;

    /** Whether one of the attributes is given. */
    public boolean has(int some) {
        return (attributes & some) != 0;
    }

    /** The same, and nothing is to be copied out. */
    public Transfer withoutSync() {
        return new Transfer(direction, attributes | SKIP_CPU_SYNC);
    }
}
