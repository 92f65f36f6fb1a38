package dev.moat.dma.swiotlb;

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

    /** Whether the attribute is given. */
    boolean has(int attribute) {
        return (attributes & attribute) != 0;
    }

    /** The same, and nothing is to be copied out. */
    public Transfer withoutSync() {
        return new Transfer(direction, attributes | SKIP_CPU_SYNC);
    }
}
