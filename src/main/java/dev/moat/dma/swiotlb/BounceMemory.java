package dev.moat.dma.swiotlb;

/** The memory that is copied between slots and buffers. In a search, the contents are words of the state. */
@FunctionalInterface
public interface BounceMemory {
    /**
     * Copies bytes.
     *
     * @param s the state; memory outside of it ignores this
     * @param to address of the first byte written
     * @param from address of the first byte read
     * @param length at least 1
     */
    void copy(long[] s, long to, long from, long length);

    /** Whether a page of the kernel has no address of its own, so that each of its pages is copied by itself. */
    default boolean isHigh(long pfn) {
        return false;
    }
}
