package dev.moat.xen.upkeep;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.iommu.Capabilities;
import dev.moat.iommu.DriverSteps;
import dev.moat.iommu.Duty;
import dev.moat.iommu.Port;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.xen.ats.DeviceTlbFlush;
import dev.moat.xen.call.Debt;
import dev.moat.xen.call.Phase;
import dev.moat.xen.program.Asks;
import dev.moat.xen.program.StepNames;
import dev.moat.xen.state.TablePool;
import dev.moat.xen.state.XenState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The flushing duty of an operation, in its separate parts: is an invalidation needed, with which DID and range; ask for
 * it; ask to be told; wait. Each is a step or a decision of its own, because half of the real bugs sit between them.
 * {@code @source} Xen 4.17 drivers/passthrough/vtd; recorded: every flush is followed by its own wait.
 */
public final class Invalidation {
    private final XenState xen;
    private final Capabilities capabilities;
    private final Visibility visibility;
    private final EntryWriter entries;
    private final WaitLimit limit;
    /** The steps for what devices keep. */
    final DeviceTlbFlush devices;
    /** {@code invalidation.did}: (domain, whether the entry was not present, its DID) to the DID in an invalidation. */
    private final Decision did;
    /** {@code invalidation.absent-did}: (domain, its DID) to the DID under which a context entry was cached as absent. */
    private final Decision absentDid;
    /** {@code invalidation.for-table}: (table unlinked) to 1 when what leads to the table has to go with it. */
    private final Decision forTable;

    /** {@code invalidation.unit}: (domain, unit) to 1 when the unit may have something of the domain cached. */
    private final Decision needsUnit;
    /** {@code invalidation.unit-did}: (unit, the domain's DID there, its DID at the first one) to the DID that is used. */
    private final Decision unitDid;
    /** {@code invalidation.former-domain}: (DIDs of who loses a device and of who gets it) to the one that is used. */
    private final Decision formerDomainTag;
    /** {@code queue.drops}: (unit, whose ring is full) to 1 when the descriptor is dropped instead of waiting for room. */
    private final Decision drops;

    public Invalidation(XenState xen, ModelBuilder model) {
        this.xen = xen;
        capabilities = xen.capabilities;
        visibility = new Visibility(xen);
        entries = new EntryWriter(xen, model, visibility);
        limit = new WaitLimit(xen, model);
        devices = new DeviceTlbFlush(xen, model);
        did = model.decision("invalidation.did", (s, domain, absent, own) -> own);
        absentDid = model.decision(
                "invalidation.absent-did",
                (s, domain, own, c) -> xen.iommu.duty().tagOfAbsence(own));
        Decision says = (s, unlinked, b, c) -> unlinked;
        forTable = xen.pool.on() ? model.decision("invalidation.for-table", says) : says;
        needsUnit = model.decision("invalidation.unit", (s, domain, u, c) -> xen.devices.uses(s, domain, u) ? 1 : 0);
        unitDid = model.decision("invalidation.unit-did", (s, unit, there, first) -> there);
        formerDomainTag = model.decision("invalidation.former-domain", (s, tag, b, c) -> tag);
        drops = model.decision("queue.drops", (s, unit, b, c) -> 0);
    }

    /** Writes entries, and notes what the steps here have to pay. */
    public EntryWriter entries() {
        return entries;
    }

    /** The steps between a store and its invalidation. */
    public Visibility visibility() {
        return visibility;
    }

    /** Whether an invalidation is owed: of what was there, or in caching mode of the fact that there was nothing. */
    private boolean isOwed(long[] s, int cpu) {
        long owes = xen.debt.owes.get(s, cpu);
        return owes == Debt.OWED
                || (owes == Debt.VISIBILITY && capabilities.caching().absence());
    }

    /** The steps that pay what {@link EntryWriter#write} noted. */
    public List<Step> paying(Payment payment) {
        String what = payment.what();
        List<Step> steps = new ArrayList<>(visibility.steps(what, payment.removal()));
        steps.addAll(payment.first());
        Step ask = asking(what, payment.done());
        String refused = payment.refused();
        steps.add(refused == null ? ask : ask.running(this::queueUnlessRefused).on(FAIL, refused));
        steps.addAll(announcing(what));
        steps.add(limit.limited(awaiting(what, this::await).on(LOOP, ask.name()), payment.gaveUp()));
        steps.addAll(devices.ofPage(what, payment.gaveUp()));
        return steps;
    }

    /** The step of {@link #paying} that asks for the invalidation. */
    public Step asking(String what, String done) {
        return Step.of(StepNames.of("queue", what, "invalidation"), this::queueInvalidation)
                .asking(Asks.UNIT)
                .asking(translations())
                .claiming("submit")
                .on(DONE, done);
    }

    /** The decisions that asking for translations to be forgotten may ask. */
    List<String> translations() {
        return Asks.joined(Asks.TRANSLATIONS, xen.iommu.port(0).decisions());
    }

    /** As {@link #queueInvalidation}, but gives a full queue up when the IOMMU code fails. */
    private int queueUnlessRefused(long[] s, int cpu) {
        int outcome = queueInvalidation(s, cpu);
        return outcome == BLOCKED && xen.environment.iommuFails(s) ? FAIL : outcome;
    }

    /**
     * The steps after a context entry was cleared: the cached one, and then, so that it cannot bring them back, what was
     * translated for the domain.
     */
    public List<Step> detachSteps() {
        return detachSteps(null, null);
    }

    /**
     * The same where waits are given up.
     *
     * @param contextGivenUp the step that goes on when the first wait is given up, or null to wait for ever
     * @param domainGivenUp the same of the second one
     */
    public List<Step> detachSteps(@Nullable String contextGivenUp, @Nullable String domainGivenUp) {
        List<Step> steps = new ArrayList<>(visibility.contextSteps("context", true));
        steps.add(Step.of("queue-context-invalidation", this::queueContext)
                .asking(Asks.TAG)
                .asking("queue.drops")
                .claiming("submit-context"));
        steps.addAll(waiting("context", contextGivenUp));
        steps.add(Step.of("queue-domain-invalidation", this::queueDevicesDomain)
                .asking(translations())
                .claiming("submit"));
        steps.addAll(draining(domainGivenUp));
        return steps;
    }

    /** The same after a context entry was written where there was another, or in caching mode none. */
    public List<Step> replaceSteps() {
        List<Step> steps = new ArrayList<>(visibility.contextSteps("context", true));
        steps.add(Step.of("queue-context-invalidation", this::queueFormerContext)
                .asking(Asks.FORMER_TAG)
                .asking("queue.drops")
                .claiming("submit-context"));
        steps.addAll(waiting("context", null));
        // What led nowhere and is remembered without a tag has translated nothing.
        boolean ledNowhere = !xen.setting.moves() && !xen.quarantine.isScratchPage() && !xen.environment.on();
        if (ledNowhere && xen.iommu.duty().tagOfAbsence() == Duty.NO_TAG) {
            return steps;
        }
        steps.add(Step.of("queue-domain-invalidation", this::queueFormerDomain)
                .asking(translations())
                .asking(Asks.FORMER_TAG)
                .asking("invalidation.former-domain")
                .claiming("submit"));
        steps.addAll(draining(null));
        return steps;
    }

    /**
     * The steps that wait for what was asked of a unit, and go back when the same has to be asked of another one.
     *
     * @param again the step that asks
     */
    List<Step> waitingForAll(String what, String again) {
        List<Step> steps = announcing(what);
        steps.add(awaiting(what, this::await).on(LOOP, again));
        return steps;
    }

    /** The steps that wait for what was asked of one unit. */
    private List<Step> waiting(String what, @Nullable String gaveUp) {
        List<Step> steps = announcing(what);
        steps.add(limit.limited(awaiting(what, this::awaitUnit), gaveUp));
        return steps;
    }

    /** The same for a domain's translations, then for what its other devices keep. */
    private List<Step> draining(@Nullable String gaveUp) {
        List<Step> steps = waiting("domain", gaveUp);
        steps.addAll(devices.ofDomain("domain", gaveUp));
        return steps;
    }

    private static Step awaiting(String what, StepCode await) {
        String name = StepNames.of("await", what);
        return Step.of(name, await).asking(Asks.UNIT).quietly().claiming("acknowledge");
    }

    /** The driver's own steps, and the one that asks to be told. A driver that gives up goes on as if it had been done. */
    List<Step> announcing(String what) {
        Step wait = Step.of(StepNames.of("queue", what, "wait"), this::queueWait)
                .asking("wait.number")
                .asking(xen.iommu.port(0).announcing());
        Step announce = capabilities.asking().queued() ? wait : wait.quietly();
        return DriverSteps.before(announce, xen.iommu.port(0), this::port, step -> StepNames.of(step, what));
    }

    /**
     * The first unit from this one on that needs the invalidation, or -1. One unit with fixed DIDs needs it whenever it is
     * owed; otherwise the domain may have lost its last device at a unit, and its DID, since the entry was changed.
     */
    private int unitFrom(long[] s, int domain, int from) {
        if (xen.iommu.units().size() == 1 && !xen.tags.areAllocated()) {
            return from == 0 ? 0 : -1;
        }
        for (int u = from; u < xen.iommu.units().size(); u++) {
            if (needsUnit.decide(s, domain, u, 0) != 0) {
                return u;
            }
        }
        return -1;
    }

    /** A domain without a tag, which only a fault leaves with something to invalidate, passes for tag 0. */
    private int tag(long[] s, int domain, int unit, boolean absent) {
        int there = Math.max(0, xen.domainTables.tag(s, domain, unit));
        int own = unitDid.decide(s, unit, there, Math.max(0, xen.domainTables.tag(s, domain, 0)));
        return did.decide(s, domain, absent ? 1 : 0, own);
    }

    /**
     * Step: one IOTLB invalidation for the entry just changed, at the next unit that needs it; one unit is done after the
     * other. DONE when none is owed; blocked while there is no room.
     */
    public int queueInvalidation(long[] s, int cpu) {
        if (!isOwed(s, cpu)) {
            return DONE;
        }
        int domain = (int) xen.operation.domain.get(s, cpu);
        int unit = unitFrom(s, domain, xen.debt.unit(s, cpu));
        if (unit < 0) {
            xen.debt.settle(s, cpu);
            return DONE;
        }
        int frame = (int) xen.operation.frame.get(s, cpu);
        boolean absent = xen.debt.owes.get(s, cpu) == Debt.VISIBILITY;
        return translations(s, cpu, unit, tag(s, domain, unit, absent), frame, frame) ? NEXT : BLOCKED;
    }

    /** One invalidation of a domain's pages at the only unit, as {@link #translations} says; blocked while there is no room. */
    int queue(long[] s, int cpu, int domain, int first, int last) {
        return translations(s, cpu, 0, tag(s, domain, 0, false), first, last) ? NEXT : BLOCKED;
    }

    /** @param first the first of the pages that it has to cover, or -1 for all there are */
    private boolean translations(long[] s, int cpu, int unit, int tag, int first, int last) {
        boolean asked = xen.iommu.port(unit).askTranslations(s, cpu, tag, first, last, changed(s, cpu));
        return submitted(s, cpu, unit, asked);
    }

    /** What the operation changed beside an entry: a table that it unlinked has to be forgotten, by policy with its domain. */
    private int changed(long[] s, int cpu) {
        boolean unlinked = xen.pool.page(s, cpu) != TablePool.NONE;
        if (forTable.decide(s, unlinked ? 1 : 0, 0, 0) == 0) {
            return Port.LEAVES;
        }
        return xen.setting.ioTables().invalidatesDomain() ? Port.WHOLE_SPACE : Port.TABLES;
    }

    /**
     * Step: a domain-selective IOTLB invalidation for everything of the domain, at the next unit that needs it. A domain without
     * a device needs it where a write buffer may still hold its entries back: a device that comes would be led by the old ones.
     */
    int queueDomain(long[] s, int cpu) {
        int domain = (int) xen.operation.domain.get(s, cpu);
        int unit = unitFrom(s, domain, xen.debt.unit(s, cpu));
        boolean leads = capabilities.stores().buffered() || xen.devices.hasDevice(s, domain);
        if (unit < 0 || !leads) {
            xen.debt.settle(s, cpu);
            return DONE;
        }
        return drain(s, cpu, unit, tag(s, domain, unit, false));
    }

    private int drain(long[] s, int cpu, int unit, int tag) {
        if (!translations(s, cpu, unit, tag, Port.ALL_PAGES, Port.ALL_PAGES)) {
            return BLOCKED;
        }
        xen.operation.phase.set(s, cpu, Phase.DRAINING);
        return NEXT;
    }

    private int unitOfDevice(long[] s, int cpu) {
        return xen.iommu.unitOf((int) xen.deviceCall.requester.get(s, cpu));
    }

    /** Step: a domain-selective IOTLB invalidation at the unit of a device, for the domain that loses it. */
    int queueDevicesDomain(long[] s, int cpu) {
        int unit = unitOfDevice(s, cpu);
        return drain(s, cpu, unit, tag(s, (int) xen.operation.domain.get(s, cpu), unit, false));
    }

    /** Step: a device-selective context-cache invalidation. */
    int queueContext(long[] s, int cpu) {
        return contexts(s, cpu, tag(s, (int) xen.operation.domain.get(s, cpu), unitOfDevice(s, cpu), false));
    }

    private int contexts(long[] s, int cpu, int tag) {
        int unit = unitOfDevice(s, cpu);
        int requester = (int) xen.deviceCall.requester.get(s, cpu);
        return submitted(s, cpu, unit, xen.iommu.port(unit).askEntry(s, cpu, tag, requester)) ? NEXT : BLOCKED;
    }

    /** Notes that what is owed has been asked of a unit, if it has. */
    private boolean submitted(long[] s, int cpu, int unit, boolean asked) {
        boolean taken = asked || drops.decide(s, unit, 0, 0) != 0;
        if (taken) {
            xen.debt.setUnit(s, cpu, unit);
            xen.debt.owes.set(s, cpu, Debt.SUBMITTED);
        }
        return taken;
    }

    /** The DID under which hardware may have cached what stood in a context entry before; of an undone one, its own. */
    private int formerTag(long[] s, int cpu) {
        int unit = unitOfDevice(s, cpu);
        if (xen.operation.result.get(s, cpu) != GrantStatus.OKAY) {
            return tag(s, (int) xen.operation.domain.get(s, cpu), unit, false);
        }
        int former = xen.deviceCall.former.size() > 0 ? (int) xen.deviceCall.former.get(s, cpu) : 0;
        if (former != 0) {
            return tag(s, former - 1, unit, false);
        }
        if (xen.quarantine.isScratchPage()) {
            return xen.quarantine.tag(s, xen.devices.deviceOf((int) xen.deviceCall.requester.get(s, cpu)), unit);
        }
        int domain = (int) xen.operation.domain.get(s, cpu);
        return absentDid.decide(s, domain, Math.max(0, xen.domainTables.tag(s, domain, unit)), 0);
    }

    /** Step: like {@link #queueContext} for the entry that was replaced. */
    int queueFormerContext(long[] s, int cpu) {
        return contexts(s, cpu, formerTag(s, cpu));
    }

    /** Step: like {@link #queueDevicesDomain} for the entry that was replaced. */
    int queueFormerDomain(long[] s, int cpu) {
        int unit = unitOfDevice(s, cpu);
        int gains = tag(s, (int) xen.operation.domain.get(s, cpu), unit, false);
        return drain(s, cpu, unit, formerDomainTag.decide(s, formerTag(s, cpu), gains, 0));
    }

    /** The port of the unit that was asked last. */
    private Port port(long[] s, int cpu) {
        return xen.iommu.port(xen.debt.unit(s, cpu));
    }

    /** Step: asks to be told; blocked while the queue is full. */
    int queueWait(long[] s, int cpu) {
        return port(s, cpu).announce(s, cpu) ? NEXT : BLOCKED;
    }

    /** Step: as {@link #awaitUnit}; LOOP when another unit needs the same. */
    private int await(long[] s, int cpu) {
        if (xen.debt.owes.get(s, cpu) == Debt.NOTHING) {
            return NEXT;
        }
        int next = unitFrom(s, (int) xen.operation.domain.get(s, cpu), xen.debt.unit(s, cpu) + 1);
        if (next < 0) {
            return awaitUnit(s, cpu);
        }
        if (!port(s, cpu).isDone(s, cpu)) {
            return BLOCKED;
        }
        xen.debt.owes.set(s, cpu, Debt.OWED);
        xen.debt.setUnit(s, cpu, next);
        return LOOP;
    }

    /** Step: goes on once hardware has said so; the debt is paid. Without a debt there is no wait. */
    int awaitUnit(long[] s, int cpu) {
        if (xen.debt.owes.get(s, cpu) == Debt.NOTHING) {
            return NEXT;
        }
        if (!port(s, cpu).isDone(s, cpu)) {
            return BLOCKED;
        }
        devices.paid(s, cpu);
        return NEXT;
    }
}
