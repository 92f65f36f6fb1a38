package dev.moat.p2m.program;

import static dev.moat.model.program.Outcome.BLOCKED;
import static dev.moat.model.program.Outcome.DONE;
import static dev.moat.model.program.Outcome.FAIL;
import static dev.moat.model.program.Outcome.NEXT;

import dev.moat.memory.Frames;
import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Argument;
import dev.moat.model.program.OperationPlan;
import dev.moat.model.program.Step;
import dev.moat.p2m.state.Call;
import dev.moat.p2m.state.P2mState;
import dev.moat.p2m.state.P2mType;
import java.util.List;

/**
 * The frame of status bits that a grant table of version 2 has. Xen gives it to the guest, which maps it at one gfn, and frees it with the change
 * back to version 1: after it has taken it out of the p2m at the gfn that the m2p says. {@code @source} Xen grant_table.c:
 * gnttab_map_frame_begin, gnttab_map_frame_end, gnttab_unpopulate_status_frames; p2m.c: xenmem_add_to_physmap_one.
 */
final class StatusCalls {
    static final String MAP = "map_status_frame";
    static final String TO_2 = "set_version_2";
    static final String TO_1 = "set_version_1";
    private static final String LOCK = "lock.grant-table";
    private static final String UNLOCK = "unlock-grant-table";

    private final P2mState state;
    private final Call call;
    private final Upkeep upkeep;

    StatusCalls(Upkeep upkeep) {
        this.upkeep = upkeep;
        state = upkeep.state;
        call = upkeep.call;
    }

    void declare(ModelBuilder model) {
        Argument domain = new Argument("domain", state.setting.domains);
        Argument gfn = new Argument("gfn", state.setting.gfns);
        ReservationCalls.operation(
                model,
                TO_2,
                List.of(domain),
                (s, cpu, d, b, c, e, f) -> {
                    call.enter(s, cpu, d, 0);
                    return state.status.get(s, d) == 0 && state.firstFree(s) >= 0;
                },
                toVersion2());
        ReservationCalls.operation(
                model,
                MAP,
                List.of(domain, gfn),
                (s, cpu, d, n, c, e, f) -> {
                    call.enter(s, cpu, d, n);
                    return state.status.get(s, d) != 0 && state.p2m.get(s, d, n) == 0;
                },
                map());
        ReservationCalls.operation(
                model,
                TO_1,
                List.of(domain),
                (s, cpu, d, b, c, e, f) -> {
                    call.enter(s, cpu, d, 0);
                    return state.status.get(s, d) != 0;
                },
                toVersion1());
    }

    private Step lock() {
        return Step.of("lock-grant-table", this::takeLock).taking(LOCK);
    }

    private Step unlock() {
        return Step.of(UNLOCK, this::dropLock).dropping(LOCK);
    }

    private List<Step> toVersion2() {
        return new OperationPlan()
                .step(lock())
                .step(Step.of("allocate-status-frame", this::allocate).on(FAIL, UNLOCK))
                .step(unlock())
                .steps();
    }

    private List<Step> map() {
        return new OperationPlan()
                .step(lock())
                .step(Step.of("take-status-frame", this::take).dropping(LOCK).on(FAIL, Step.END))
                .step(upkeep.lock())
                .step(Step.of("find-old-gfn", this::findOld)
                        .on(FAIL, Upkeep.UNLOCK)
                        .on(DONE, enters()))
                .at("old entry", upkeep.change("remove-old", this::removeOld, this::oldGfn, Upkeep.UNLOCK))
                .at("old invalidation", upkeep.flush("old"))
                .at("new entry", upkeep.change("enter-new", this::enter, call::gfn, Upkeep.UNLOCK))
                .at("new invalidation", upkeep.flush("new"))
                .step(upkeep.unlock())
                .step(Step.of("put-status-frame", this::put))
                .step(unlock())
                .steps();
    }

    private String enters() {
        return state.setting.superpages ? "split-enter-new" : "enter-new";
    }

    private List<Step> toVersion1() {
        return new OperationPlan()
                .step(lock())
                .step(Step.of("look-up-status-frame", this::lookUp).on(FAIL, UNLOCK))
                .step(Step.of("find-gfn", this::findMapped).on(DONE, "free-status-frame"))
                .step(upkeep.lock())
                .at("entry", upkeep.change("remove", this::removeOld, this::oldGfn, Upkeep.UNLOCK))
                .at("invalidation", upkeep.flush("removed"))
                .step(upkeep.unlock())
                .step(Step.of("free-status-frame", this::free))
                .step(unlock())
                .steps();
    }

    private int takeLock(long[] s, int cpu) {
        if (state.grantLock.get(s, call.domain(s, cpu)) != 0) {
            return BLOCKED;
        }
        state.grantLock.set(s, call.domain(s, cpu), 1);
        return NEXT;
    }

    private int dropLock(long[] s, int cpu) {
        state.grantLock.set(s, call.domain(s, cpu), 0);
        return NEXT;
    }

    private int allocate(long[] s, int cpu) {
        int frame = state.firstFree(s);
        if (frame < 0 || state.status.get(s, call.domain(s, cpu)) != 0) {
            return FAIL;
        }
        state.frames.allocate(s, call.domain(s, cpu), frame);
        state.status.set(s, call.domain(s, cpu), frame + 1L);
        return NEXT;
    }

    private int lookUp(long[] s, int cpu) {
        long frame = state.status.get(s, call.domain(s, cpu));
        call.frame.set(s, cpu, frame);
        return frame == 0 ? FAIL : NEXT;
    }

    /** A reference, so that the frame is not freed until it has its entry. */
    private int take(long[] s, int cpu) {
        if (lookUp(s, cpu) == FAIL) {
            dropLock(s, cpu);
            return FAIL;
        }
        state.frames.refer(s, call.frame(s, cpu), 1);
        return NEXT;
    }

    private int oldGfn(long[] s, int cpu) {
        return (int) call.to.get(s, cpu);
    }

    /** The gfn at which the frame is already, so that it is nowhere else; DONE where it is at none. */
    private int findOld(long[] s, int cpu) {
        boolean isThere = state.status.get(s, call.domain(s, cpu)) != 0;
        boolean isEmpty = state.p2m.get(s, call.domain(s, cpu), call.gfn(s, cpu)) == 0;
        return isThere && isEmpty ? findMapped(s, cpu) : FAIL;
    }

    private int findMapped(long[] s, int cpu) {
        int old = state.gfnOf(s, (int) state.status.get(s, call.domain(s, cpu)) - 1);
        call.to.set(s, cpu, Math.max(0, old));
        return old < 0 ? DONE : NEXT;
    }

    private int removeOld(long[] s, int cpu) {
        return upkeep.remove(s, cpu, oldGfn(s, cpu));
    }

    private int enter(long[] s, int cpu) {
        state.m2p.set(s, call.frame(s, cpu), call.gfn(s, cpu) + 1L);
        return upkeep.enter(s, cpu, call.gfn(s, cpu), call.frame(s, cpu), P2mType.RAM_RW);
    }

    private int put(long[] s, int cpu) {
        state.release(s, call.frame(s, cpu), 1);
        return NEXT;
    }

    /** Where others still refer to it, Xen crashes the guest, and the frame stays. */
    private int free(long[] s, int cpu) {
        int frame = call.frame(s, cpu);
        if (state.frames.references.get(s, frame) != 0 || state.frames.state.get(s, frame) != Frames.ALLOCATED) {
            return NEXT;
        }
        state.status.set(s, call.domain(s, cpu), 0);
        state.giveUp(s, frame);
        return NEXT;
    }
}
