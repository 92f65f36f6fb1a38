package dev.moat.xen.owed;

import dev.moat.iommu.Port;
import dev.moat.iommu.Rights;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Slots;
import dev.moat.xen.call.Debt;
import dev.moat.xen.call.Phase;
import dev.moat.xen.state.TablePool;
import dev.moat.xen.state.XenState;

/** What is owed an invalidation, derived from the operation, the batch or the limbo that owes it; it is not stored a second time. */
public final class Debts {
    private final XenState xen;

    public Debts(XenState xen) {
        this.xen = xen;
    }

    /** Whether an invalidation of a page under a tag is owed at a unit. */
    public boolean isDirty(long[] s, int unit, int tag, int page) {
        for (int cpu = 0; cpu < xen.setting.cpus(); cpu++) {
            if (owes(s, cpu, unit, tag, page) || (xen.batch.owes(s, cpu, page) && isBatchs(s, cpu, tag))) {
                return true;
            }
        }
        return inLimbo(s, unit, tag, page, false);
    }

    /** Whether one is owed for the right to write; with one CPU a batch does not tell. */
    public boolean lostWrite(long[] s, int unit, int tag, int page) {
        for (int cpu = 0; cpu < xen.setting.cpus(); cpu++) {
            if ((owes(s, cpu, unit, tag, page) && xen.debt.lostWrite.get(s, cpu) != 0)
                    || (xen.batch.owesForWriting(s, cpu, page) && isBatchs(s, cpu, tag))) {
                return true;
            }
        }
        return inLimbo(s, unit, tag, page, true);
    }

    /** Adds what {@link #isDirty} and {@link #lostWrite} of one page read. */
    public void read(Footprint footprint, int page) {
        readEntries(footprint, page);
        all(
                footprint,
                xen.debt.owes,
                xen.operation.phase,
                xen.operation.domain,
                xen.operation.frame,
                xen.debt.lostWrite,
                xen.debt.unit);
        xen.tags.read(footprint);
        xen.batch.readDebts(footprint);
        readLimbo(footprint);
    }

    private static void all(Footprint footprint, Slots... slots) {
        for (Slots slot : slots) {
            footprint.all(slot);
        }
    }

    /** Whether a CPU's operation owes it. */
    boolean owes(long[] s, int cpu, int unit, int tag, int page) {
        return xen.debt.owes.get(s, cpu) != 0
                && xen.operation.phase.get(s, cpu) != Phase.DETACHING
                && xen.operation.phase.get(s, cpu) != Phase.DRAINING
                && xen.operation.phase.get(s, cpu) != Phase.ATTACHING
                && xen.debt.unit(s, cpu) <= unit
                && xen.domainTables.tag(s, (int) xen.operation.domain.get(s, cpu), unit) == tag
                && xen.operation.frame.get(s, cpu) == page
                && (!mayOutliveEntry() || isStill(s, cpu, page));
    }

    /**
     * Whether a CPU's operation has unlinked, or replaced by a superpage, the table that a domain's page lay in, and owes its
     * invalidation: a unit that has the table cached goes by it, whatever has been linked since.
     */
    public boolean owesUnlinked(long[] s, int cpu, int domain, int page) {
        return xen.pool.page(s, cpu) != TablePool.NONE
                && xen.debt.owes.get(s, cpu) != Debt.NOTHING
                && xen.operation.domain.get(s, cpu) == domain
                && xen.ioTables.pages().areTogether((int) xen.operation.frame.get(s, cpu), page);
    }

    /** Adds what {@link #owesUnlinked} reads. */
    public void readUnlinked(Footprint footprint) {
        if (xen.pool.on()) {
            xen.pool.readPages(footprint);
            all(footprint, xen.debt.owes, xen.operation.domain, xen.operation.frame);
        }
    }

    /** Says the relations of what is owed, which are declared, by what each CPU does. */
    public void sayByCpu(Abstraction to) {
        new Alternatives(xen, to).debts(this);
    }

    /** Adds what {@link #owes} reads. */
    void read(Footprint footprint, int cpu, int page) {
        readEntries(footprint, page);
        one(
                footprint,
                cpu,
                xen.debt.owes,
                xen.operation.phase,
                xen.operation.domain,
                xen.operation.frame,
                xen.debt.unit);
        xen.tags.read(footprint);
    }

    /** Adds what some slots have of a CPU, those that there are. */
    static void one(Footprint footprint, int cpu, Slots... slots) {
        for (Slots slot : slots) {
            if (slot.size() > 0) {
                footprint.one(slot, cpu);
            }
        }
    }

    private void readEntries(Footprint footprint, int page) {
        for (int domain = 0; mayOutliveEntry() && domain < xen.domains.size(); domain++) {
            if (xen.domainTables.space(domain) >= 0) {
                xen.ioTables.read(footprint, xen.domainTables.space(domain), page);
            }
        }
    }

    /** Whether another CPU may empty an entry for which one still waits that hardware finds it. */
    private boolean mayOutliveEntry() {
        return xen.setting.cpus() > 1 && xen.capabilities.stores().late();
    }

    /** That an entry is not found yet is owed as long as it is there: whoever empties it owes, and pays, apart. */
    private boolean isStill(long[] s, int cpu, int page) {
        int space = xen.domainTables.space((int) xen.operation.domain.get(s, cpu));
        return xen.debt.owes.get(s, cpu) != Debt.VISIBILITY || xen.ioTables.rights(s, space, page) != Rights.NONE;
    }

    private boolean isBatchs(long[] s, int cpu, int tag) {
        return xen.domainTables.tag(s, xen.batch.mapper(s, cpu), 0) == tag;
    }

    /** Adds all that tells what is in limbo. */
    public void readLimbo(Footprint footprint) {
        for (int i = 0; i < xen.limbo.size(); i++) {
            xen.limbo.read(footprint, i);
        }
        if (xen.limbo.size() > 0) {
            footprint.all(xen.grants.activeFrame).all(xen.grants.pin);
        }
    }

    private boolean inLimbo(long[] s, int unit, int tag, int page, boolean writable) {
        for (int domain = 0; xen.limbo.size() > 0 && domain < xen.domains.size(); domain++) {
            if (xen.domainTables.tag(s, domain, unit) == tag && xen.owesInLimbo(s, domain, page, writable)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether an invalidation of a source-id's cached context entry is owed: until it was seen to be done, or, where that is
     * not awaited, until the unit has done it. After a deassignment that was given up it is owed for as long as the domain
     * keeps the device.
     */
    public boolean isContextDirty(long[] s, int requester) {
        for (int cpu = 0; cpu < xen.setting.cpus(); cpu++) {
            if (xen.debt.owes.get(s, cpu) != Debt.NOTHING
                    && xen.deviceCall.requester.get(s, cpu) == requester
                    && isContextDirty(s, cpu, requester)) {
                return true;
            }
        }
        return xen.setting.waitsTimeOut() && isGivenUp(s, requester);
    }

    /** Whether a domain keeps the device after its deassignment was given up. */
    boolean isGivenUp(long[] s, int requester) {
        return xen.devices.assigned.get(s, xen.devices.deviceOf(requester)) != 0 && xen.quarantine.holds(s, requester);
    }

    /** Adds what {@link #isGivenUp} reads. */
    void readGivenUp(Footprint footprint, int requester) {
        footprint.one(xen.devices.assigned, xen.devices.deviceOf(requester));
        xen.entries.read(footprint, requester);
    }

    /** Whether a CPU is where it may owe what a source-id's entry wants. */
    boolean isAtEntry(long[] s, int cpu, int requester) {
        int phase = (int) xen.operation.phase.get(s, cpu);
        return xen.deviceCall.requester.get(s, cpu) == requester
                && (phase == Phase.DETACHING || phase == Phase.ATTACHING || phase == Phase.DRAINING);
    }

    /** Adds what {@link #isAtEntry} reads. */
    void readCall(Footprint footprint, int cpu) {
        one(footprint, cpu, xen.operation.phase, xen.deviceCall.requester);
    }

    /** Whether a CPU that is there, and owes something, owes that of the source-id's cached context entry. */
    boolean isContextDirty(long[] s, int cpu, int requester) {
        return switch ((int) xen.operation.phase.get(s, cpu)) {
            case Phase.DETACHING, Phase.ATTACHING -> true;
            case Phase.DRAINING ->
                xen.iommu.port(xen.iommu.unitOf(requester)).findsEntry(s, cpu, requester) == Port.COVERED;
            default -> false;
        };
    }

    /**
     * Whether a source-id's requests may be in flight, as far as Xen knows: from when its entry is written until, after it was
     * emptied and forgotten, the domain-selective invalidation was seen to be done; where that was given up, until a deassignment
     * that is tried again has seen it.
     */
    public boolean isUndrained(long[] s, int requester) {
        if (xen.entries.isPresent(s, requester)) {
            return true;
        }
        for (int cpu = 0; cpu < xen.setting.cpus(); cpu++) {
            if (isUndrained(s, cpu, requester)) {
                return true;
            }
        }
        return xen.setting.waitsTimeOut() && isLeftUndrained(s, requester);
    }

    /** Whether a deassignment was given up, and nobody is about to try again. */
    boolean isLeftUndrained(long[] s, int requester) {
        for (int cpu = 0; cpu < xen.setting.cpus(); cpu++) {
            if (isAtEntry(s, cpu, requester)) {
                return false;
            }
        }
        return isGivenUp(s, requester);
    }

    /** Whether a CPU's operation has still to see it drained. */
    boolean isUndrained(long[] s, int cpu, int requester) {
        int phase = (int) xen.operation.phase.get(s, cpu);
        boolean drains = phase == Phase.DRAINING && xen.debt.owes.get(s, cpu) != Debt.NOTHING;
        return (phase == Phase.DETACHING || drains) && xen.deviceCall.requester.get(s, cpu) == requester;
    }

    /** Adds what {@link #isUndrained} reads. */
    public void readUndrained(Footprint footprint, int requester) {
        all(footprint, xen.debt.owes, xen.operation.phase, xen.deviceCall.requester);
        xen.entries.read(footprint, requester);
        if (xen.setting.waitsTimeOut()) {
            readGivenUp(footprint, requester);
        }
    }

    /** Adds what {@link #isContextDirty} reads. */
    public void readContext(Footprint footprint, int requester) {
        all(footprint, xen.debt.owes, xen.operation.phase, xen.deviceCall.requester);
        xen.iommu.port(xen.iommu.unitOf(requester)).read(footprint);
        if (xen.setting.waitsTimeOut()) {
            readGivenUp(footprint, requester);
        }
    }
}
