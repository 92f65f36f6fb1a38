package dev.moat.conform.cost;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a policy that keeps the strict promise queues for the changes of one map or unmap hypercall, as a number. The
 * executable machine runs the same policies; for the default workload both are compared by a test.
 *
 * @param perChange whether each change has a descriptor of its own; otherwise each changed page
 * @param wholeFrom changed pages from which one domain-selective descriptor stands for all
 * @param waitsEach whether each descriptor has a wait of its own; otherwise one wait ends the hypercall
 */
record FlushPrice(boolean perChange, int wholeFrom, boolean waitsEach) {
    private static final int NEVER = Integer.MAX_VALUE;

    /** The policies by the names that {@link PolicyCost#strictPolicies} gives them. */
    static Map<String, FlushPrice> policies(int threshold) {
        Map<String, FlushPrice> policies = new LinkedHashMap<>();
        policies.put("strict", new FlushPrice(true, NEVER, true));
        policies.put("batch-end", new FlushPrice(false, NEVER, false));
        policies.put("domain-wide", new FlushPrice(false, 1, false));
        policies.put("queued", new FlushPrice(true, NEVER, false));
        policies.put(PolicyCost.domainWideFrom(threshold), new FlushPrice(false, threshold, false));
        return policies;
    }

    /**
     * IOTLB descriptors.
     *
     * @param changes changes that owe an invalidation
     * @param pages different pages among them
     */
    int descriptors(int changes, int pages) {
        return pages >= wholeFrom ? 1 : perChange ? changes : pages;
    }

    /** Wait descriptors. */
    int waits(int changes) {
        return waitsEach ? changes : Math.min(changes, 1);
    }
}
