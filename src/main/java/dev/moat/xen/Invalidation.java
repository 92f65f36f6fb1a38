package dev.moat.xen;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.vtd.Descriptors;
import dev.moat.iommu.vtd.SecondLevelEntry;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * The flushing duty of an operation, in its separate parts: is an invalidation needed, with which DID and range; ask for
 * it; ask to be told; wait. Each is a step or a decision of its own, because half of the real bugs sit between them.
 * {@code @source} Xen 4.17 drivers/passthrough/vtd; recorded: every flush is followed by its own wait.
 */
final class Invalidation {
    /** The DID under which hardware in caching mode remembers that there is no context entry. */
    private static final int ABSENT = 0;

    private final XenState x;
    private final Hardware hardware;
    private final Visibility visibility;
    /** {@code invalidation.needed}: (rights before, rights after, domain) to 1 when something may be cached. */
    private final Decision needed;
    /** {@code invalidation.did}: (domain, whether the entry was not present, its DID) to the DID in an invalidation. */
    private final Decision did;
    /** {@code invalidation.absent-did}: (domain, its DID) to the DID under which a context entry was cached as absent. */
    private final Decision absentDid;
    /** {@code invalidation.lingers}: (domain, frame) to 1 when a deferred invalidation of the page is not done. */
    private final Decision lingers;
    /** {@code invalidation.whole-domain}: (domain, frame or -1 for all) to 1 for a domain-selective one. */
    private final Decision wholeDomain;
    /** {@code invalidation.page}: (frame) to the page number in a page-selective one. */
    private final Decision page;
    /** {@code invalidation.drain}: to 1 when walks in flight are to be drained. */
    private final Decision drain;

    Invalidation(XenState x, ModelBuilder model) {
        this.x = x;
        hardware = x.setting.hardware();
        visibility = new Visibility(x);
        needed = model.decision("invalidation.needed", this::mayBeCached);
        did = model.decision("invalidation.did", (s, domain, absent, own) -> own);
        absentDid = model.decision("invalidation.absent-did", (s, domain, own, c) -> ABSENT);
        lingers = model.decision("invalidation.lingers", (s, domain, frame, c) -> lingers(s, domain, frame) ? 1 : 0);
        wholeDomain = model.decision(
                "invalidation.whole-domain", (s, domain, frame, c) -> frame >= 0 && hardware.pageSelective() ? 0 : 1);
        page = model.decision("invalidation.page", (s, frame, b, c) -> frame);
        drain = model.decision("invalidation.drain", (s, a, b, c) -> 1);
    }

    /** The steps between a store and its invalidation. */
    Visibility visibility() {
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
     * @return false, with nothing written, when the entry has these rights already
     */
    boolean writeEntry(long[] s, int cpu, int domain, int frame, int rights) {
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

    /**
     * Whether a deferred invalidation of the page has not been done: a cached entry with fewer rights than the new one may
     * still be there, and nothing tells whether hardware walks again where it hits that.
     */
    private boolean lingers(long[] s, int domain, int frame) {
        return x.owesInLimbo(s, domain, frame) && x.hasDevice(s, domain);
    }

    static int rights(long entry) {
        return SecondLevelEntry.rights(entry);
    }

    /**
     * The steps that pay what {@link #writeEntry} noted.
     *
     * @param what names the steps, "" for an operation's only ones
     * @param done the step that goes on when nothing is owed
     */
    List<Step> steps(String what, String done) {
        return steps(what, done, false);
    }

    /** The same for an entry that lost rights, for which every unit with a write buffer needs an invalidation. */
    List<Step> removalSteps(String what, String done) {
        return steps(what, done, true);
    }

    private List<Step> steps(String what, String done, boolean removal) {
        List<Step> steps = new ArrayList<>(visibility.steps(what, removal));
        steps.add(Step.of(named("queue", what, "invalidation"), this::queueInvalidation)
                .claiming("submit")
                .on(DONE, done));
        steps.addAll(waiting(what));
        return steps;
    }

    /**
     * The steps after a context entry was cleared: the cached one, and then, so that it cannot bring them back, what was
     * translated for the domain.
     */
    List<Step> detachSteps() {
        List<Step> steps = new ArrayList<>(visibility.contextSteps("context", true));
        steps.add(Step.of("queue-context-invalidation", this::queueContext).claiming("submit-context"));
        steps.addAll(waiting("context"));
        steps.add(Step.of("queue-domain-invalidation", this::queueDomain).claiming("submit"));
        steps.addAll(waiting("domain"));
        return steps;
    }

    /** The same after a context entry was written where there was another, or in caching mode none. */
    List<Step> replaceSteps() {
        List<Step> steps = new ArrayList<>(visibility.contextSteps("context", true));
        steps.add(
                Step.of("queue-context-invalidation", this::queueFormerContext).claiming("submit-context"));
        steps.addAll(waiting("context"));
        steps.add(Step.of("queue-domain-invalidation", this::queueFormerDomain).claiming("submit"));
        steps.addAll(waiting("domain"));
        return steps;
    }

    /** The steps that wait for what was asked for. */
    List<Step> waiting(String what) {
        Step wait = Step.of(named("queue", what, "wait"), this::queueWait);
        return List.of(
                hardware.queued() ? wait : wait.quietly(),
                Step.of(named("await", what), this::await).quietly().claiming("acknowledge"));
    }

    /** The parts of a step's name that are not empty. */
    static String named(String... parts) {
        return String.join(
                "-", List.of(parts).stream().filter(p -> !p.isEmpty()).toList());
    }

    /** Step: one IOTLB invalidation for the entry just changed. DONE when none is owed; blocked while there is no room. */
    int queueInvalidation(long[] s, int cpu) {
        if (!isOwed(s, cpu)) {
            return DONE;
        }
        return queue(s, cpu, (int) x.locals.domain.get(s, cpu), (int) x.locals.frame.get(s, cpu), false);
    }

    /**
     * One IOTLB invalidation for a domain's page, or for all of them; blocked while there is no room.
     *
     * @param all whether it is domain-selective whatever the decision says
     */
    int queue(long[] s, int cpu, int domain, int frame, boolean all) {
        int tag = did.decide(s, domain, x.locals.owes.get(s, cpu) == Locals.VISIBILITY ? 1 : 0, x.did(domain));
        return translations(s, cpu, domain, tag, all ? -1 : frame) ? NEXT : BLOCKED;
    }

    /** @param frame the page, or -1 for all */
    private boolean translations(long[] s, int cpu, int domain, int tag, int frame) {
        boolean whole = wholeDomain.decide(s, domain, frame, 0) != 0;
        int granularity = whole ? Descriptors.DOMAIN : Descriptors.PAGE;
        long range = whole ? 0 : Descriptors.iotlbPageHi(page.decide(s, Math.max(frame, 0), 0, 0), 0, false);
        return submitted(
                s, cpu, x.commands.translations(s, cpu, granularity, tag, range, drain.decide(s, 0, 0, 0) != 0));
    }

    /** Step: a domain-selective IOTLB invalidation for the domain that loses a device. */
    int queueDomain(long[] s, int cpu) {
        int domain = (int) x.locals.domain.get(s, cpu);
        if (!translations(s, cpu, domain, did.decide(s, domain, 0, x.did(domain)), -1)) {
            return BLOCKED;
        }
        x.locals.phase.set(s, cpu, Locals.DRAINING);
        return NEXT;
    }

    /** Step: a device-selective context-cache invalidation. */
    int queueContext(long[] s, int cpu) {
        int domain = (int) x.locals.domain.get(s, cpu);
        return contexts(s, cpu, did.decide(s, domain, 0, x.did(domain)));
    }

    private int contexts(long[] s, int cpu, int tag) {
        int sid = x.unit.geometry().sourceIds().get((int) x.locals.device.get(s, cpu));
        return submitted(s, cpu, x.commands.contexts(s, cpu, tag, sid)) ? NEXT : BLOCKED;
    }

    /** Notes that what is owed has been asked for, if it has. */
    private boolean submitted(long[] s, int cpu, boolean asked) {
        if (asked) {
            x.locals.owes.set(s, cpu, Locals.SUBMITTED);
        }
        return asked;
    }

    /** The DID under which hardware may have cached what stood in a context entry before. */
    private int formerTag(long[] s, int cpu) {
        boolean present = x.calls.second.size() > 0 && x.calls.second.get(s, cpu) != 0;
        if (present) {
            int former = (int) x.calls.second.get(s, cpu) - 1;
            return did.decide(s, former, 0, x.did(former));
        }
        int domain = (int) x.locals.domain.get(s, cpu);
        return absentDid.decide(s, domain, x.did(domain), 0);
    }

    /** Step: like {@link #queueContext} for the entry that was replaced. */
    int queueFormerContext(long[] s, int cpu) {
        return contexts(s, cpu, formerTag(s, cpu));
    }

    /** Step: like {@link #queueDomain} for the entry that was replaced. */
    int queueFormerDomain(long[] s, int cpu) {
        return translations(s, cpu, (int) x.locals.domain.get(s, cpu), formerTag(s, cpu), -1) ? NEXT : BLOCKED;
    }

    /** Step: asks to be told; blocked while the queue is full. */
    int queueWait(long[] s, int cpu) {
        return x.commands.announce(s, cpu) ? NEXT : BLOCKED;
    }

    /** Step: goes on once hardware has said so; the debt is paid. Without a debt there is no wait. */
    int await(long[] s, int cpu) {
        if (x.locals.owes.get(s, cpu) == Locals.NOTHING) {
            return NEXT;
        }
        if (!x.commands.isDone(s, cpu)) {
            return BLOCKED;
        }
        x.locals.owesNothing(s, cpu);
        return NEXT;
    }
}
