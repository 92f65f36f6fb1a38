package dev.moat.xen.setting;

import dev.moat.model.Setting;

/**
 * When map and unmap pay, and how much at once.
 *
 * @param policy when
 * @param batch most elements of a map or unmap
 * @param domainWideFrom changed pages from which one domain-selective descriptor ends a batch, 0 for never
 * @param limbo mappings per domain whose invalidation can be deferred, 0 when none is
 */
public record FlushSetting(FlushPolicy policy, int batch, int domainWideFrom, int limbo) {
    static FlushSetting of(Setting s) {
        FlushPolicy policy = FlushPolicy.of(s.text("flush"));
        return new FlushSetting(
                policy, s.number("batch"), s.number("domain-wide-from"), policy.isLate() ? s.number("limbo") : 0);
    }

    /** Whether a call can have several elements whose changes are owed together. */
    public boolean hasBatches() {
        return batch > 1 || policy.isAtBatchEnd();
    }
}
