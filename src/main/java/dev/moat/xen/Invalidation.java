package dev.moat.xen;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.vtd.Descriptors;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;

/**
 * The flushing duty of an operation, in its separate parts: is an invalidation needed, with which DID and range; queue
 * it; queue a wait; await the wait. Each is a step or a decision of its own, because half of the real bugs sit between
 * them. {@code @source} Xen 4.17 drivers/passthrough/vtd; recorded: every flush is followed by its own wait.
 */
final class Invalidation {
    private static final int WAIT_DONE = 1;
    /** The DID under which hardware in caching mode remembers that there is no context entry. */
    private static final int ABSENT = 0;

    private final XenState x;
    /** {@code invalidation.needed}: (rights before, rights after, domain) to 1 when something may be cached. */
    private final Decision needed;
    /** {@code invalidation.did}: (domain, unit, its DID at the first unit or 0) to the DID in the descriptor. */
    private final Decision did;
    /** {@code invalidation.unit}: (domain, unit) to 1 when the unit may have something of the domain cached. */
    private final Decision needsUnit;
    /** {@code invalidation.former-domain}: (DIDs of who loses a device and of who gets it) to the one in the descriptor. */
    private final Decision formerDomainTag;
    /** {@code queue.drops}: (unit, whose ring is full) to 1 when the descriptor is dropped instead of waiting for room. */
    private final Decision drops;
    /** {@code invalidation.whole-domain}: (domain, frame) to 1 for a domain-selective descriptor. */
    private final Decision wholeDomain;

    Invalidation(XenState x, ModelBuilder model) {
        this.x = x;
        needed = model.decision("invalidation.needed", this::mayBeCached);
        did = model.decision("invalidation.did", (s, domain, unit, c) -> x.dids.of(s, domain, unit));
        needsUnit = model.decision("invalidation.unit", (s, domain, unit, c) -> x.uses(s, domain, unit) ? 1 : 0);
        formerDomainTag = model.decision("invalidation.former-domain", (s, tag, b, c) -> tag);
        drops = model.decision("queue.drops", (s, unit, b, c) -> 0);
        wholeDomain =
                model.decision("invalidation.whole-domain", (s, domain, frame, c) -> x.setting.pageSelective() ? 0 : 1);
    }

    /**
     * Not-present entries are not cached unless CM = 1, so only a change of a present entry needs one: removal, demotion, and
     * promotion too, because nothing tells whether hardware walks again on a hit without the right. A domain without a
     * device uses no unit, so nothing is cached.
     */
    private int mayBeCached(long[] s, int before, int after, int domain) {
        boolean cached = before != 0 || x.setting.cachingMode();
        return cached && before != after && x.hasDevice(s, domain) ? 1 : 0;
    }

    /**
     * Writes a domain's entry for a frame and notes whether an invalidation is owed. The entry is the page whose number
     * is the frame's (PV: the I/O address is the machine address).
     *
     * @return false, with nothing written, when the entry has these rights already or the domain has no tables yet
     */
    boolean writeEntry(long[] s, int cpu, int domain, int frame, int rights) {
        int tree = x.tree(domain);
        if (!x.hasTables(s, domain)) {
            return false;
        }
        long old = x.unit.leaf(s, tree, frame);
        long entry = x.unit.leafTo(frame, rights);
        if (entry == old) {
            return false;
        }
        x.unit.setLeaf(s, tree, frame, entry);
        x.locals.domain.set(s, cpu, domain);
        x.locals.frame.set(s, cpu, frame);
        int owed = needed.decide(s, rights(old), rights, domain);
        x.locals.owes.set(s, cpu, owed);
        x.locals.lostWrite.set(s, cpu, owed != 0 && (rights(old) & ~rights & VtdUnit.WRITE) != 0 ? 1 : 0);
        return true;
    }

    /** Whether {@link #writeEntry} would change anything. */
    boolean changesEntry(long[] s, int domain, int frame, int rights) {
        return x.unit.leafTo(frame, rights) != x.unit.leaf(s, x.tree(domain), frame);
    }

    /** Whether the entry would become present, so that it may need a table page. */
    boolean addsEntry(long[] s, int domain, int frame, int rights) {
        return rights != 0 && rights(x.unit.leaf(s, x.tree(domain), frame)) == 0;
    }

    /** Gives a domain's entry for a frame rights back that it had until its invalidation could not be queued. */
    void restoreEntry(long[] s, int domain, int frame, int rights) {
        x.unit.setLeaf(s, x.tree(domain), frame, x.unit.leafTo(frame, rights));
    }

    static int rights(long entry) {
        return dev.moat.iommu.vtd.SecondLevelEntry.rights(entry);
    }

    /** A domain without a DID, which only a fault leaves with something to invalidate, passes for DID 0. */
    private int tag(long[] s, int domain, int unit) {
        return Math.max(0, did.decide(s, domain, unit, Math.max(0, x.dids.of(s, domain, 0))));
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

    /**
     * Step: one IOTLB descriptor for the entry just changed, at the next unit that needs it; one unit is done after the
     * other. DONE when none is owed; blocked while the unit's ring is full.
     */
    int queueInvalidation(long[] s, int cpu) {
        if (x.locals.owes.get(s, cpu) == 0) {
            return DONE;
        }
        int domain = (int) x.locals.domain.get(s, cpu);
        int unit = unitFrom(s, domain, x.locals.unit(s, cpu));
        if (unit < 0) {
            settle(s, cpu);
            return DONE;
        }
        return queue(s, cpu, unit, domain, (int) x.locals.frame.get(s, cpu), false);
    }

    /**
     * One IOTLB descriptor for a domain's page, or for all of them; blocked while the unit's ring is full.
     *
     * @param all whether it is domain-selective whatever the decision says
     */
    int queue(long[] s, int cpu, int unit, int domain, int frame, boolean all) {
        int tag = tag(s, domain, unit);
        boolean whole = all || wholeDomain.decide(s, domain, frame, 0) != 0;
        long lo = whole ? Descriptors.iotlbDomain(tag) : Descriptors.iotlbPage(tag);
        long hi = whole ? 0 : Descriptors.iotlbPageHi(frame, 0, false);
        return submit(s, cpu, unit, lo, hi);
    }

    /** Queues an invalidation and notes that what is owed there has been submitted. BLOCKED when the ring is full. */
    private int submit(long[] s, int cpu, int unit, long lo, long hi) {
        if (!x.units.queue(unit).enqueue(s, cpu, lo, hi) && drops.decide(s, unit, 0, 0) == 0) {
            return BLOCKED;
        }
        x.locals.setUnit(s, cpu, unit);
        x.locals.owes.set(s, cpu, Locals.SUBMITTED);
        return NEXT;
    }

    private void settle(long[] s, int cpu) {
        x.locals.owesNothing(s, cpu);
        x.locals.setUnit(s, cpu, 0);
    }

    /** Step: a domain-selective IOTLB descriptor for everything of the domain, at the next unit that needs it. */
    int queueDomain(long[] s, int cpu) {
        int domain = (int) x.locals.domain.get(s, cpu);
        int unit = unitFrom(s, domain, x.locals.unit(s, cpu));
        if (unit < 0 || !x.hasDevice(s, domain)) {
            settle(s, cpu);
            return DONE;
        }
        return drain(s, cpu, unit, tag(s, domain, unit));
    }

    private int drain(long[] s, int cpu, int unit, int tag) {
        int outcome = submit(s, cpu, unit, Descriptors.iotlbDomain(tag), 0);
        if (outcome == NEXT) {
            x.locals.phase.set(s, cpu, Locals.DRAINING);
        }
        return outcome;
    }

    /** Step: a domain-selective IOTLB descriptor at the unit of a device, for the domain that loses it. */
    int queueDevicesDomain(long[] s, int cpu) {
        int unit = x.units.of((int) x.locals.device.get(s, cpu));
        return drain(s, cpu, unit, tag(s, (int) x.locals.domain.get(s, cpu), unit));
    }

    /** Step: a device-selective context-cache descriptor. */
    int queueContext(long[] s, int cpu) {
        int unit = x.units.of((int) x.locals.device.get(s, cpu));
        return queueContext(s, cpu, tag(s, (int) x.locals.domain.get(s, cpu), unit));
    }

    private int queueContext(long[] s, int cpu, int tag) {
        int requester = (int) x.locals.device.get(s, cpu);
        int sid = x.unit.geometry().sourceIds().get(requester);
        return submit(s, cpu, x.units.of(requester), Descriptors.contextDevice(tag, sid, 0), 0);
    }

    /** The DID under which hardware may have cached what stood in a context entry before. */
    private int formerTag(long[] s, int cpu) {
        int former = x.locals.former.size() > 0 ? (int) x.locals.former.get(s, cpu) : 0;
        return former == 0 ? ABSENT : tag(s, former - 1, x.units.of((int) x.locals.device.get(s, cpu)));
    }

    /** Step: like {@link #queueContext} for the entry that was replaced. */
    int queueFormerContext(long[] s, int cpu) {
        return queueContext(s, cpu, formerTag(s, cpu));
    }

    /** Step: like {@link #queueDevicesDomain} for the entry that was replaced. */
    int queueFormerDomain(long[] s, int cpu) {
        return drain(
                s,
                cpu,
                x.units.of((int) x.locals.device.get(s, cpu)),
                formerDomainTag.decide(
                        s,
                        formerTag(s, cpu),
                        tag(s, (int) x.locals.domain.get(s, cpu), x.units.of((int) x.locals.device.get(s, cpu))),
                        0));
    }

    /** Step: the wait descriptor; this CPU's status word is reset first. */
    int queueWait(long[] s, int cpu) {
        SubmittedQueue queue = x.units.queue(x.locals.unit(s, cpu));
        if (queue.free(s) == 0) {
            return BLOCKED;
        }
        x.unit.status.set(s, cpu, 0);
        long address = x.unit.map().statusAddress(cpu);
        queue.enqueue(s, cpu, Descriptors.waitStatus(WAIT_DONE), Descriptors.waitAddress(address));
        return NEXT;
    }

    /**
     * Step: goes on once hardware has written the status. LOOP when another unit needs the invalidation too, otherwise the
     * debt is paid. Without a debt there is no wait.
     */
    int await(long[] s, int cpu) {
        if (x.locals.owes.get(s, cpu) == 0) {
            return NEXT;
        }
        int next = unitFrom(s, (int) x.locals.domain.get(s, cpu), x.locals.unit(s, cpu) + 1);
        if (next < 0 || x.unit.status.get(s, cpu) != WAIT_DONE) {
            return awaitUnit(s, cpu);
        }
        x.unit.status.set(s, cpu, 0);
        x.locals.owes.set(s, cpu, Locals.OWED);
        x.locals.setUnit(s, cpu, next);
        return LOOP;
    }

    /** Step: as {@link #await} for an invalidation at one unit only. */
    int awaitUnit(long[] s, int cpu) {
        if (x.locals.owes.get(s, cpu) == 0) {
            return NEXT;
        }
        if (x.unit.status.get(s, cpu) != WAIT_DONE) {
            return BLOCKED;
        }
        x.unit.status.set(s, cpu, 0);
        settle(s, cpu);
        return NEXT;
    }
}
