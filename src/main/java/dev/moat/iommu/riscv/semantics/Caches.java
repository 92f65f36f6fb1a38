package dev.moat.iommu.riscv.semantics;

/** What commands take from a unit's caches. No later answer comes from what was forgotten here. */
@FunctionalInterface
public interface Caches {
    /** Nothing is cached. */
    Caches NONE = (s, lo, hi) -> {};

    /**
     * An IOTINVAL or IODIR command, legal, of these two words: see {@link Scope} for what it covers.
     */
    void forget(long[] s, long lo, long hi);
}
