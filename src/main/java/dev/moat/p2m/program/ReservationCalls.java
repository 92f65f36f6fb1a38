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
import java.util.List;

/**
 * Frames that come and go, and types that change. A frame is taken under the lock here, Xen takes it before; nobody sees it until it has
 * its entry. {@code @source} Xen memory.c: populate_physmap, guest_remove_page; p2m.c: p2m_add_page, p2m_change_type_one.
 */
final class ReservationCalls {
    static final String POPULATE = "populate_physmap";
    static final String DECREASE = "decrease_reservation";
    static final String SET_TYPE = "set_mem_type";

    private final P2mState state;
    private final Call call;
    private final Upkeep upkeep;

    ReservationCalls(Upkeep upkeep) {
        this.upkeep = upkeep;
        state = upkeep.state;
        call = upkeep.call;
    }

    void declare(ModelBuilder model) {
        List<Argument> guestAndGfn =
                List.of(new Argument("domain", state.setting.domains), new Argument("gfn", state.setting.gfns));
        if (state.setting.reservation) {
            operation(model, POPULATE, guestAndGfn, Operation.Start.of(this::beginPopulate), populate());
            operation(model, DECREASE, guestAndGfn, Operation.Start.of(this::beginDecrease), decrease());
        }
        if (state.setting.types) {
            operation(model, SET_TYPE, guestAndGfn, Operation.Start.of(this::beginSetType), setType());
        }
    }

    static void operation(
            ModelBuilder model, String name, List<Argument> arguments, Operation.Start start, List<Step> steps) {
        model.operation(new Operation(name, Actor.HYPERVISOR, arguments, ModelBuilder.all(), start, steps, null));
    }

    private boolean beginPopulate(long[] s, int cpu, int domain, int gfn) {
        call.enter(s, cpu, domain, gfn);
        return state.p2m.get(s, domain, gfn) == 0 && state.firstFree(s) >= 0;
    }

    private boolean beginDecrease(long[] s, int cpu, int domain, int gfn) {
        call.enter(s, cpu, domain, gfn);
        return P2mType.isRam(state.typeAt(s, domain, gfn));
    }

    private boolean beginSetType(long[] s, int cpu, int domain, int gfn) {
        call.enter(s, cpu, domain, gfn);
        int now = state.typeAt(s, domain, gfn);
        call.type.set(s, cpu, now == P2mType.RAM_RW ? P2mType.RAM_RO : P2mType.RAM_RW);
        return P2mType.isRam(now);
    }

    private List<Step> populate() {
        return new OperationPlan()
                .step(upkeep.lock())
                .step(Step.of("allocate", this::allocate).on(FAIL, Upkeep.UNLOCK))
                .at("entry", upkeep.change("enter", this::enter, call::gfn, Upkeep.UNLOCK))
                .at("invalidation", upkeep.flush("entered"))
                .step(upkeep.unlock())
                .steps();
    }

    private List<Step> decrease() {
        return new OperationPlan()
                .step(upkeep.lock())
                .step(Step.of("look-up", this::lookUp).quietly().on(FAIL, Upkeep.UNLOCK))
                .at("entry", upkeep.change("remove", this::remove, call::gfn, Upkeep.UNLOCK))
                .at("invalidation", upkeep.flush("removed"))
                .step(Step.of("put-page", this::putPage))
                .step(upkeep.unlock())
                .steps();
    }

    private List<Step> setType() {
        return new OperationPlan()
                .step(upkeep.lock())
                .step(Step.of("look-up", this::lookUp).quietly().on(FAIL, Upkeep.UNLOCK))
                .at("entry", upkeep.change("set-type", this::change, call::gfn, Upkeep.UNLOCK))
                .at("invalidation", upkeep.flush("changed"))
                .step(upkeep.unlock())
                .steps();
    }

    private int allocate(long[] s, int cpu) {
        int domain = call.domain(s, cpu);
        int frame = state.firstFree(s);
        if (frame < 0 || state.p2m.get(s, domain, call.gfn(s, cpu)) != 0) {
            return FAIL;
        }
        state.frames.allocate(s, domain, frame);
        call.frame.set(s, cpu, frame + 1L);
        return NEXT;
    }

    private int enter(long[] s, int cpu) {
        int frame = call.frame(s, cpu);
        state.m2p.set(s, frame, call.gfn(s, cpu) + 1L);
        return upkeep.enter(s, cpu, call.gfn(s, cpu), frame, P2mType.RAM_RW);
    }

    /** The frame in hand is the guest's own at the gfn; that of status bits is unhooked by nobody but its own calls. */
    private int lookUp(long[] s, int cpu) {
        int domain = call.domain(s, cpu);
        int frame = state.frameAt(s, domain, call.gfn(s, cpu));
        if (frame < 0 || !P2mType.isRam(state.typeAt(s, domain, call.gfn(s, cpu))) || state.isStatus(s, frame)) {
            return FAIL;
        }
        call.frame.set(s, cpu, frame + 1L);
        return NEXT;
    }

    private int remove(long[] s, int cpu) {
        return upkeep.remove(s, cpu, call.gfn(s, cpu));
    }

    private int change(long[] s, int cpu) {
        return upkeep.enter(s, cpu, call.gfn(s, cpu), call.frame(s, cpu), (int) call.type.get(s, cpu));
    }

    private int putPage(long[] s, int cpu) {
        state.giveUp(s, call.frame(s, cpu));
        return NEXT;
    }
}
