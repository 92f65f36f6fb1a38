package dev.moat.p2m.program;

import static dev.moat.model.program.Outcome.BLOCKED;
import static dev.moat.model.program.Outcome.DONE;
import static dev.moat.model.program.Outcome.FAIL;
import static dev.moat.model.program.Outcome.NEXT;

import dev.moat.iommu.driver.DriverSteps;
import dev.moat.iommu.driver.Port;
import dev.moat.model.program.OperationPlan;
import dev.moat.model.program.Step;
import dev.moat.model.program.StepCode;
import dev.moat.p2m.state.Call;
import dev.moat.p2m.state.P2mState;
import dev.moat.p2m.state.P2mType;
import java.util.ArrayList;
import java.util.List;

/**
 * What every change of a p2m entry is made of: the lock, a split of a superpage, the entry, the unit's entry, the line, the
 * invalidation. {@code @source} Xen p2m-ept.c: ept_set_entry; iommu.c: iommu_legacy_map, iommu_legacy_unmap, iommu_iotlb_flush.
 */
final class Upkeep {
    static final String LOCK = "lock.p2m";
    static final String UNLOCK = "unlock-p2m";
    static final String RIGHTS = "entry.rights";
    static final String FOLLOWS = "iommu.follows";
    private static final int UNIT = 0;

    final P2mState state;
    final Call call;

    Upkeep(P2mState state, Call call) {
        this.state = state;
        this.call = call;
    }

    // --- the lock

    Step lock() {
        return Step.of("lock-p2m", this::takeLock).taking(LOCK);
    }

    Step unlock() {
        return Step.of(UNLOCK, this::dropLock).dropping(LOCK);
    }

    private int takeLock(long[] s, int cpu) {
        if (state.lock.get(s, call.domain(s, cpu)) != 0) {
            return BLOCKED;
        }
        state.lock.set(s, call.domain(s, cpu), 1);
        return NEXT;
    }

    private int dropLock(long[] s, int cpu) {
        state.lock.set(s, call.domain(s, cpu), 0);
        return NEXT;
    }

    // --- entries

    /** Stores an entry; the call goes on from there. */
    int enter(long[] s, int cpu, int gfn, int frame, int type) {
        int domain = call.domain(s, cpu);
        call.at.set(s, cpu, gfn);
        call.old.set(s, cpu, state.p2m.get(s, domain, gfn));
        call.due.set(s, cpu, state.enter(s, domain, gfn, frame, type) ? 1 : 0);
        return NEXT;
    }

    /** Takes a gfn's entry away, with what the m2p has of it. */
    int remove(long[] s, int cpu, int gfn) {
        int domain = call.domain(s, cpu);
        int frame = state.frameAt(s, domain, gfn);
        if (P2mType.isRam(state.typeAt(s, domain, gfn))) {
            state.m2p.set(s, frame, 0);
        }
        return enter(s, cpu, gfn, -1, P2mType.INVALID);
    }

    /**
     * The steps that change one entry: the split of its superpage, where there are any, the entry, and the unit's.
     *
     * @param at the gfn whose entry will change
     * @param failed where the call goes on when the split fails
     */
    List<Step> change(String what, StepCode write, Gfn at, String failed) {
        OperationPlan plan = new OperationPlan()
                .stepIf(
                        state.setting.superpages,
                        () -> Step.of("split-" + what, (s, cpu) -> split(s, cpu, at.of(s, cpu)))
                                .on(FAIL, failed))
                .step(Step.of(what, write).asking(state.setting.shared ? List.of(RIGHTS) : List.of()));
        if (!state.setting.shared) {
            plan.step(Step.of("iommu-" + what, this::follow).asking(RIGHTS, FOLLOWS));
        }
        plan.stepIf(!state.can.stores().snooped(), () -> Step.of("write-back-" + what, this::writeBack));
        return plan.part();
    }

    /** Which gfn a step is about. */
    @FunctionalInterface
    interface Gfn {
        int of(long[] s, int cpu);
    }

    /** A superpage becomes single entries, in a page of the guest's pool; without one the change fails. */
    private int split(long[] s, int cpu, int gfn) {
        int domain = call.domain(s, cpu);
        if (!state.isInSuperpage(s, domain, gfn)) {
            return NEXT;
        }
        if (state.pool.get(s, domain) == 0) {
            return FAIL;
        }
        state.pool.set(s, domain, 0);
        state.isSuperpage.set(s, domain, 0);
        return NEXT;
    }

    private int follow(long[] s, int cpu) {
        int at = (int) call.at.get(s, cpu);
        boolean due = state.follow(s, call.domain(s, cpu), at, (int) call.old.get(s, cpu));
        call.due.set(s, cpu, due ? 1 : 0);
        return NEXT;
    }

    private int writeBack(long[] s, int cpu) {
        state.writeBack(s, call.domain(s, cpu), (int) call.at.get(s, cpu));
        return NEXT;
    }

    // --- invalidations

    /** The steps that have the entry forgotten that was changed last, if that needs it. */
    List<Step> flush(String what) {
        return flush(what, (s, cpu) -> {
            if (call.due.get(s, cpu) == 0) {
                return DONE;
            }
            int at = (int) call.at.get(s, cpu);
            return ask(s, cpu, at, at);
        });
    }

    /** The steps that have forgotten what a step asks for; it answers DONE where that is nothing. */
    List<Step> flush(String what, StepCode ask) {
        Port port = state.iommu.port(UNIT);
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of("flush-" + what, ask).asking(port.decisions()).on(DONE, "flushed-" + what));
        Step announce = Step.of("announce-" + what, (s, cpu) -> port.announce(s, cpu) ? NEXT : BLOCKED)
                .asking(port.announcing());
        steps.addAll(DriverSteps.before(announce, port, (s, cpu) -> port, step -> step + "-" + what));
        steps.add(Step.of("await-" + what, this::await));
        steps.add(Step.of("flushed-" + what, (s, cpu) -> NEXT).quietly());
        return steps;
    }

    /** Asks for the invalidation of the call's guest's gfns. */
    int ask(long[] s, int cpu, int first, int last) {
        int domain = call.domain(s, cpu);
        int tag = state.iommu.tags().of(s, domain, UNIT);
        if (!state.iommu.port(UNIT).askTranslations(s, cpu, tag, first, last, Port.LEAVES)) {
            return BLOCKED;
        }
        for (int gfn = first; gfn <= last; gfn++) {
            if (state.owed.get(s, domain, gfn) == P2mState.OWED) {
                state.asked.set(s, cpu, domain, gfn, 1);
            }
        }
        return NEXT;
    }

    private int await(long[] s, int cpu) {
        if (!state.iommu.port(UNIT).isDone(s, cpu)) {
            return BLOCKED;
        }
        int gfns = state.owed.size();
        for (int i = 0; i < gfns; i++) {
            if (state.asked.get(s, cpu * gfns + i) != 0) {
                state.owed.set(s, i, P2mState.SETTLED);
            }
        }
        return NEXT;
    }
}
