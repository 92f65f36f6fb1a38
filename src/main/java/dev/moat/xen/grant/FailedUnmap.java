package dev.moat.xen.grant;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.iommu.Rights;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.xen.call.Debt;
import dev.moat.xen.call.Phase;
import dev.moat.xen.program.Asks;
import dev.moat.xen.setting.FlushPolicy;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.CurrentMapping;
import dev.moat.xen.upkeep.Invalidation;
import dev.moat.xen.upkeep.Payment;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps that undo an unmap whose mapping could not be removed: its entry has its rights again, devices find it as they
 * find that of a map, and only then the handle is the domain's again. Meanwhile the walker may have seen the entry with fewer
 * rights, and hardware may have cached that, so this owes what a map owes. Like a map it waits for its place in a full queue.
 *
 * <p>{@code @source} of what is owed: VT-d specification, chapter 6. Xen's unmap_common has no such path: it goes on to drop
 * pins and references of what could not be removed, and relies on the crash of the domain.
 */
final class FailedUnmap {
    /** The first step. */
    static final String RESTORE = "restore";

    private static final String REOPEN = "reopen";
    private static final String RESTORED = "restored";

    private final XenState xen;
    private final CurrentMapping current;
    private final Invalidation invalidation;
    /** {@code restore.rights}: (rights of the published mappings and this one, rights before) to those of a restored entry. */
    private final Decision rights;
    /** {@code reopen.unlocks}: () to whether the table lock is dropped. */
    private final Decision unlocks;

    FailedUnmap(XenState xen, ModelBuilder model, CurrentMapping current, Invalidation invalidation) {
        this.xen = xen;
        this.current = current;
        this.invalidation = invalidation;
        Decision union = (s, published, before, c) -> published | before;
        rights = xen.environment.on() ? model.decision("restore.rights", union) : union;
        Decision always = (s, a, b, c) -> 1;
        unlocks = xen.environment.on() ? model.decision("reopen.unlocks", always) : always;
    }

    /** None where every removal succeeds. */
    List<Step> steps() {
        if (!xen.environment.on()) {
            return List.of();
        }
        return new OperationPlan()
                .step(Step.of(RESTORE, this::restore)
                        .asking(Asks.ENTRY)
                        .asking("restore.rights")
                        .quietlyIf(!xen.setting.failures())
                        .claiming("set-entry")
                        .on(DONE, REOPEN)
                        .on(FAIL, REOPEN))
                .at("payment", xen.setting.failures() ? paying() : List.of())
                .step(Step.of(REOPEN, this::reopen)
                        .asking("batch.accumulates", "reopen.unlocks")
                        .dropping(Asks.GRANT_LOCK)
                        .claiming("reopen")
                        .on(NEXT, xen.batch.on() ? CurrentMapping.NEXT_ELEMENT : Step.END))
                .part();
    }

    /** As a map pays: a batch that pays at its end makes the store visible, and queues its descriptor if it does so at once. */
    private List<Step> paying() {
        if (!xen.batch.paysAtEnd()) {
            return invalidation.paying(Payment.of(RESTORED, REOPEN));
        }
        List<Step> steps = new ArrayList<>(invalidation.visibility().steps(RESTORED, false));
        if (xen.setting.flush() == FlushPolicy.QUEUED) {
            steps.add(invalidation.asking(RESTORED, REOPEN));
        }
        return steps;
    }

    /**
     * The entry may have had more rights than the mappings call for, when another CPU has taken its sides off a handle and
     * waits for the lock; that CPU relies on them to see that it owes an invalidation. It may have had fewer than this mapping
     * calls for, when another CPU has taken them away while this one waited.
     *
     * @return DONE when the entry has them already, FAIL when a wait for the unit was given up: it is not asked again
     */
    private int restore(long[] s, int cpu) {
        int mapper = current.mapper(s, cpu);
        int frame = current.frame(s, cpu);
        int own = xen.mapping.isReadOnly(s, cpu) ? Rights.READ : Rights.ALL;
        int lost = xen.debt.lostWrite.get(s, cpu) != 0 ? Rights.WRITE : 0;
        boolean gaveUp = xen.debt.owes.get(s, cpu) == Debt.SUBMITTED;
        int before = xen.ioTables.rights(s, xen.domainTables.space(mapper), frame) | lost;
        int published = xen.rule.rightsOf(xen.grants.mapKind(s, mapper, frame) | own);
        xen.debt.owesNothing(s, cpu);
        if (!invalidation.entries().write(s, cpu, mapper, frame, rights.decide(s, published, before, 0))) {
            return DONE;
        }
        return gaveUp ? FAIL : NEXT;
    }

    /** The handle is what it was, the lock is dropped, the domain is crashed. */
    private int reopen(long[] s, int cpu) {
        int mapper = current.mapper(s, cpu);
        boolean readOnly = xen.mapping.isReadOnly(s, cpu);
        xen.grants.maptrack.publish(
                s,
                mapper,
                (int) xen.mapping.handle.get(s, cpu),
                current.granter(s, cpu),
                current.ref(s, cpu),
                current.sides(s, cpu),
                readOnly);
        xen.rule.countAgain(s, mapper, current.frame(s, cpu), readOnly);
        if (xen.batch.paysAtEnd()) {
            current.deferDebt(s, cpu);
        }
        xen.debt.owesNothing(s, cpu);
        xen.operation.frame.set(s, cpu, 0);
        xen.operation.result.set(s, cpu, GrantStatus.GENERAL_ERROR);
        xen.environment.crash(s, mapper);
        if (unlocks.decide(s, 0, 0, 0) != 0) {
            current.unlockAfterFailure(s, cpu);
        }
        xen.operation.phase.set(s, cpu, Phase.NONE);
        return NEXT;
    }
}
