package dev.moat.xen.upkeep;

import dev.moat.iommu.Rights;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.xen.call.Debt;
import dev.moat.xen.state.XenState;

/** Writes entries of the I/O tables, and notes in the operation's locals what that owes; {@link Invalidation} pays it. */
public final class EntryWriter {
    private final XenState xen;
    private final Visibility visibility;
    /** {@code invalidation.needed}: (rights before, rights after, domain) to 1 when something may be cached. */
    private final Decision needed;
    /** {@code invalidation.lingers}: (domain, frame) to 1 when a deferred invalidation of the page is not done. */
    private final Decision lingers;

    EntryWriter(XenState xen, ModelBuilder model, Visibility visibility) {
        this.xen = xen;
        this.visibility = visibility;
        needed = model.decision("invalidation.needed", this::mayBeCached);
        model.asking("invalidation.needed", xen.ioTables.tableDecisions());
        lingers = model.decision("invalidation.lingers", (s, domain, frame, c) -> lingers(s, domain, frame) ? 1 : 0);
    }

    /**
     * Writes a domain's entry for a frame and notes what is owed. The entry is the page whose number is the frame's (PV: the
     * I/O address is the machine address). Followed by {@link Invalidation}.
     *
     * @return false, with nothing written, when the entry has these rights already or the domain has no tables yet
     */
    public boolean write(long[] s, int cpu, int domain, int frame, int rights) {
        if (!xen.domainTables.hasTables(s, domain)) {
            return false;
        }
        int space = xen.domainTables.space(domain);
        int old = xen.ioTables.rights(s, space, frame);
        if (xen.ioTables.leads(s, space, frame, frame, rights)) {
            return false;
        }
        xen.ioTables.store(s, space, frame, frame, rights);
        int now = xen.ioTables.expressed(rights);
        xen.operation.domain.set(s, cpu, domain);
        xen.operation.frame.set(s, cpu, frame);
        boolean cached = needed.decide(s, old, now, domain) != 0;
        boolean owed = lingers.decide(s, domain, frame, 0) != 0 || (cached && old != Rights.NONE);
        xen.debt.owes.set(s, cpu, owed ? Debt.OWED : cached ? Debt.VISIBILITY : visibility.debt());
        xen.debt.lostWrite.set(s, cpu, owed && (old & ~now & Rights.WRITE) != 0 ? 1 : 0);
        return true;
    }

    /**
     * Where absence is not cached, only a change of a present entry needs one: removal, demotion, and promotion too, because
     * nothing tells whether hardware walks again on a hit without the right. A domain without a device uses no unit, so
     * nothing is cached.
     */
    private int mayBeCached(long[] s, int before, int after, int domain) {
        return xen.iommu.duty().outlives(before, after) && mayHaveDevice(s, domain) ? 1 : 0;
    }

    /** A device that the domain gets before the store is seen may still find the old entry: asked again then. */
    private boolean mayHaveDevice(long[] s, int domain) {
        return xen.capabilities.stores().late() || xen.devices.hasDevice(s, domain);
    }

    /** A table of a domain was unlinked: what led through it may be cached where the domain has a device by now. */
    void tableUnlinked(long[] s, int cpu, int domain) {
        if (needed.decide(s, Rights.ALL, Rights.NONE, domain) != 0) {
            xen.debt.owes.set(s, cpu, Debt.OWED);
        }
    }

    /** Whether {@link #write} would change anything. */
    public boolean changes(long[] s, int domain, int frame, int rights) {
        return !xen.ioTables.leads(s, xen.domainTables.space(domain), frame, frame, rights);
    }

    /** Whether the entry would become present, so that it may need a table page. */
    public boolean adds(long[] s, int domain, int frame, int rights) {
        return rights != Rights.NONE && xen.ioTables.rights(s, xen.domainTables.space(domain), frame) == Rights.NONE;
    }

    /**
     * Whether a deferred invalidation of the page has not been done: a cached entry with fewer rights than the new one may
     * still be there, and nothing tells whether hardware walks again where it hits that.
     */
    private boolean lingers(long[] s, int domain, int frame) {
        return xen.owesInLimbo(s, domain, frame, false) && xen.devices.hasDevice(s, domain);
    }
}
