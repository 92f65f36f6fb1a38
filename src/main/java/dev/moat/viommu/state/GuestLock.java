package dev.moat.viommu.state;

import dev.moat.model.Decision;
import dev.moat.model.OperationPlan;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.state.Lock;
import dev.moat.state.Slots;

/**
 * The lock of each guest's vIOMMU, which an operation of Xen takes with its first step and drops with its last one. An operation whose lock
 * a fault may leave out asks a decision before it takes the lock, and before it drops it.
 */
public final class GuestLock {
    /** The step that drops the lock: where a failing step goes on. */
    public static final String UNLOCK = "unlock";

    private final Lock lock;
    private final Slots guest;

    /**
     * @param lock per guest, its holder
     * @param guest per CPU, the guest for which its operation runs
     */
    public GuestLock(Lock lock, Slots guest) {
        this.lock = lock;
        this.guest = guest;
    }

    /** Takes the lock always. */
    public OperationPlan take(OperationPlan plan) {
        return plan.step(Step.of("lock", this::take).taking(lock.name()));
    }

    /** Takes the lock where the decision of this name, asked with the guest, says 1. */
    public OperationPlan take(OperationPlan plan, String asked, Decision locks) {
        return plan.step(Step.of(
                        "lock", (s, cpu) -> locks.decide(s, guestOf(s, cpu), 0, 0) == 0 ? Outcome.NEXT : take(s, cpu))
                .taking(lock.name())
                .asking(asked));
    }

    /** Drops the lock that was taken always. */
    public OperationPlan drop(OperationPlan plan) {
        return plan.step(Step.of(UNLOCK, this::drop).dropping(lock.name()));
    }

    /** Drops the lock that was taken where the decision of this name says 1. */
    public OperationPlan drop(OperationPlan plan, String asked, Decision locks) {
        return plan.step(Step.of(
                        UNLOCK, (s, cpu) -> locks.decide(s, guestOf(s, cpu), 0, 0) == 0 ? Outcome.DONE : drop(s, cpu))
                .dropping(lock.name())
                .asking(asked));
    }

    private int guestOf(long[] s, int cpu) {
        return (int) guest.get(s, cpu);
    }

    private int take(long[] s, int cpu) {
        return lock.take(s, cpu, guestOf(s, cpu)) ? Outcome.NEXT : Outcome.BLOCKED;
    }

    private int drop(long[] s, int cpu) {
        lock.drop(s, cpu, guestOf(s, cpu));
        return Outcome.DONE;
    }
}
