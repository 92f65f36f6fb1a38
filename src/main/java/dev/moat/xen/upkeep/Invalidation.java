package dev.moat.xen.upkeep;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.iommu.vtd.Descriptors;
import dev.moat.iommu.vtd.SecondLevelEntry;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Step;
import dev.moat.xen.setting.Hardware;
import dev.moat.xen.state.Locals;
import dev.moat.xen.state.XenState;
import java.util.ArrayList;
import java.util.List;

/**
 * The flushing duty of an operation, in its separate parts: is an invalidation needed, with which DID and range; ask for
 * it; ask to be told; wait. Each is a step or a decision of its own, because half of the real bugs sit between them.
 * {@code @source} Xen 4.17 drivers/passthrough/vtd; recorded: every flush is followed by its own wait.
 */
public final class Invalidation {
    /** The DID under which hardware in caching mode remembers that there is no context entry. */
    private static final int ABSENT = 0;

    private final XenState x;
    private final Hardware hardware;
    private final Visibility visibility;
    private final InvalidatedRange range;
    /** {@code invalidation.needed}: (rights before, rights after, domain) to 1 when something may be cached. */
    private final Decision needed;
    /** {@code invalidation.did}: (domain, whether the entry was not present, its DID) to the DID in an invalidation. */
    private final Decision did;
    /** {@code invalidation.absent-did}: (domain, its DID) to the DID under which a context entry was cached as absent. */
    private final Decision absentDid;
    /** {@code invalidation.lingers}: (domain, frame) to 1 when a deferred invalidation of the page is not done. */
    private final Decision lingers;
    /** {@code invalidation.drain}: to 1 when walks in flight are to be drained. */
    private final Decision drain;

    /** {@code invalidation.unit}: (domain, unit) to 1 when the unit may have something of the domain cached. */
    private final Decision needsUnit;
    /** {@code invalidation.unit-did}: (unit, the domain's DID there, its DID at the first one) to the DID that is used. */
    private final Decision unitDid;
    /** {@code invalidation.former-domain}: (DIDs of who loses a device and of who gets it) to the one that is used. */
    private final Decision formerDomainTag;
    /** {@code queue.drops}: (unit, whose ring is full) to 1 when the descriptor is dropped instead of waiting for room. */
    private final Decision drops;

    public Invalidation(XenState x, ModelBuilder model) {
        this.x = x;
        hardware = x.setting.hardware();
        visibility = new Visibility(x);
        range = new InvalidatedRange(x, model);
        needed = model.decision("invalidation.needed", this::mayBeCached);
        did = model.decision("invalidation.did", (s, domain, absent, own) -> own);
        absentDid = model.decision("invalidation.absent-did", (s, domain, own, c) -> ABSENT);
        lingers = model.decision("invalidation.lingers", (s, domain, frame, c) -> lingers(s, domain, frame) ? 1 : 0);
        drain = model.decision("invalidation.drain", (s, a, b, c) -> 1);
        needsUnit = model.decision("invalidation.unit", (s, domain, unit, c) -> x.uses(s, domain, unit) ? 1 : 0);
        unitDid = model.decision("invalidation.unit-did", (s, unit, there, first) -> there);
        formerDomainTag = model.decision("invalidation.former-domain", (s, tag, b, c) -> tag);
        drops = model.decision("queue.drops", (s, unit, b, c) -> 0);
    }

    /** The steps between a store and its invalidation. */
    public Visibility visibility() {
        return visibility;
    }

    /**
     * Not-present entries are not cached unless CM = 1, so only a change of a present entry needs one: removal, demotion, and
     * promotion too, because nothing tells whether hardware walks again on a hit without the right. A domain without a
     * device uses no unit, so nothing is cached.
     */
    private int mayBeCached(long[] s, int before, int after, int domain) {
        boolean cached = before != 0 || hardware.cachingMode();
        return cached && before != after && mayHaveDevice(s, domain) ? 1 : 0;
    }

    /** A device that the domain gets before the store is seen may still find the old entry: asked again then. */
    private boolean mayHaveDevice(long[] s, int domain) {
        return hardware.storesLate() || x.hasDevice(s, domain);
    }

    /**
     * Writes a domain's entry for a frame and notes what is owed. The entry is the page whose number is the frame's (PV: the
     * I/O address is the machine address). Followed by {@link #steps}.
     *
     * @return false, with nothing written, when the entry has these rights already or the domain has no tables yet
     */
    public boolean writeEntry(long[] s, int cpu, int domain, int frame, int rights) {
        if (!x.hasTables(s, domain)) {
            return false;
        }
        int tree = x.tree(domain);
        long old = x.unit.leaf(s, tree, frame);
        long entry = x.unit.leafTo(frame, rights);
        if (entry == old) {
            return false;
        }
        x.unit.setLeaf(s, tree, frame, entry);
        x.locals.domain.set(s, cpu, domain);
        x.locals.frame.set(s, cpu, frame);
        boolean cached = needed.decide(s, rights(old), rights, domain) != 0;
        boolean owed = lingers.decide(s, domain, frame, 0) != 0 || (cached && old != 0);
        x.locals.owes.set(s, cpu, owed ? Locals.OWED : cached ? Locals.VISIBILITY : visibility.debt());
        x.locals.lostWrite.set(s, cpu, owed && (rights(old) & ~rights & VtdUnit.WRITE) != 0 ? 1 : 0);
        return true;
    }

    /** Whether an invalidation is owed: of what was there, or in caching mode of the fact that there was nothing. */
    private boolean isOwed(long[] s, int cpu) {
        long owes = x.locals.owes.get(s, cpu);
        return owes == Locals.OWED || (owes == Locals.VISIBILITY && hardware.cachingMode());
    }

    /** A table of a domain was unlinked: what led through it may be cached where the domain has a device by now. */
    void tableUnlinked(long[] s, int cpu, int domain) {
        if (needed.decide(s, VtdUnit.READ | VtdUnit.WRITE, 0, domain) != 0) {
            x.locals.owes.set(s, cpu, Locals.OWED);
        }
    }

    /** Whether {@link #writeEntry} would change anything. */
    public boolean changesEntry(long[] s, int domain, int frame, int rights) {
        return x.unit.leafTo(frame, rights) != x.unit.leaf(s, x.tree(domain), frame);
    }

    /** Whether the entry would become present, so that it may need a table page. */
    public boolean addsEntry(long[] s, int domain, int frame, int rights) {
        return rights != 0 && rights(x.unit.leaf(s, x.tree(domain), frame)) == 0;
    }

    /**
     * Whether a deferred invalidation of the page has not been done: a cached entry with fewer rights than the new one may
     * still be there, and nothing tells whether hardware walks again where it hits that.
     */
    private boolean lingers(long[] s, int domain, int frame) {
        return x.owesInLimbo(s, domain, frame, false) && x.hasDevice(s, domain);
    }

    public static int rights(long entry) {
        return SecondLevelEntry.rights(entry);
    }

    /**
     * The steps that pay what {@link #writeEntry} noted.
     *
     * @param what names the steps, "" for an operation's only ones
     * @param done the step that goes on when nothing is owed
     */
    public List<Step> steps(String what, String done) {
        return steps(what, done, false);
    }

    /** The same for an entry that lost rights, for which every unit with a write buffer needs an invalidation. */
    public List<Step> removalSteps(String what, String done) {
        return steps(what, done, true);
    }

    private List<Step> steps(String what, String done, boolean removal) {
        List<Step> steps = new ArrayList<>(visibility.steps(what, removal));
        steps.add(Step.of(named("queue", what, "invalidation"), this::queueInvalidation)
                .claiming("submit")
                .on(DONE, done));
        steps.addAll(waiting(what, named("queue", what, "invalidation")));
        return steps;
    }

    /**
     * The steps after a context entry was cleared: the cached one, and then, so that it cannot bring them back, what was
     * translated for the domain.
     */
    public List<Step> detachSteps() {
        List<Step> steps = new ArrayList<>(visibility.contextSteps("context", true));
        steps.add(Step.of("queue-context-invalidation", this::queueContext).claiming("submit-context"));
        steps.addAll(waiting("context"));
        steps.add(Step.of("queue-domain-invalidation", this::queueDevicesDomain).claiming("submit"));
        steps.addAll(waiting("domain"));
        return steps;
    }

    /** The same after a context entry was written where there was another, or in caching mode none. */
    public List<Step> replaceSteps() {
        List<Step> steps = new ArrayList<>(visibility.contextSteps("context", true));
        steps.add(
                Step.of("queue-context-invalidation", this::queueFormerContext).claiming("submit-context"));
        steps.addAll(waiting("context"));
        steps.add(Step.of("queue-domain-invalidation", this::queueFormerDomain).claiming("submit"));
        steps.addAll(waiting("domain"));
        return steps;
    }

    /**
     * The steps that wait for what was asked of a unit, and go back when the same has to be asked of another one.
     *
     * @param again the step that asks
     */
    List<Step> waiting(String what, String again) {
        List<Step> steps = waiting(what);
        return List.of(steps.get(0), steps.get(1).running(this::await).on(LOOP, again));
    }

    /** The steps that wait for what was asked of one unit. */
    List<Step> waiting(String what) {
        Step wait = Step.of(named("queue", what, "wait"), this::queueWait);
        return List.of(
                hardware.queued() ? wait : wait.quietly(),
                Step.of(named("await", what), this::awaitUnit).quietly().claiming("acknowledge"));
    }

    /** The parts of a step's name that are not empty. */
    public static String named(String... parts) {
        return String.join(
                "-", List.of(parts).stream().filter(p -> !p.isEmpty()).toList());
    }

    /**
     * The first unit from this one on that needs the invalidation, or -1. One unit with fixed DIDs needs it whenever it is
     * owed; otherwise the domain may have lost its last device at a unit, and its DID, since the entry was changed.
     */
    private int unitFrom(long[] s, int domain, int from) {
        if (x.units.count() == 1 && !x.dids.allocates()) {
            return from == 0 ? 0 : -1;
        }
        for (int u = from; u < x.units.count(); u++) {
            if (needsUnit.decide(s, domain, u, 0) != 0) {
                return u;
            }
        }
        return -1;
    }

    /** A domain without a DID, which only a fault leaves with something to invalidate, passes for DID 0. */
    private int tag(long[] s, int domain, int unit, boolean absent) {
        int there = Math.max(0, x.dids.of(s, domain, unit));
        int own = unitDid.decide(s, unit, there, Math.max(0, x.dids.of(s, domain, 0)));
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
        int domain = (int) x.locals.domain.get(s, cpu);
        int unit = unitFrom(s, domain, x.locals.unit(s, cpu));
        if (unit < 0) {
            settle(s, cpu);
            return DONE;
        }
        int frame = (int) x.locals.frame.get(s, cpu);
        boolean absent = x.locals.owes.get(s, cpu) == Locals.VISIBILITY;
        return translations(s, cpu, unit, domain, tag(s, domain, unit, absent), frame, frame) ? NEXT : BLOCKED;
    }

    private void settle(long[] s, int cpu) {
        x.locals.owesNothing(s, cpu);
        x.locals.setUnit(s, cpu, 0);
    }

    /** One invalidation of a domain's pages at the only unit, as {@link #translations} says; blocked while there is no room. */
    int queue(long[] s, int cpu, int domain, int first, int last) {
        return translations(s, cpu, 0, domain, tag(s, domain, 0, false), first, last) ? NEXT : BLOCKED;
    }

    /** @param first the first of the pages that it has to cover, or -1 for all there are */
    private boolean translations(long[] s, int cpu, int unit, int domain, int tag, int first, int last) {
        boolean whole = range.isWhole(s, cpu, domain, first, last);
        int granularity = whole ? Descriptors.DOMAIN : Descriptors.PAGE;
        long pages = whole ? 0 : range.pages(s, cpu, first, last);
        boolean drained = drain.decide(s, 0, 0, 0) != 0;
        return submitted(s, cpu, unit, x.commands.translations(s, cpu, unit, granularity, tag, pages, drained));
    }

    /** Step: a domain-selective IOTLB invalidation for everything of the domain, at the next unit that needs it. */
    int queueDomain(long[] s, int cpu) {
        int domain = (int) x.locals.domain.get(s, cpu);
        int unit = unitFrom(s, domain, x.locals.unit(s, cpu));
        if (unit < 0 || !x.hasDevice(s, domain)) {
            settle(s, cpu);
            return DONE;
        }
        return drain(s, cpu, unit, tag(s, domain, unit, false));
    }

    private int drain(long[] s, int cpu, int unit, int tag) {
        if (!translations(s, cpu, unit, (int) x.locals.domain.get(s, cpu), tag, -1, -1)) {
            return BLOCKED;
        }
        x.locals.phase.set(s, cpu, Locals.DRAINING);
        return NEXT;
    }

    private int unitOfDevice(long[] s, int cpu) {
        return x.units.of((int) x.locals.device.get(s, cpu));
    }

    /** Step: a domain-selective IOTLB invalidation at the unit of a device, for the domain that loses it. */
    int queueDevicesDomain(long[] s, int cpu) {
        int unit = unitOfDevice(s, cpu);
        return drain(s, cpu, unit, tag(s, (int) x.locals.domain.get(s, cpu), unit, false));
    }

    /** Step: a device-selective context-cache invalidation. */
    int queueContext(long[] s, int cpu) {
        return contexts(s, cpu, tag(s, (int) x.locals.domain.get(s, cpu), unitOfDevice(s, cpu), false));
    }

    private int contexts(long[] s, int cpu, int tag) {
        int unit = unitOfDevice(s, cpu);
        int sid = x.unit.geometry().sourceIds().get((int) x.locals.device.get(s, cpu));
        return submitted(s, cpu, unit, x.commands.contexts(s, cpu, unit, tag, sid)) ? NEXT : BLOCKED;
    }

    /** Notes that what is owed has been asked of a unit, if it has. */
    private boolean submitted(long[] s, int cpu, int unit, boolean asked) {
        boolean taken = asked || drops.decide(s, unit, 0, 0) != 0;
        if (taken) {
            x.locals.setUnit(s, cpu, unit);
            x.locals.owes.set(s, cpu, Locals.SUBMITTED);
        }
        return taken;
    }

    /** The DID under which hardware may have cached what stood in a context entry before; of an undone one, its own. */
    private int formerTag(long[] s, int cpu) {
        int unit = unitOfDevice(s, cpu);
        if (x.locals.result.get(s, cpu) != GrantStatus.OKAY) {
            return tag(s, (int) x.locals.domain.get(s, cpu), unit, false);
        }
        int former = x.locals.former.size() > 0 ? (int) x.locals.former.get(s, cpu) : 0;
        if (former != 0) {
            return tag(s, former - 1, unit, false);
        }
        if (x.quarantine.isScratchPage()) {
            return x.quarantine.did(x.deviceOf((int) x.locals.device.get(s, cpu)));
        }
        int domain = (int) x.locals.domain.get(s, cpu);
        return absentDid.decide(s, domain, Math.max(0, x.dids.of(s, domain, unit)), 0);
    }

    /** Step: like {@link #queueContext} for the entry that was replaced. */
    int queueFormerContext(long[] s, int cpu) {
        return contexts(s, cpu, formerTag(s, cpu));
    }

    /** Step: like {@link #queueDevicesDomain} for the entry that was replaced. */
    int queueFormerDomain(long[] s, int cpu) {
        int unit = unitOfDevice(s, cpu);
        int gains = tag(s, (int) x.locals.domain.get(s, cpu), unit, false);
        return drain(s, cpu, unit, formerDomainTag.decide(s, formerTag(s, cpu), gains, 0));
    }

    /** Step: asks to be told; blocked while the queue is full. */
    int queueWait(long[] s, int cpu) {
        return x.commands.announce(s, cpu) ? NEXT : BLOCKED;
    }

    /** Step: as {@link #awaitUnit}; LOOP when another unit needs the same. */
    private int await(long[] s, int cpu) {
        if (x.locals.owes.get(s, cpu) == Locals.NOTHING) {
            return NEXT;
        }
        int next = unitFrom(s, (int) x.locals.domain.get(s, cpu), x.locals.unit(s, cpu) + 1);
        if (next < 0) {
            return awaitUnit(s, cpu);
        }
        if (!x.commands.isDone(s, cpu)) {
            return BLOCKED;
        }
        x.locals.owes.set(s, cpu, Locals.OWED);
        x.locals.setUnit(s, cpu, next);
        return LOOP;
    }

    /** Step: goes on once hardware has said so; the debt is paid. Without a debt there is no wait. */
    int awaitUnit(long[] s, int cpu) {
        if (x.locals.owes.get(s, cpu) == Locals.NOTHING) {
            return NEXT;
        }
        if (!x.commands.isDone(s, cpu)) {
            return BLOCKED;
        }
        settle(s, cpu);
        return NEXT;
    }
}
