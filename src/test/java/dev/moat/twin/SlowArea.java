package dev.moat.twin;

import java.util.BitSet;

/**
 * The search for a run of free bits that Calgary's and GART's drivers allocate with ({@code iommu_area_alloc}), as the table
 * beside {@code area.csv} has it.
 */
public final class SlowArea {
    private SlowArea() {}

    /** Pages that a buffer touches. */
    public static long pages(long address, long size) {
        return (address & 0xfff) + size + 0xfff >>> 12;
    }

    /** Whether a run crosses a multiple of the boundary, counted from {@code -shift}. */
    private static boolean spans(long index, long run, long shift, long boundary) {
        return (shift + index & boundary - 1) + run > boundary;
    }

    /** Whether these bits are free; of an empty run, whether its first one is. */
    private static boolean free(BitSet used, long index, long run) {
        int first = used.nextSetBit((int) index);
        return first < 0 || first >= index + Math.max(1, run);
    }

    /**
     * Finds a run and marks it. The last bit of the map is never part of one, nor the place of an empty one.
     *
     * @param shift what boundaries are counted from, in bits before bit 0
     * @param boundary a run does not cross multiples of it
     * @return the first bit, or -1
     * @throws KernelDeath with a boundary that is no power of two (BUG) or is less than the run (HANG), as soon as the search
     *     comes to a place that decides it
     */
    public static long allocate(
            BitSet used, long size, long start, long run, long shift, long boundary, long alignMask) {
        for (long index = start; index + Math.max(1, run) <= size - 1; index++) {
            if ((index & alignMask) != 0 || !free(used, index, run)) {
                continue;
            }
            if (Long.bitCount(boundary) != 1) {
                throw KernelDeath.bug();
            }
            if (!spans(index, run, shift, boundary)) {
                used.set((int) index, (int) (index + run));
                return index;
            }
            if ((shift + index & boundary - 1) == 0) {
                throw KernelDeath.hang();
            }
        }
        return -1;
    }
}
