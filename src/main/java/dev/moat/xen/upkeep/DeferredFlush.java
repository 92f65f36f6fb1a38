package dev.moat.xen.upkeep;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.xen.call.Debt;
import dev.moat.xen.call.Phase;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.XenState;
import java.util.List;

/**
 * The deferred policy's second half: one domain-selective invalidation for everything in a domain's limbo, a wait, and then
 * the release of each mapping. {@code @source} the relaxed model that the 2008 series leaves out, built as Linux's lazy mode
 * builds it: resources come free only after the invalidation.
 */
public final class DeferredFlush {
    public static final String FLUSH = "flush_deferred";
    /** The same where the mapper tells the granter by it that its devices have let go. */
    public static final String ACKNOWLEDGE = "acknowledge_revoked";

    private final XenState xen;
    private final Invalidation invalidation;
    private final FrameRelease release;
    private final Completion completion;

    public DeferredFlush(XenState xen, Invalidation invalidation, FrameRelease release) {
        this.xen = xen;
        this.invalidation = invalidation;
        this.release = release;
        completion = new Completion(xen);
    }

    /** Name of the step with which an unmap returns early. */
    public static final String RETURN = "return";

    /** Name of the step of {@link #deferring}. */
    public static final String DEFER = "defer";

    /**
     * The step after which an unmap returns with its mapping in limbo, its pins held. Without a free place there it goes on
     * as the strict one does; so it does, without an invalidation, when nothing is owed for the page.
     *
     * @param asking the step that asks for the strict one's invalidation
     * @param settled the step that goes on when nothing is owed
     */
    public static Step deferring(XenState xen, CurrentMapping current, String asking, String settled) {
        Completion completion = new Completion(xen);
        return Step.of(DEFER, (s, cpu) -> defer(xen, current, completion, s, cpu))
                .asking(Asks.RELEASE_LISTED)
                .quietly()
                .claiming("gather")
                .on(NEXT, RETURN)
                .on(DONE, settled)
                .on(LOOP, asking);
    }

    /** DONE when nothing is owed for the page, by this operation or by a mapping in limbo; LOOP when limbo is full. */
    private static int defer(XenState xen, CurrentMapping current, Completion completion, long[] s, int cpu) {
        int mapper = (int) xen.operation.domain.get(s, cpu);
        int granter = (int) xen.mapping.granter.get(s, cpu);
        int ref = (int) xen.mapping.ref.get(s, cpu);
        int frame = xen.grants.frame(s, granter, ref);
        if (xen.debt.owes.get(s, cpu) == 0 && !xen.owesInLimbo(s, mapper, frame, false)) {
            return DONE;
        }
        int sides = (int) xen.mapping.sides.get(s, cpu);
        int place = xen.limbo.add(s, mapper, granter, ref, sides, xen.mapping.isReadOnly(s, cpu));
        if (place < 0) {
            xen.operation.frame.set(s, cpu, frame);
            xen.debt.owes.set(s, cpu, Debt.OWED);
            return LOOP;
        }
        if (xen.limbo.isUnpinned()) {
            xen.limbo.notePinless(s, place, frame);
            xen.grants.unpin(s, granter, ref, sides, xen.mapping.isReadOnly(s, cpu));
            if (xen.limboHolds.decide(s, 0, 0, 0) == 0) {
                completion.dereference(s, frame, sides, xen.mapping.isReadOnly(s, cpu));
            }
        }
        current.putHandle(s, cpu);
        xen.debt.owesNothing(s, cpu);
        xen.operation.frame.set(s, cpu, 0);
        xen.operation.phase.set(s, cpu, Phase.NONE);
        xen.mapping.sides.set(s, cpu, 0);
        xen.mapping.ref.set(s, cpu, 0);
        return NEXT;
    }

    public void declare(ModelBuilder model) {
        String ask = "queue-domain-invalidation";
        OperationPlan plan = new OperationPlan()
                .step(Step.of("lock", this::lock).taking(Asks.GRANT_LOCK).quietly())
                .step(Step.of(ask, invalidation::queueDomain)
                        .asking(Asks.UNIT)
                        .asking(invalidation.translations())
                        .claiming("submit")
                        .on(DONE, "settle"))
                .at("payment", invalidation.waitingForAll("", ask))
                .step(Step.of("settle", this::settle).quietly().claiming("acknowledge"))
                .step(Step.of("unlock", this::unlock).dropping(Asks.GRANT_LOCK).quietly())
                .step(Step.of("complete", this::complete)
                        .asking(Asks.RELEASE_LISTED)
                        .claiming("end-hold")
                        .on(NEXT, "clear-owner"))
                .at("release", release.steps("complete"));
        model.operation(new Operation(
                xen.limbo.isUnpinned() ? ACKNOWLEDGE : FLUSH,
                Actor.HYPERVISOR,
                List.of(new Argument("domain", xen.domains)),
                (domain, a, b, c, d) -> xen.setting.mappers().contains(domain),
                (s, cpu, domain, a, b, c, d) -> begin(s, cpu, domain),
                plan.steps(),
                null));
    }

    private boolean begin(long[] s, int cpu, int domain) {
        xen.hypercall.calledBy(s, cpu, domain);
        xen.operation.domain.set(s, cpu, domain);
        return xen.limbo.owesAny(s, domain) && !xen.isDying(s, domain);
    }

    private int lock(long[] s, int cpu) {
        int domain = (int) xen.operation.domain.get(s, cpu);
        return xen.grantLock.take(s, cpu, domain) ? NEXT : BLOCKED;
    }

    private int settle(long[] s, int cpu) {
        xen.limbo.settle(s, (int) xen.operation.domain.get(s, cpu));
        xen.operation.phase.set(s, cpu, Phase.NONE);
        return NEXT;
    }

    private int unlock(long[] s, int cpu) {
        xen.grantLock.drop(s, cpu, (int) xen.operation.domain.get(s, cpu));
        return NEXT;
    }

    private int complete(long[] s, int cpu) {
        return completion.releaseListed(s, cpu, xen.limbo, xen.limbo.settled(s));
    }
}
