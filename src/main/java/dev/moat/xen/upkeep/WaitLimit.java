package dev.moat.xen.upkeep;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Step;
import dev.moat.xen.state.XenState;
import org.jspecify.annotations.Nullable;

/**
 * A wait that is given up when the unit has stalled. What was asked of the unit may be done later, or never, so nothing may
 * be released: a removal is undone, a map stays, and the domain is crashed unless it is the hardware domain. {@code @source} Xen before
 * XSA-373 (timeouts in qinval.c; iommu.c: domain_crash); mm.c put_page: a page whose I/O entry could not be removed is
 * leaked. Xen since then waits for ever.
 */
final class WaitLimit {
    private final XenState xen;
    /** {@code wait.outcome}: what follows when the unit has stalled, FAIL or NEXT. */
    private final Decision outcome;

    WaitLimit(XenState xen, ModelBuilder model) {
        this.xen = xen;
        Decision fails = (s, a, b, c) -> FAIL;
        outcome = xen.setting.waitsTimeOut() ? model.decision("wait.outcome", fails) : fails;
    }

    /**
     * A wait with an end of patience, where there is one.
     *
     * @param failed the step that goes on when it is given up, or null to wait for ever
     */
    Step limited(Step await, @Nullable String failed) {
        if (failed == null || !xen.setting.waitsTimeOut()) {
            return await;
        }
        return await.running((s, cpu) -> {
                    int result = await.code().run(s, cpu);
                    return result == BLOCKED && xen.environment.isStalled(s) ? giveUp(s, cpu) : result;
                })
                .asking("wait.outcome")
                .on(FAIL, failed);
    }

    private int giveUp(long[] s, int cpu) {
        int result = outcome.decide(s, 0, 0, 0);
        if (result == NEXT) {
            xen.debt.owesNothing(s, cpu);
        }
        return result;
    }
}
