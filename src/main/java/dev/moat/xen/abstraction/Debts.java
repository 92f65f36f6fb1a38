package dev.moat.xen.abstraction;

import dev.moat.iommu.Port;
import dev.moat.state.Footprint;
import dev.moat.state.Slots;
import dev.moat.xen.state.Locals;
import dev.moat.xen.state.XenState;

/** What is owed an invalidation, derived from the operation, the batch or the limbo that owes it; it is not stored a second time. */
final class Debts {
    private final XenState x;

    Debts(XenState x) {
        this.x = x;
    }

    /** Whether an invalidation of a page under a tag is owed at a unit. */
    boolean isDirty(long[] s, int unit, int tag, int page) {
        for (int cpu = 0; cpu < x.setting.cpus(); cpu++) {
            if (owes(s, cpu, unit, tag, page) || owesInBatch(s, cpu, tag, page)) {
                return true;
            }
        }
        return inLimbo(s, unit, tag, page, false);
    }

    /** Whether one is owed for the right to write; a batch does not tell. */
    boolean lostWrite(long[] s, int unit, int tag, int page) {
        for (int cpu = 0; cpu < x.setting.cpus(); cpu++) {
            if ((owes(s, cpu, unit, tag, page) && x.locals.lostWrite.get(s, cpu) != 0)
                    || owesInBatch(s, cpu, tag, page)) {
                return true;
            }
        }
        return inLimbo(s, unit, tag, page, true);
    }

    /** Adds what {@link #isDirty} and {@link #lostWrite} read. */
    void read(Footprint footprint) {
        Locals l = x.locals;
        all(footprint, l.owes, l.phase, l.domain, l.frame, l.lostWrite, l.unit);
        x.tags.read(footprint);
        x.batch.readDebts(footprint);
        readLimbo(footprint);
    }

    private static void all(Footprint footprint, Slots... slots) {
        for (Slots slot : slots) {
            footprint.all(slot);
        }
    }

    private boolean owes(long[] s, int cpu, int unit, int tag, int page) {
        Locals l = x.locals;
        return l.owes.get(s, cpu) != 0
                && l.phase.get(s, cpu) != Locals.DETACHING
                && l.phase.get(s, cpu) != Locals.DRAINING
                && l.phase.get(s, cpu) != Locals.ATTACHING
                && l.unit(s, cpu) <= unit
                && x.tag(s, (int) l.domain.get(s, cpu), unit) == tag
                && l.frame.get(s, cpu) == page;
    }

    private boolean owesInBatch(long[] s, int cpu, int tag, int page) {
        return x.batch.owes(s, cpu, page) && x.tag(s, x.batch.mapper(s, cpu), 0) == tag;
    }

    /** Adds all that tells what is in limbo. */
    void readLimbo(Footprint footprint) {
        for (int i = 0; i < x.limbo.size(); i++) {
            x.limbo.read(footprint, i);
        }
        if (x.limbo.size() > 0) {
            footprint.all(x.grants.activeFrame).all(x.grants.pin);
        }
    }

    private boolean inLimbo(long[] s, int unit, int tag, int page, boolean writable) {
        for (int domain = 0; x.limbo.size() > 0 && domain < x.domains.size(); domain++) {
            if (x.tag(s, domain, unit) == tag && x.owesInLimbo(s, domain, page, writable)) {
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
        for (int cpu = 0; cpu < x.setting.cpus(); cpu++) {
            if (x.locals.owes.get(s, cpu) != Locals.NOTHING
                    && x.locals.device.get(s, cpu) == requester
                    && isContextDirty(s, cpu, requester)) {
                return true;
            }
        }
        return x.setting.waitsTimeOut()
                && x.assigned.get(s, x.deviceOf(requester)) != 0
                && x.quarantine.holds(s, requester);
    }

    private boolean isContextDirty(long[] s, int cpu, int requester) {
        return switch ((int) x.locals.phase.get(s, cpu)) {
            case Locals.DETACHING, Locals.ATTACHING -> true;
            case Locals.DRAINING ->
                x.iommu.port(x.iommu.unitOf(requester)).findsEntry(s, cpu, requester) == Port.COVERED;
            default -> false;
        };
    }

    /**
     * Whether a source-id's requests may be in flight, as far as Xen knows: from when its entry is written until, after it was
     * emptied and forgotten, the domain-selective invalidation was seen to be done.
     */
    boolean isUndrained(long[] s, int requester) {
        if (x.entries.isPresent(s, requester)) {
            return true;
        }
        for (int cpu = 0; cpu < x.setting.cpus(); cpu++) {
            int phase = (int) x.locals.phase.get(s, cpu);
            boolean drains = phase == Locals.DRAINING && x.locals.owes.get(s, cpu) != Locals.NOTHING;
            if ((phase == Locals.DETACHING || drains) && x.locals.device.get(s, cpu) == requester) {
                return true;
            }
        }
        return false;
    }

    /** Adds what {@link #isUndrained} reads. */
    void readUndrained(Footprint footprint, int requester) {
        all(footprint, x.locals.owes, x.locals.phase, x.locals.device);
        x.entries.read(footprint, requester);
    }

    /** Adds what {@link #isContextDirty} reads. */
    void readContext(Footprint footprint, int requester) {
        all(footprint, x.locals.owes, x.locals.phase, x.locals.device);
        x.iommu.port(x.iommu.unitOf(requester)).read(footprint);
        if (x.setting.waitsTimeOut()) {
            footprint.one(x.assigned, x.deviceOf(requester));
            x.entries.read(footprint, requester);
        }
    }
}
