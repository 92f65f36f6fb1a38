package dev.moat.xen.upkeep;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.xen.call.Debt;
import dev.moat.xen.program.Asks;
import dev.moat.xen.setting.FlushPolicy;
import dev.moat.xen.state.XenState;
import java.util.ArrayList;
import java.util.List;

/**
 * How a batch pays at its end what its elements changed, by policy: a descriptor for each changed page, or one for the
 * domain or for an aligned range, and one wait; or a wait only, where each descriptor was queued as soon as its entry was changed. The mapper's
 * table lock is held until then: another operation that finds an entry changed already would otherwise release its mapping
 * on the strength of an invalidation that has not been done.
 */
public final class BatchFlush {
    private static final String QUEUE = "queue-invalidation";
    private static final String WAIT = "queue-wait";

    private final XenState xen;
    private final Invalidation invalidation;
    private final boolean queuedAtOnce;
    private final boolean asRange;

    public BatchFlush(XenState xen, Invalidation invalidation) {
        this.xen = xen;
        this.invalidation = invalidation;
        queuedAtOnce = xen.setting.flush() == FlushPolicy.QUEUED;
        asRange = xen.setting.flush() == FlushPolicy.BATCH_RANGE;
    }

    /** Steps that follow the change of an entry: its descriptor, where it is queued at once. */
    public List<Step> whenChanged(String then) {
        return queuedAtOnce
                ? List.of(Step.of(QUEUE, invalidation::queueInvalidation)
                        .asking(Asks.UNIT)
                        .asking(invalidation.translations())
                        .claiming("submit")
                        .on(DONE, then))
                : List.of();
    }

    /** Steps that follow the last element. */
    public List<Step> atEnd(StepCode unlock, String then) {
        // The driver's own steps; what asks to be told looks for the batch's debts here.
        List<Step> paid = new ArrayList<>(invalidation.announcing(""));
        paid.remove(paid.size() - 1);
        paid.add(Step.of(WAIT, this::queueWait)
                .asking("wait.number")
                .asking(xen.iommu.port(0).announcing())
                .on(DONE, "unlock"));
        paid.add(Step.of("await", invalidation::awaitUnit).quietly());
        paid.addAll(invalidation.devices.ofBatch());
        paid.add(Step.of("unlock", unlock)
                .dropping(Asks.GRANT_LOCK)
                .quietly()
                .claiming("acknowledge")
                .on(NEXT, then));
        if (queuedAtOnce) {
            return paid;
        }
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of(QUEUE, this::queue)
                .asking(invalidation.translations())
                .claiming("submit")
                .on(DONE, "unlock"));
        steps.addAll(paid);
        return steps;
    }

    /** One descriptor; LOOP for the next, NEXT when it was the last, DONE when nothing is owed. Blocked while the ring is full. */
    private int queue(long[] s, int cpu) {
        int frame = xen.batch.nextDebt(s, cpu);
        if (frame < 0) {
            return DONE;
        }
        boolean all = xen.batch.isDomainWide(s, cpu);
        int last = asRange ? xen.batch.outermostDebt(s, cpu, true) : frame;
        int first = asRange ? xen.batch.outermostDebt(s, cpu, false) : frame;
        if (invalidation.queue(s, cpu, xen.batch.mapper(s, cpu), all ? -1 : first, last) == BLOCKED) {
            return BLOCKED;
        }
        xen.debt.owesNothing(s, cpu);
        xen.batch.queued(s, cpu, frame, all || asRange);
        return xen.batch.nextDebt(s, cpu) < 0 ? NEXT : LOOP;
    }

    /** The wait for everything that is queued; DONE when nothing is owed. */
    private int queueWait(long[] s, int cpu) {
        int frame = xen.batch.anyDebt(s, cpu);
        if (frame < 0) {
            return DONE;
        }
        if (invalidation.queueWait(s, cpu) == BLOCKED) {
            return BLOCKED;
        }
        xen.operation.domain.set(s, cpu, xen.batch.mapper(s, cpu));
        xen.operation.frame.set(s, cpu, frame);
        xen.debt.owes.set(s, cpu, Debt.SUBMITTED);
        return NEXT;
    }
}
