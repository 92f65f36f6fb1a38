package dev.moat.iommu.vtd.family;

import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;

/**
 * Software's recovery of a queue that stopped at a wrong descriptor (FSTS.IQE). It replaces the descriptor by the
 * global invalidation of its kind, so that a wait behind it is true once it is done. {@code @source} Linux
 * qi_check_fault, which puts a wait in its place and lets the caller fail; Xen 4.17 only prints the error.
 */
final class QueueRecovery {
    /** {@code recovery.skips}: () to 1 when a wait that changes nothing takes the place of the wrong descriptor. */
    private final Decision skips;
    /** {@code recovery.repeats}: () to 1 when the wrong descriptor stays where it is. */
    private final Decision repeats;

    QueueRecovery(ModelBuilder model) {
        skips = model.decision("recovery.skips", (s, a, b, c) -> 0);
        repeats = model.decision("recovery.repeats", (s, a, b, c) -> 0);
    }

    /** Repairs a queue. False when it is not stopped. */
    boolean repair(long[] s, SubmittedQueue queue) {
        if (repeats.decide(s, 0, 0, 0) != 0) {
            return queue.resume(s);
        }
        long wrong = Descriptors.TYPE.get(queue.oldest(s));
        long right = wrong == Descriptors.IOTLB
                ? Descriptors.iotlbGlobal()
                : wrong == Descriptors.CONTEXT_CACHE ? Descriptors.contextGlobal() : Descriptors.WAIT;
        return queue.repair(s, skips.decide(s, 0, 0, 0) != 0 ? Descriptors.WAIT : right, 0);
    }
}
