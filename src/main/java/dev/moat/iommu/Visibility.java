package dev.moat.iommu;

/**
 * Makes a store visible to units. Software uses it if {@link dev.moat.iommu.Capabilities.Stores} say so, and relies on
 * nothing before that: of several stores to one entry a unit may see none until the last one is seen.
 */
public interface Visibility {
    /** Where every store is seen at once. */
    Visibility AT_ONCE = new Visibility() {};

    /** Writes the cache line of a page's entry back; without effect where units snoop. */
    default void writeBack(long[] s, int space, int page) {}

    /** Writes the cache line of a requester's entry back; without effect where units snoop. */
    default void writeBackEntry(long[] s, int requester) {}

    /** Starts a flush of the write buffer for a CPU. False while one that began earlier is under way. */
    default boolean startFlush(long[] s, int cpu) {
        return true;
    }

    /** Whether the flush of a CPU is done. */
    default boolean isFlushed(long[] s, int cpu) {
        return true;
    }
}
