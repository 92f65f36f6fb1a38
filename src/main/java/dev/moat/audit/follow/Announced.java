package dev.moat.audit.follow;

import java.util.ArrayList;
import java.util.List;

/**
 * Domain ids that the tracepoints {@code cache_tag_flush_*} have named in a flush, each with its IOMMU. From Linux 6.12 on
 * they come before the descriptors: one that then carries another id was not meant by the flush.
 */
final class Announced {
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
