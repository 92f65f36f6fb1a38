package dev.moat.xen.upkeep;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.model.Step;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.Locals;
import dev.moat.xen.state.XenState;

/** The mapping that a CPU's map or unmap works on, and the mapper's table lock, under which the I/O tables follow it. */
public final class CurrentMapping {
    /** Name of the step of {@link #nextElement}. */
    public static final String NEXT_ELEMENT = "next-element";

    private final XenState x;
    private final Locals l;

    public CurrentMapping(XenState x) {
        this.x = x;
        l = x.locals;
    }

    /** Begins an element of a batch, by its code. */
    @FunctionalInterface
    public interface Begin {
        boolean begin(long[] s, int cpu, int mapper, int element);
    }

    /** The domain that maps or unmaps. */
    public int mapper(long[] s, int cpu) {
        return (int) l.domain.get(s, cpu);
    }

    /** The domain that granted. */
    public int granter(long[] s, int cpu) {
        return (int) l.granter.get(s, cpu);
    }

    /** The grant reference, from 0. */
    public int ref(long[] s, int cpu) {
        return (int) l.ref.get(s, cpu);
    }

    /** The sides that this operation takes or drops: 1 host, 2 device. */
    public int sides(long[] s, int cpu) {
        return (int) l.sides.get(s, cpu);
    }

    /** The frame, as it was when its entry was pinned. */
    public int frame(long[] s, int cpu) {
        return x.grants.frame(s, granter(s, cpu), ref(s, cpu));
    }

    /** The pins that the mapping holds. */
    public long units(long[] s, int cpu) {
        return x.grants.pins.units(sides(s, cpu), l.isReadOnly(s, cpu));
    }

    /** Whether the mapper's tables have to follow this operation at all. */
    private boolean needsUpkeep(long[] s, int cpu) {
        return x.follows(mapper(s, cpu))
                && l.phase.get(s, cpu) != Locals.CLOSING_HALF
                && l.domain.get(s, cpu) != l.granter.get(s, cpu);
    }

    /**
     * Step: the mapper's table lock, held until the invalidation has completed; by a batch that pays at its end, until all
     * of them have. DONE when there is nothing to keep up.
     */
    private int lock(long[] s, int cpu) {
        if (!needsUpkeep(s, cpu)) {
            return DONE;
        }
        if (x.batch.isLocked(s, cpu)) {
            return NEXT;
        }
        int mapper = mapper(s, cpu);
        if (x.grantLock.get(s, mapper) != 0) {
            return BLOCKED;
        }
        x.grantLock.set(s, mapper, 1);
        x.batch.keepLock(s, cpu);
        return NEXT;
    }

    /** The step of {@link #lock}. */
    public Step locking() {
        return Step.of("lock", this::lock).asking("batch.keeps-lock").taking(Asks.GRANT_LOCK);
    }

    /** Marks the sides as taken; the handle goes back at once, unless the I/O tables have to follow and may refuse. */
    public void putHandleLater(long[] s, int cpu, int handle) {
        if (x.environment.on() && needsUpkeep(s, cpu)) {
            l.phase.set(s, cpu, Locals.REMOVING);
        } else {
            x.grants.maptrack.put(s, mapper(s, cpu), handle);
            l.handle.set(s, cpu, 0);
        }
    }

    /** Puts a handle back whose mapping the I/O tables have followed. */
    public void putHandle(long[] s, int cpu) {
        if (l.phase.get(s, cpu) == Locals.REMOVING) {
            x.grants.maptrack.put(s, mapper(s, cpu), (int) l.handle.get(s, cpu));
            l.handle.set(s, cpu, 0);
            l.phase.set(s, cpu, Locals.CLOSING);
        }
    }

    /** Drops the lock, unless the batch keeps it. */
    public void unlockAfterFailure(long[] s, int cpu) {
        if (!x.batch.isLocked(s, cpu)) {
            x.grantLock.set(s, mapper(s, cpu), 0);
        }
    }

    /** Step: drops the lock that {@link #lock} took for one mapping. */
    public int unlock(long[] s, int cpu) {
        putHandle(s, cpu);
        if (needsUpkeep(s, cpu)) {
            x.grantLock.set(s, mapper(s, cpu), 0);
        }
        return NEXT;
    }

    /** Step: drops the lock that {@link #lock} took for a batch, all of whose debts are paid. */
    public int unlockBatch(long[] s, int cpu) {
        if (x.batch.settle(s, cpu)) {
            x.grantLock.set(s, x.batch.mapper(s, cpu), 0);
        }
        return NEXT;
    }

    /** Notes for the end of the batch what the mapping owes; the lock stays, if the batch keeps it. */
    public void deferDebt(long[] s, int cpu) {
        if (needsUpkeep(s, cpu) && !x.batch.isLocked(s, cpu)) {
            x.grantLock.set(s, mapper(s, cpu), 0);
        }
        x.batch.nextDebts(s, cpu);
        if (l.owes.get(s, cpu) != 0) {
            x.batch.owe(s, cpu, (int) l.frame.get(s, cpu));
        }
        l.owesNothing(s, cpu);
        l.frame.set(s, cpu, 0);
    }

    /** Step: begins the next element of a batch with locals as the first one found them. LOOP; NEXT when there is none. */
    public Step nextElement(Begin begin) {
        return Step.of(NEXT_ELEMENT, (s, cpu) -> {
                    forget(s, cpu);
                    int element = x.batch.take(s, cpu);
                    if (element < 0) {
                        return NEXT;
                    }
                    l.result.set(s, cpu, GrantStatus.OKAY);
                    begin.begin(s, cpu, x.batch.mapper(s, cpu), element);
                    return LOOP;
                })
                .quietly();
    }

    private void forget(long[] s, int cpu) {
        l.granter.set(s, cpu, 0);
        l.ref.set(s, cpu, 0);
        l.handle.set(s, cpu, 0);
        l.sides.set(s, cpu, 0);
        l.readOnly.set(s, cpu, 0);
        l.frame.set(s, cpu, 0);
        l.owesNothing(s, cpu);
        l.first.set(s, cpu, 0);
        l.phase.set(s, cpu, Locals.NONE);
    }
}
