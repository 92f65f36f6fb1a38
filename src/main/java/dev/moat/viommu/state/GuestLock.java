package dev.moat.viommu.state;

import dev.moat.model.program.Decision;
import dev.moat.model.program.OperationPlan;
import dev.moat.model.program.Outcome;
import dev.moat.model.program.Step;
import dev.moat.state.Slots;

/**
 * The lock of each guest's vIOMMU, which an operation of Xen takes with its first step and drops with its last one: 0 where nobody has it,
 * else the CPU's number and one. An operation whose lock a fault may leave out asks a decision before it takes it.
 */
public final class GuestLock {
    /** The step that drops the lock: where a failing step goes on. */
    public static final String UNLOCK = "unlock";

    private static final String LOCK = "lock.viommu";

    private final Slots lock;
    private final Slots guest;

    /**
     * @param lock per guest, its holder
     * @param guest per CPU, the guest for which its operation runs
     */
    public GuestLock(Slots lock, Slots guest) {
        this.lock = lock;
        this.guest = guest;
    }

    /** Takes the lock always. */
    public OperationPlan take(OperationPlan plan) {
        return plan.step(Step.of("lock", this::take).taking(LOCK));
    }

    /** Takes the lock where the decision of this name, asked with the guest, says 1. */
    public OperationPlan take(OperationPlan plan, String asked, Decision locks) {
        return plan.step(Step.of(
                        "lock", (s, cpu) -> locks.decide(s, guestOf(s, cpu), 0, 0) == 0 ? Outcome.NEXT : take(s, cpu))
                .taking(LOCK)
                .asking(asked));
    }

    /** Drops the lock where this CPU has it. */
    public OperationPlan drop(OperationPlan plan) {
        return plan.step(Step.of(UNLOCK, this::drop).dropping(LOCK));
    }

    private int guestOf(long[] s, int cpu) {
        return (int) guest.get(s, cpu);
    }

    private int take(long[] s, int cpu) {
        if (lock.get(s, guestOf(s, cpu)) != 0) {
            return Outcome.BLOCKED;
        }
        lock.set(s, guestOf(s, cpu), cpu + 1L);
        return Outcome.NEXT;
    }

    private int drop(long[] s, int cpu) {
        if (lock.get(s, guestOf(s, cpu)) == cpu + 1) {
            lock.set(s, guestOf(s, cpu), 0);
        }
        return Outcome.DONE;
    }
}
