package dev.moat.iommu.smmuv3.semantics;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a unit may use in place of memory, and what it keeps of it. Whatever is kept was valid when it was read, except stream table
 * entries, their descriptors and context descriptors. {@code @source} IHI 0070, translation table and configuration caching.
 */
public interface Caches {
    /** Nothing is cached. */
    Caches NONE = new Caches() {};

    /** Structures that say how the transactions of a stream are translated. */
    enum Kind {
        STREAM_DESCRIPTOR,
        STREAM_ENTRY,
        CONTEXT
    }

    /**
     * Translations of both stages together.
     *
     * @param page of stage 1
     * @param frame of stage 2
     */
    record Both(Translation page, Translation frame) {
        /** Whether it stands for an address. */
        public boolean covers(long address) {
            return page.covers(address) && frame.covers(page.output(address));
        }
    }

    /**
     * What stage 2 makes of an address.
     *
     * @param frame null if it refuses every access
     * @param event why
     * @param fetched where a descriptor could not be read
     */
    record Stage2(@Nullable Translation frame, int event, long fetched) {}

    /** A structure of a stream; null to read it from memory. */
    default long @Nullable [] configuration(long[] s, Kind kind, int streamId) {
        return null;
    }

    /** A structure was read from memory. */
    default void keep(long[] s, Kind kind, int streamId, long[] words) {}

    /** A translation of stage 1, a leaf or a table, with which a walk can begin; null to begin at the root. */
    default @Nullable Translation stage1(long[] s, Transaction t) {
        return null;
    }

    /** The same of stage 2. */
    default @Nullable Translation stage2(long[] s, Transaction t, long intermediate) {
        return null;
    }

    /** A translation of both stages; null to ask each of them. */
    default @Nullable Both both(long[] s, Transaction t) {
        return null;
    }

    /** A descriptor was read from memory. */
    default void keep(long[] s, Translation one) {}

    /** Both stages have translated an address. */
    default void keep(long[] s, Both both) {}

    /** Stage 2 is asked for an address; the walk asks {@link #stage2}. */
    default Stage2 throughStage2(long[] s, Transaction t, long intermediate, Supplier<Stage2> walk) {
        return walk.get();
    }

    /** A CFGI or TLBI command, legal, is consumed: see {@link Scope} for what it covers. */
    default void forget(long[] s, long lo, long hi) {}

    /** A CMD_SYNC is complete: what earlier commands cover is gone. */
    default void synchronize(long[] s) {}
}
