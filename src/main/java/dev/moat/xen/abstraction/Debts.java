package dev.moat.xen.abstraction;

import dev.moat.iommu.Rights;
import dev.moat.iommu.driver.Port;
import dev.moat.state.Footprint;
import dev.moat.state.Slots;
import dev.moat.xen.call.Debt;
import dev.moat.xen.call.Phase;
import dev.moat.xen.state.XenState;

/** What is owed an invalidation, derived from the operation, the batch or the limbo that owes it; it is not stored a second time. */
final class Debts {
    private final XenState xen;

    Debts(XenState xen) {
        this.xen = xen;
    }

    /** Whether an invalidation of a page under a tag is owed at a unit. */
    boolean isDirty(long[] s, int unit, int tag, int page) {
        for (int cpu = 0; cpu < xen.setting.cpus(); cpu++) {
            if (owes(s, cpu, unit, tag, page) || (xen.batch.owes(s, cpu, page) && isBatchs(s, cpu, tag))) {
                return true;
            }
        }
        return inLimbo(s, unit, tag, page, false);
    }

    /** Whether one is owed for the right to write; with one CPU a batch does not tell. */
    boolean lostWrite(long[] s, int unit, int tag, int page) {
        for (int cpu = 0; cpu < xen.setting.cpus(); cpu++) {
            if ((owes(s, cpu, unit, tag, page) && xen.debt.lostWrite.get(s, cpu) != 0)
                    || (xen.batch.owesForWriting(s, cpu, page) && isBatchs(s, cpu, tag))) {
                return true;
            }
        }
        return inLimbo(s, unit, tag, page, true);
    }

    /** Adds what {@link #isDirty} and {@link #lostWrite} of one page read. */
    void read(Footprint footprint, int page) {
        for (int domain = 0; mayOutliveEntry() && domain < xen.domains.size(); domain++) {
            if (xen.domainTables.space(domain) >= 0) {
                xen.ioTables.read(footprint, xen.domainTables.space(domain), page);
            }
        }
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

    private boolean owes(long[] s, int cpu, int unit, int tag, int page) {
        return xen.debt.owes.get(s, cpu) != 0
                && xen.operation.phase.get(s, cpu) != Phase.DETACHING
                && xen.operation.phase.get(s, cpu) != Phase.DRAINING
                && xen.operation.phase.get(s, cpu) != Phase.ATTACHING
                && xen.debt.unit(s, cpu) <= unit
                && xen.domainTables.tag(s, (int) xen.operation.domain.get(s, cpu), unit) == tag
                && xen.operation.frame.get(s, cpu) == page
                && (!mayOutliveEntry() || isStill(s, cpu, page));
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
    void readLimbo(Footprint footprint) {
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
    boolean isContextDirty(long[] s, int requester) {
        for (int cpu = 0; cpu < xen.setting.cpus(); cpu++) {
            if (xen.debt.owes.get(s, cpu) != Debt.NOTHING
                    && xen.deviceCall.requester.get(s, cpu) == requester
                    && isContextDirty(s, cpu, requester)) {
                return true;
            }
        }
        return xen.setting.waitsTimeOut()
                && xen.devices.assigned.get(s, xen.devices.deviceOf(requester)) != 0
                && xen.quarantine.holds(s, requester);
    }

    private boolean isContextDirty(long[] s, int cpu, int requester) {
        return switch ((int) xen.operation.phase.get(s, cpu)) {
            case Phase.DETACHING, Phase.ATTACHING -> true;
            case Phase.DRAINING ->
                xen.iommu.port(xen.iommu.unitOf(requester)).findsEntry(s, cpu, requester) == Port.COVERED;
            default -> false;
        };
    }

    /**
     * Whether a source-id's requests may be in flight, as far as Xen knows: from when its entry is written until, after it was
     * emptied and forgotten, the domain-selective invalidation was seen to be done.
     */
    boolean isUndrained(long[] s, int requester) {
        if (xen.entries.isPresent(s, requester)) {
            return true;
        }
        for (int cpu = 0; cpu < xen.setting.cpus(); cpu++) {
            int phase = (int) xen.operation.phase.get(s, cpu);
            boolean drains = phase == Phase.DRAINING && xen.debt.owes.get(s, cpu) != Debt.NOTHING;
            if ((phase == Phase.DETACHING || drains) && xen.deviceCall.requester.get(s, cpu) == requester) {
                return true;
            }
        }
        return false;
    }

    /** Adds what {@link #isUndrained} reads. */
    void readUndrained(Footprint footprint, int requester) {
        all(footprint, xen.debt.owes, xen.operation.phase, xen.deviceCall.requester);
        xen.entries.read(footprint, requester);
    }

    /** Adds what {@link #isContextDirty} reads. */
    void readContext(Footprint footprint, int requester) {
        all(footprint, xen.debt.owes, xen.operation.phase, xen.deviceCall.requester);
        xen.iommu.port(xen.iommu.unitOf(requester)).read(footprint);
        if (xen.setting.waitsTimeOut()) {
            footprint.one(xen.devices.assigned, xen.devices.deviceOf(requester));
            xen.entries.read(footprint, requester);
        }
    }
}
