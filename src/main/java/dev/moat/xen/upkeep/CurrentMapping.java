package dev.moat.xen.upkeep;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.model.Step;
import dev.moat.xen.call.Phase;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.XenState;

/** The mapping that a CPU's map or unmap works on, and the mapper's table lock, under which the I/O tables follow it. */
public final class CurrentMapping {
    /** Name of the step of {@link #nextElement}. */
    public static final String NEXT_ELEMENT = "next-element";

    private final XenState xen;

    public CurrentMapping(XenState xen) {
        this.xen = xen;
    }

    /** Begins an element of a batch, by its code. */
    @FunctionalInterface
    public interface Begin {
        boolean begin(long[] s, int cpu, int mapper, int element);
    }

    /** The domain that maps or unmaps. */
    public int mapper(long[] s, int cpu) {
        return (int) xen.operation.domain.get(s, cpu);
    }

    /** The domain that granted. */
    public int granter(long[] s, int cpu) {
        return (int) xen.mapping.granter.get(s, cpu);
    }

    /** The grant reference, from 0. */
    public int ref(long[] s, int cpu) {
        return (int) xen.mapping.ref.get(s, cpu);
    }

    /** The sides that this operation takes or drops: 1 host, 2 device. */
    public int sides(long[] s, int cpu) {
        return (int) xen.mapping.sides.get(s, cpu);
    }

    /** The frame, as it was when its entry was pinned. */
    public int frame(long[] s, int cpu) {
        return xen.grants.frame(s, granter(s, cpu), ref(s, cpu));
    }

    /** The pins that the mapping holds. */
    public long pins(long[] s, int cpu) {
        return xen.grants.pins.taken(sides(s, cpu), xen.mapping.isReadOnly(s, cpu));
    }

    /** Whether the mapper's tables have to follow this operation at all. */
    private boolean needsUpkeep(long[] s, int cpu) {
        return xen.domainTables.follows(mapper(s, cpu))
                && xen.operation.phase.get(s, cpu) != Phase.CLOSING_HALF
                && xen.operation.domain.get(s, cpu) != xen.mapping.granter.get(s, cpu);
    }

    /**
     * Step: the mapper's table lock, held until the invalidation has completed; by a batch that pays at its end, until all
     * of them have. DONE when there is nothing to keep up.
     */
    private int lock(long[] s, int cpu) {
        if (!needsUpkeep(s, cpu)) {
            return DONE;
        }
        if (xen.batch.isLocked(s, cpu)) {
            return NEXT;
        }
        if (!xen.grantLock.take(s, cpu, mapper(s, cpu))) {
            return BLOCKED;
        }
        xen.batch.keepLock(s, cpu);
        return NEXT;
    }

    /** The step of {@link #lock}. */
    public Step locking() {
        return Step.of("lock", this::lock).asking("batch.keeps-lock").taking(Asks.GRANT_LOCK);
    }

    /** Marks the sides as taken; the handle goes back at once, unless the I/O tables have to follow and may refuse. */
    public void putHandleLater(long[] s, int cpu, int handle) {
        if (xen.environment.on() && needsUpkeep(s, cpu)) {
            xen.operation.phase.set(s, cpu, Phase.REMOVING);
        } else {
            put(s, cpu, handle);
            xen.mapping.handle.set(s, cpu, 0);
        }
    }

    /** Puts a handle back: at once, or where each CPU has a list of free ones in the steps that follow. */
    public void put(long[] s, int cpu, int handle) {
        if (xen.handleLists.on()) {
            xen.handleLists.give(s, cpu, mapper(s, cpu), handle);
        } else {
            xen.grants.maptrack.put(s, mapper(s, cpu), handle);
        }
    }

    /** Puts a handle back whose mapping the I/O tables have followed. */
    public void putHandle(long[] s, int cpu) {
        if (xen.operation.phase.get(s, cpu) == Phase.REMOVING) {
            xen.grants.maptrack.put(s, mapper(s, cpu), (int) xen.mapping.handle.get(s, cpu));
            xen.mapping.handle.set(s, cpu, 0);
            xen.operation.phase.set(s, cpu, Phase.CLOSING);
        }
    }

    /** Drops the lock, unless the batch keeps it. */
    public void unlockAfterFailure(long[] s, int cpu) {
        if (!xen.batch.isLocked(s, cpu)) {
            xen.grantLock.drop(s, cpu, mapper(s, cpu));
        }
    }

    /** Step: drops the lock that {@link #lock} took for one mapping. */
    public int unlock(long[] s, int cpu) {
        putHandle(s, cpu);
        if (needsUpkeep(s, cpu)) {
            xen.grantLock.drop(s, cpu, mapper(s, cpu));
        }
        return NEXT;
    }

    /** Step: drops the lock that {@link #lock} took for a batch, all of whose debts are paid. */
    public int unlockBatch(long[] s, int cpu) {
        if (xen.batch.settle(s, cpu)) {
            xen.grantLock.drop(s, cpu, xen.batch.mapper(s, cpu));
        }
        return NEXT;
    }

    /** Notes for the end of the batch what the mapping owes; the lock stays, if the batch keeps it. */
    public void deferDebt(long[] s, int cpu) {
        if (needsUpkeep(s, cpu) && !xen.batch.isLocked(s, cpu)) {
            xen.grantLock.drop(s, cpu, mapper(s, cpu));
        }
        xen.batch.nextDebts(s, cpu);
        if (xen.debt.owes.get(s, cpu) != 0) {
            boolean forWriting = xen.debt.lostWrite.get(s, cpu) != 0;
            xen.batch.owe(s, cpu, (int) xen.operation.frame.get(s, cpu), forWriting);
        }
        xen.debt.owesNothing(s, cpu);
        xen.operation.frame.set(s, cpu, 0);
    }

    /** Step: begins the next element of a batch with locals as the first one found them. LOOP; NEXT when there is none. */
    public Step nextElement(Begin begin) {
        return Step.of(NEXT_ELEMENT, (s, cpu) -> {
                    forget(s, cpu);
                    int element = xen.batch.take(s, cpu);
                    if (element < 0) {
                        return NEXT;
                    }
                    xen.operation.result.set(s, cpu, GrantStatus.OKAY);
                    begin.begin(s, cpu, xen.batch.mapper(s, cpu), element);
                    return LOOP;
                })
                .quietly();
    }

    private void forget(long[] s, int cpu) {
        xen.mapping.granter.set(s, cpu, 0);
        xen.mapping.ref.set(s, cpu, 0);
        xen.mapping.handle.set(s, cpu, 0);
        xen.mapping.sides.set(s, cpu, 0);
        xen.mapping.readOnly.set(s, cpu, 0);
        xen.operation.frame.set(s, cpu, 0);
        xen.debt.owesNothing(s, cpu);
        xen.mapping.first.set(s, cpu, 0);
        xen.operation.phase.set(s, cpu, Phase.NONE);
    }
}
