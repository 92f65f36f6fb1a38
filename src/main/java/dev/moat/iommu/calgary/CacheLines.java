package dev.moat.iommu.calgary;

/** The CPU's caches, past which the chip reads its tables. */
@FunctionalInterface
public interface CacheLines {
    /**
     * Writes the line of a byte address back, so that the chip sees what software has stored there.
     */
    void writeBack(long[] s, long address);
}
