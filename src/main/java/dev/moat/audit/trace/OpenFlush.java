package dev.moat.audit.trace;

import java.util.ArrayList;
import java.util.List;

/**
 * A flush that has not been seen to return. Its invalidations are complete with the next event of their CPU, and what they
 * cover lingers no more; for how long it was exposed is known when the flush returns.
 */
final class OpenFlush {
    /** More invalidations than these in one flush are not kept. */
    private static final int MOST_SENT = 8;

    /** Pages that an invalidation of this flush dropped. */
    record Dropped(Stale stale, OpenInvalidation by) {}

    private final int depth;
    private final List<OpenInvalidation> sent = new ArrayList<>(1);
    private final List<Dropped> dropped = new ArrayList<>(1);

    /** @param depth how many calls of the DMA layer its task was in */
    OpenFlush(int depth) {
        this.depth = depth;
    }

    /** How many calls of the DMA layer its task was in. */
    int depth() {
        return depth;
    }

    void send(OpenInvalidation inv) {
        if (sent.size() < MOST_SENT) {
            sent.add(inv);
        }
    }

    /** The first invalidations submitted in it. */
    List<OpenInvalidation> sent() {
        return sent;
    }

    void drop(Stale stale, OpenInvalidation by) {
        dropped.add(new Dropped(stale, by));
    }

    /** What waits for the return; from now on nothing does. */
    List<Dropped> take() {
        List<Dropped> all = List.copyOf(dropped);
        dropped.clear();
        return all;
    }

    /**
     * Domain ids that the tracepoints {@code cache_tag_flush_*} have named in a flush, each with its IOMMU. From Linux 6.12 on
     * they come before the descriptors: one that then carries another id was not meant by the flush.
     */
    static final class Announced {
        /** More than these are not kept; a domain has one id in each IOMMU. */
        private static final int MOST = 64;

        private record Id(long unit, long id) {}

        private final List<Id> ids = new ArrayList<>(1);

        void add(long unit, long id) {
            Id one = new Id(unit, id);
            if (ids.size() < MOST && !ids.contains(one)) {
                ids.add(one);
            }
        }

        /** Whether the flush has named ids of this IOMMU, and this is none of them. */
        boolean denies(long unit, long id) {
            return ids.stream().anyMatch(i -> i.unit == unit) && !ids.contains(new Id(unit, id));
        }

        void clear() {
            if (!ids.isEmpty()) {
                ids.clear();
            }
        }
    }
}
