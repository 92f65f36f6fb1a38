package dev.moat.iommu;

import dev.moat.state.Footprint;
import dev.moat.state.Sort;

/** The tags under which units cache translations of spaces, and the space that each tag means. */
public interface Tags {
    /** The tags that hardware tells apart. */
    Sort sort();

    /** The tag of a space at a unit, or -1 when it has none. */
    int of(long[] s, int space, int unit);

    /** Whether a space's tags come and go with its requesters ({@link dev.moat.iommu.Capabilities.Tagging#ALLOCATED}). */
    default boolean areAllocated() {
        return false;
    }

    /** The tag of a space at a unit, taken from the free ones when it has none; -1, with nothing changed, when all are used. */
    default int take(long[] s, int space, int unit) {
        return of(s, space, unit);
    }

    /** Makes a space's tag at a unit free for others, where tags are allocated. */
    default void release(long[] s, int space, int unit) {}

    /** Whether a tag is out of the free ones of a unit, where tags are allocated. */
    default boolean isTaken(long[] s, int unit, int tag) {
        return false;
    }

    /** Adds what {@link #of} depends on. */
    default void read(Footprint footprint) {}
}
