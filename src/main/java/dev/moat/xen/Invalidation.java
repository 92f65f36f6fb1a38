package dev.moat.xen;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
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
    /** {@code invalidation.did}: (domain) to the DID in the descriptor. */
    private final Decision did;
    /** {@code invalidation.whole-domain}: (domain, frame) to 1 for a domain-selective descriptor. */
    private final Decision wholeDomain;

    Invalidation(XenState x, ModelBuilder model) {
        this.x = x;
        needed = model.decision("invalidation.needed", this::mayBeCached);
        did = model.decision("invalidation.did", (s, domain, b, c) -> x.did(domain));
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

    /** Step: one IOTLB descriptor for the entry just changed. DONE when none is owed; blocked while the ring is full. */
    int queueInvalidation(long[] s, int cpu) {
        if (x.locals.owes.get(s, cpu) == 0) {
            return DONE;
        }
        return queue(s, cpu, (int) x.locals.domain.get(s, cpu), (int) x.locals.frame.get(s, cpu), false);
    }

    /**
     * One IOTLB descriptor for a domain's page, or for all of them; blocked while the ring is full.
     *
     * @param all whether it is domain-selective whatever the decision says
     */
    int queue(long[] s, int cpu, int domain, int frame, boolean all) {
        int tag = did.decide(s, domain, 0, 0);
        boolean whole = all || wholeDomain.decide(s, domain, frame, 0) != 0;
        long lo = whole ? Descriptors.iotlbDomain(tag) : Descriptors.iotlbPage(tag);
        long hi = whole ? 0 : Descriptors.iotlbPageHi(frame, 0, false);
        return submit(s, cpu, lo, hi) ? NEXT : BLOCKED;
    }

    /** Queues an invalidation and notes that what is owed has been submitted. False when the ring is full. */
    private boolean submit(long[] s, int cpu, long lo, long hi) {
        if (!x.queue.enqueue(s, cpu, lo, hi)) {
            return false;
        }
        x.locals.owes.set(s, cpu, Locals.SUBMITTED);
        return true;
    }

    /** Step: a domain-selective IOTLB descriptor for the domain that loses a device. */
    int queueDomain(long[] s, int cpu) {
        int domain = (int) x.locals.domain.get(s, cpu);
        if (!submit(s, cpu, Descriptors.iotlbDomain(did.decide(s, domain, 0, 0)), 0)) {
            return BLOCKED;
        }
        x.locals.phase.set(s, cpu, Locals.DRAINING);
        return NEXT;
    }

    /** Step: a device-selective context-cache descriptor. */
    int queueContext(long[] s, int cpu) {
        int domain = (int) x.locals.domain.get(s, cpu);
        int sid = x.unit.geometry().sourceIds().get((int) x.locals.device.get(s, cpu));
        long lo = Descriptors.contextDevice(did.decide(s, domain, 0, 0), sid, 0);
        return submit(s, cpu, lo, 0) ? NEXT : BLOCKED;
    }

    /** The DID under which hardware may have cached what stood in a context entry before. */
    private int formerTag(long[] s, int cpu) {
        boolean present = x.calls.second.size() > 0 && x.calls.second.get(s, cpu) != 0;
        return present ? did.decide(s, (int) x.calls.second.get(s, cpu) - 1, 0, 0) : ABSENT;
    }

    /** Step: like {@link #queueContext} for the entry that was replaced. */
    int queueFormerContext(long[] s, int cpu) {
        int sid = x.unit.geometry().sourceIds().get((int) x.locals.device.get(s, cpu));
        return submit(s, cpu, Descriptors.contextDevice(formerTag(s, cpu), sid, 0), 0) ? NEXT : BLOCKED;
    }

    /** Step: like {@link #queueDomain} for the entry that was replaced. */
    int queueFormerDomain(long[] s, int cpu) {
        return submit(s, cpu, Descriptors.iotlbDomain(formerTag(s, cpu)), 0) ? NEXT : BLOCKED;
    }

    /** Step: the wait descriptor; this CPU's status word is reset first. */
    int queueWait(long[] s, int cpu) {
        if (x.queue.free(s) == 0) {
            return BLOCKED;
        }
        x.unit.status.set(s, cpu, 0);
        long address = x.unit.map().statusAddress(cpu);
        x.queue.enqueue(s, cpu, Descriptors.waitStatus(WAIT_DONE), Descriptors.waitAddress(address));
        return NEXT;
    }

    /** Step: goes on once hardware has written the status; the debt is paid. Without a debt there is no wait. */
    int await(long[] s, int cpu) {
        if (x.locals.owes.get(s, cpu) == 0) {
            return NEXT;
        }
        if (x.unit.status.get(s, cpu) != WAIT_DONE) {
            return BLOCKED;
        }
        x.unit.status.set(s, cpu, 0);
        x.locals.owesNothing(s, cpu);
        return NEXT;
    }
}
