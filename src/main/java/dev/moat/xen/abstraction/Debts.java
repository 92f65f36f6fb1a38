package dev.moat.xen.abstraction;

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
        x.dids.read(footprint);
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
                && x.dids.of(s, (int) l.domain.get(s, cpu), unit) == tag
                && l.frame.get(s, cpu) == page;
    }

    private boolean owesInBatch(long[] s, int cpu, int tag, int page) {
        return x.batch.owes(s, cpu, page) && x.did(x.batch.mapper(s, cpu)) == tag;
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
            if (x.dids.of(s, domain, unit) == tag && x.owesInLimbo(s, domain, page, writable)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an invalidation of a source-id's cached context entry is owed. */
    boolean isContextDirty(long[] s, int requester) {
        Locals l = x.locals;
        for (int cpu = 0; cpu < x.setting.cpus(); cpu++) {
            long phase = l.phase.get(s, cpu);
            if (l.owes.get(s, cpu) != Locals.NOTHING
                    && (phase == Locals.DETACHING || phase == Locals.ATTACHING)
                    && l.device.get(s, cpu) == requester) {
                return true;
            }
        }
        return false;
    }
}
