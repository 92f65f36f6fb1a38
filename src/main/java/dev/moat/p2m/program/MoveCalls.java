package dev.moat.p2m.program;

import static dev.moat.model.program.Outcome.DONE;
import static dev.moat.model.program.Outcome.FAIL;
import static dev.moat.model.program.Outcome.LOOP;
import static dev.moat.model.program.Outcome.NEXT;

import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Argument;
import dev.moat.model.program.OperationPlan;
import dev.moat.model.program.Step;
import dev.moat.p2m.state.Call;
import dev.moat.p2m.state.P2mState;
import dev.moat.p2m.state.P2mType;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames that guests move to other gfns. What is there is displaced, given up as by {@code decrease_reservation}. A range moves one frame
 * after the other, each under the lock, and has all forgotten at its end; until then it keeps the frames that it moved, and only what
 * it displaces is forgotten at once. {@code @source} Xen p2m.c: xenmem_add_to_physmap_one; memory.c: xenmem_add_to_physmap,
 * guest_remove_page (iommu_dont_flush_iotlb).
 */
final class MoveCalls {
    static final String MOVE = "add_to_physmap";
    static final String MOVE_RANGE = "add_to_physmap_range";
    private static final String FAILED = "give-up-element";

    private final P2mState state;
    private final Call call;
    private final Upkeep upkeep;

    MoveCalls(Upkeep upkeep) {
        this.upkeep = upkeep;
        state = upkeep.state;
        call = upkeep.call;
    }

    void declare(ModelBuilder model) {
        Argument domain = new Argument("domain", state.setting.domains);
        Argument from = new Argument("idx", state.setting.gfns);
        Argument to = new Argument("gpfn", state.setting.gfns);
        if (state.setting.moves) {
            ReservationCalls.operation(
                    model,
                    MOVE,
                    List.of(domain, from, to),
                    (s, cpu, d, idx, gpfn, a, b) -> begin(s, cpu, d, idx, gpfn) && idx != gpfn,
                    one());
        }
        if (state.setting.range > 0) {
            Argument size = new Argument("size", sizes());
            ReservationCalls.operation(
                    model,
                    MOVE_RANGE,
                    List.of(domain, from, to, size),
                    (s, cpu, d, idx, gpfn, more, b) -> begin(s, cpu, d, idx, gpfn) && beginRange(s, cpu, more),
                    range());
        }
    }

    private Sort sizes() {
        List<String> labels = new ArrayList<>();
        for (int n = 1; n <= state.setting.range; n++) {
            labels.add(Integer.toString(n));
        }
        return new Sort("Size", labels);
    }

    private boolean begin(long[] s, int cpu, int domain, int from, int to) {
        call.enter(s, cpu, domain, from);
        call.to.set(s, cpu, to);
        return state.typeAt(s, domain, from) == P2mType.RAM_RW;
    }

    private boolean beginRange(long[] s, int cpu, int more) {
        int from = (int) call.gfn.get(s, cpu);
        int to = (int) call.to.get(s, cpu);
        call.length.set(s, cpu, more);
        boolean fits = Math.max(from, to) + more < state.setting.gfns.size();
        return fits && Math.abs(from - to) > more;
    }

    private List<Step> one() {
        return new OperationPlan()
                .step(upkeep.lock())
                .at("displacement", displaced(Upkeep.UNLOCK))
                .at("old entry", upkeep.change("remove-old", this::removeOld, call::gfn, Upkeep.UNLOCK))
                .at("invalidation", upkeep.flush("old"))
                .at("new entry", upkeep.change("enter-new", this::enterNew, call::to, Upkeep.UNLOCK))
                .at("invalidation of the new", upkeep.flush("new"))
                .step(upkeep.unlock())
                .steps();
    }

    /** Takes the frame in hand, and gives up what it will displace, which is forgotten before it goes. */
    private List<Step> displaced(String failed) {
        return new OperationPlan()
                .step(Step.of("look-up", this::lookUp)
                        .quietly()
                        .on(FAIL, failed)
                        .on(DONE, nothingDisplaced()))
                .at("displaced entry", upkeep.change("displace", this::displace, call::to, failed))
                .at("displaced invalidation", upkeep.flush("displaced"))
                .step(Step.of("put-displaced", this::putDisplaced))
                .part();
    }

    private String nothingDisplaced() {
        return state.setting.superpages ? "split-remove-old" : "remove-old";
    }

    private List<Step> range() {
        return new OperationPlan()
                .step(upkeep.lock())
                .at("displacement", displaced(FAILED))
                .at("old entry", upkeep.change("remove-old", this::removeOld, call::gfn, FAILED))
                .at("new entry", upkeep.change("enter-new", this::enterNew, call::to, FAILED))
                .step(Step.of("keep-page", this::keep).quietly())
                .step(upkeep.unlock())
                .step(Step.of("next-element", this::next).quietly().on(LOOP, "lock-p2m"))
                .at("old invalidation", upkeep.flush("old", (s, cpu) -> askRange(s, cpu, call.gfn)))
                .step(Step.of("put-pages", this::putPages))
                .at("new invalidation", upkeep.flush("new", (s, cpu) -> askRange(s, cpu, call.to)))
                .step(Step.of("return", (s, cpu) -> NEXT).quietly().on(NEXT, Step.END))
                .step(Step.of(FAILED, this::giveUpElement).dropping(Upkeep.LOCK).on(NEXT, "flush-old"))
                .steps();
    }

    /** The frame at the call's gfn, which has to be the guest's own and writable; DONE where nothing is in its way. */
    private int lookUp(long[] s, int cpu) {
        int domain = call.domain(s, cpu);
        int from = call.gfn(s, cpu);
        int frame = state.frameAt(s, domain, from);
        int inTheWay = state.frameAt(s, domain, call.to(s, cpu));
        boolean mine = state.typeAt(s, domain, from) == P2mType.RAM_RW
                && state.frames.canRefer(s, domain, frame)
                && state.gfnOf(s, frame) == from;
        boolean refused = inTheWay >= 0
                && (!P2mType.isRam(state.typeAt(s, domain, call.to(s, cpu))) || state.isStatus(s, inTheWay));
        if (!mine || refused || state.isStatus(s, frame)) {
            return FAIL;
        }
        call.frame.set(s, cpu, frame + 1L);
        return inTheWay < 0 ? DONE : NEXT;
    }

    private int displace(long[] s, int cpu) {
        return upkeep.remove(s, cpu, call.to(s, cpu));
    }

    private int putDisplaced(long[] s, int cpu) {
        int frame = (int) call.old.get(s, cpu) - 1;
        if (frame >= 0) {
            state.giveUp(s, frame);
        }
        return NEXT;
    }

    private int removeOld(long[] s, int cpu) {
        return upkeep.remove(s, cpu, call.gfn(s, cpu));
    }

    private int enterNew(long[] s, int cpu) {
        int frame = call.frame(s, cpu);
        state.m2p.set(s, frame, call.to(s, cpu) + 1L);
        return upkeep.enter(s, cpu, call.to(s, cpu), frame, P2mType.RAM_RW);
    }

    // --- ranges

    /** A reference to the frame that was moved, until it is forgotten where it was. */
    private int keep(long[] s, int cpu) {
        state.frames.refer(s, call.frame(s, cpu), 1);
        call.kept.set(s, cpu, (int) call.element.get(s, cpu), call.frame(s, cpu) + 1L);
        return NEXT;
    }

    private int next(long[] s, int cpu) {
        if (call.element.get(s, cpu) >= call.length.get(s, cpu)) {
            call.element.set(s, cpu, 0);
            return NEXT;
        }
        call.element.set(s, cpu, call.element.get(s, cpu) + 1);
        return LOOP;
    }

    /** What was moved before is forgotten all the same. */
    private int giveUpElement(long[] s, int cpu) {
        state.lock.set(s, call.domain(s, cpu), 0);
        call.element.set(s, cpu, 0);
        return NEXT;
    }

    private int askRange(long[] s, int cpu, Slots first) {
        int from = (int) first.get(s, cpu);
        return upkeep.ask(s, cpu, from, from + (int) call.length.get(s, cpu));
    }

    private int putPages(long[] s, int cpu) {
        for (int i = 0; i < state.setting.range; i++) {
            int frame = (int) call.kept.get(s, cpu, i) - 1;
            if (frame >= 0) {
                call.kept.set(s, cpu, i, 0);
                state.release(s, frame, 1);
            }
        }
        return NEXT;
    }
}
