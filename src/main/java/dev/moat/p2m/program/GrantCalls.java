package dev.moat.p2m.program;

import static dev.moat.model.program.Outcome.FAIL;
import static dev.moat.model.program.Outcome.NEXT;

import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Actor;
import dev.moat.model.program.Argument;
import dev.moat.model.program.Operation;
import dev.moat.model.program.OperationPlan;
import dev.moat.model.program.Step;
import dev.moat.p2m.state.Call;
import dev.moat.p2m.state.P2mState;
import dev.moat.p2m.state.P2mType;
import dev.moat.state.Sort;
import java.util.List;

/**
 * Guests' grants of frames, each to the other guest, which maps them at gfns that are empty. References are taken before the entry and dropped
 * once it is gone and forgotten; entries of grant tables are {@code xen-vtd}'s. {@code @source} Xen hvm/grant_table.c:
 * create_grant_p2m_mapping, replace_grant_p2m_mapping.
 */
final class GrantCalls {
    static final String MAP = "map_grant_ref";
    static final String UNMAP = "unmap_grant_ref";
    private static final Sort MODES = new Sort("Mode", List.of("ro", "rw"));

    private final P2mState state;
    private final Call call;
    private final Upkeep upkeep;

    GrantCalls(Upkeep upkeep) {
        this.upkeep = upkeep;
        state = upkeep.state;
        call = upkeep.call;
    }

    void declare(ModelBuilder model) {
        Argument frame = new Argument("frame", state.setting.frames);
        Argument mode = new Argument("mode", MODES);
        Argument domain = new Argument("domain", state.setting.domains);
        Argument gfn = new Argument("gfn", state.setting.gfns);
        model.action("grant", Actor.GUEST, List.of(frame, mode), (s, f, m, c, d, e) -> grant(s, f, m));
        model.action("end_access", Actor.GUEST, List.of(frame), (s, f, b, c, d, e) -> endAccess(s, f));
        ReservationCalls.operation(
                model,
                MAP,
                List.of(domain, gfn, frame, mode),
                (s, cpu, d, n, f, m, e) -> {
                    call.enter(s, cpu, d, n);
                    return beginMap(s, cpu, f, m);
                },
                map());
        ReservationCalls.operation(model, UNMAP, List.of(domain, gfn), Operation.Start.of(this::beginUnmap), unmap());
    }

    private boolean grant(long[] s, int frame, int mode) {
        int owner = (int) state.frames.owner.get(s, frame) - 1;
        if (owner < 0 || !state.frames.isAllocatedTo(s, owner, frame) || state.offer.get(s, frame) != P2mState.NONE) {
            return false;
        }
        state.offer.set(s, frame, mode == 0 ? P2mState.READ_ONLY : P2mState.WRITABLE);
        return true;
    }

    private boolean endAccess(long[] s, int frame) {
        if (state.offer.get(s, frame) == P2mState.NONE || state.isLent(s, frame)) {
            return false;
        }
        state.offer.set(s, frame, P2mState.NONE);
        return true;
    }

    private boolean beginMap(long[] s, int cpu, int frame, int mode) {
        int domain = call.domain(s, cpu);
        int gfn = call.gfn(s, cpu);
        call.frame.set(s, cpu, frame + 1L);
        call.type.set(s, cpu, mode == 0 ? P2mType.GRANT_MAP_RO : P2mType.GRANT_MAP_RW);
        return state.p2m.get(s, domain, gfn) == 0
                && state.hold.get(s, domain, gfn) == P2mState.NONE
                && isOffered(s, cpu);
    }

    private boolean isOffered(long[] s, int cpu) {
        int frame = call.frame(s, cpu);
        int owner = (int) state.frames.owner.get(s, frame) - 1;
        boolean writes = call.type.get(s, cpu) == P2mType.GRANT_MAP_RW;
        return owner >= 0
                && owner != call.domain(s, cpu)
                && state.frames.canRefer(s, owner, frame)
                && state.offer.get(s, frame) >= (writes ? P2mState.WRITABLE : P2mState.READ_ONLY);
    }

    private boolean beginUnmap(long[] s, int cpu, int domain, int gfn) {
        call.enter(s, cpu, domain, gfn);
        return state.hold.get(s, domain, gfn) == P2mState.LIVE;
    }

    private List<Step> map() {
        return new OperationPlan()
                .step(Step.of("pin", this::pin).on(FAIL, Step.END))
                .step(upkeep.lock())
                .step(Step.of("check-gfn", this::checkGfn).quietly().on(FAIL, "refuse"))
                .at("entry", upkeep.change("enter", this::enter, call::gfn, "refuse"))
                .at("invalidation", upkeep.flush("entered"))
                .step(upkeep.unlock())
                .step(Step.of("return", this::publish).on(NEXT, Step.END))
                .step(Step.of("refuse", this::refuse).dropping(Upkeep.LOCK))
                .step(Step.of("unpin", this::unpin))
                .steps();
    }

    private List<Step> unmap() {
        return new OperationPlan()
                .step(Step.of("begin", this::begin).on(FAIL, Step.END))
                .step(upkeep.lock())
                .at("entry", upkeep.change("remove", this::remove, call::gfn, "refuse"))
                .at("invalidation", upkeep.flush("removed"))
                .step(upkeep.unlock())
                .step(Step.of("unpin", this::unpin))
                .step(Step.of("return", (s, cpu) -> NEXT).quietly().on(NEXT, Step.END))
                .step(Step.of("refuse", this::refuseUnmap).dropping(Upkeep.LOCK))
                .steps();
    }

    private int pin(long[] s, int cpu) {
        int domain = call.domain(s, cpu);
        int gfn = call.gfn(s, cpu);
        if (!isOffered(s, cpu) || state.hold.get(s, domain, gfn) != P2mState.NONE) {
            return FAIL;
        }
        state.frames.refer(s, call.frame(s, cpu), 1);
        state.hold.set(s, domain, gfn, P2mState.OPENING);
        state.held.set(s, domain, gfn, call.frame(s, cpu));
        state.holdWrites.set(s, domain, gfn, call.type.get(s, cpu) == P2mType.GRANT_MAP_RW ? 1 : 0);
        return NEXT;
    }

    private int checkGfn(long[] s, int cpu) {
        return state.p2m.get(s, call.domain(s, cpu), call.gfn(s, cpu)) == 0 ? NEXT : FAIL;
    }

    private int enter(long[] s, int cpu) {
        return upkeep.enter(s, cpu, call.gfn(s, cpu), call.frame(s, cpu), (int) call.type.get(s, cpu));
    }

    private int publish(long[] s, int cpu) {
        state.hold.set(s, call.domain(s, cpu), call.gfn(s, cpu), P2mState.LIVE);
        return NEXT;
    }

    private int refuse(long[] s, int cpu) {
        state.lock.set(s, call.domain(s, cpu), 0);
        return NEXT;
    }

    private int refuseUnmap(long[] s, int cpu) {
        publish(s, cpu);
        return refuse(s, cpu);
    }

    private int begin(long[] s, int cpu) {
        int domain = call.domain(s, cpu);
        if (state.hold.get(s, domain, call.gfn(s, cpu)) != P2mState.LIVE) {
            return FAIL;
        }
        state.hold.set(s, domain, call.gfn(s, cpu), P2mState.CLOSING);
        return NEXT;
    }

    private int remove(long[] s, int cpu) {
        return upkeep.remove(s, cpu, call.gfn(s, cpu));
    }

    private int unpin(long[] s, int cpu) {
        int domain = call.domain(s, cpu);
        int gfn = call.gfn(s, cpu);
        int frame = (int) state.held.get(s, domain, gfn);
        state.hold.set(s, domain, gfn, P2mState.NONE);
        state.release(s, frame, 1);
        return NEXT;
    }
}
