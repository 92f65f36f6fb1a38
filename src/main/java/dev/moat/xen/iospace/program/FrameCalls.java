package dev.moat.xen.iospace.program;

import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.memory.Frames;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.xen.iospace.state.Call;
import dev.moat.xen.iospace.state.HypercallError;
import dev.moat.xen.iospace.state.SpaceState;
import java.util.List;

/**
 * Frames that come to a domain and leave it: {@code populate}, {@code decrease_reservation}, {@code exchange}. A frame that leaves is
 * withdrawn from all spaces of the domain first.
 */
public final class FrameCalls {
    public static final String DECREASE = "decrease_reservation";
    public static final String EXCHANGE = "exchange";

    private final SpaceState state;
    private final Call call;
    private final Withdrawal withdrawal;
    private final Validation validation;
    /** {@code dma.keeps-frames}: (whether a frame is under a buffer or the pool's) to 1 when the kernel does not give it up. */
    private final Decision keeps;

    FrameCalls(SpaceState state, Call call, Withdrawal withdrawal, Validation validation, ModelBuilder model) {
        this.state = state;
        this.call = call;
        this.withdrawal = withdrawal;
        this.validation = validation;
        keeps = model.decision("dma.keeps-frames", (s, kept, b, c) -> kept);
    }

    void declare(ModelBuilder model) {
        Argument domain = new Argument("domain", state.setting.domains);
        Argument frame = new Argument("frame", state.setting.frames);
        Guarded populate = (s, d, f, c, e, g) -> {
            boolean free = state.frames.state.get(s, f) == Frames.FREE && !state.isDead(s, d);
            if (free) {
                state.frames.allocate(s, d, f);
            }
            return free;
        };
        model.action(new Action(
                "populate", Actor.HYPERVISOR, List.of(domain, frame), ModelBuilder.all(), populate, false, "allocate"));
        Operation.Start decrease = (s, cpu, d, f, c, e, g) -> {
            call.enterFrame(s, cpu, d, f);
            return !isKept(s, d, f) && validation.release(s, cpu) == HypercallError.OK;
        };
        model.operation(new Operation(
                DECREASE,
                Actor.HYPERVISOR,
                List.of(domain, frame),
                ModelBuilder.all(),
                decrease,
                leaving(call::lock, Step.of("free-frame", this::free).claiming("free"), call::unlock),
                call.error));
        Argument other = new Argument("for", state.setting.frames);
        Operation.Start exchange = (s, cpu, d, f, to, e, g) -> {
            call.enterFrame(s, cpu, d, f);
            if (isKept(s, d, f)
                    || state.frames.state.get(s, to) != Frames.FREE
                    || validation.release(s, cpu) != HypercallError.OK) {
                return false;
            }
            call.newFrame.set(s, cpu, to);
            return true;
        };
        model.operation(new Operation(
                EXCHANGE,
                Actor.HYPERVISOR,
                List.of(domain, frame, other),
                ModelBuilder.all(),
                exchange,
                leaving(
                        this::lockAndReserve,
                        Step.of("change-frames", this::change).claiming("free"),
                        this::refuseExchange),
                call.error));
    }

    private boolean isKept(long[] s, int domain, int frame) {
        return keeps.decide(s, state.transfers.isKept(s, domain, frame) ? 1 : 0, 0, 0) != 0;
    }

    private List<Step> leaving(StepCode lock, Step last, StepCode refusal) {
        return new OperationPlan()
                .step(Step.of("lock-spaces", lock).taking(MapCalls.LOCK).quietly())
                .step(Step.of("validate", (s, cpu) -> call.answer(s, cpu, validation.release(s, cpu)))
                        .quietly()
                        .on(FAIL, "refuse"))
                .step(Step.of("give-up", this::giveUp).on(FAIL, "refuse"))
                .at("withdraw", withdrawal.steps())
                .step(last)
                .step(Step.of("return", call::unlock).dropping(MapCalls.LOCK).on(NEXT, Step.END))
                .step(Step.of("refuse", refusal).dropping(MapCalls.LOCK))
                .steps();
    }

    /** The new frame comes from the heap, which is free as the call begins. */
    private int lockAndReserve(long[] s, int cpu) {
        int outcome = call.lock(s, cpu);
        if (outcome == NEXT) {
            state.frames.reserve(s, (int) call.newFrame.get(s, cpu));
        }
        return outcome;
    }

    /** From here on nobody maps the frame, by a grant or in a space; whoever has done so since it was looked at is seen. */
    private int giveUp(long[] s, int cpu) {
        int outcome = call.answer(s, cpu, validation.release(s, cpu));
        if (outcome == NEXT) {
            state.frames.giveUp(s, call.frame(s, cpu));
        }
        return outcome;
    }

    private int free(long[] s, int cpu) {
        state.frames.free(s, call.frame(s, cpu));
        return NEXT;
    }

    private int change(long[] s, int cpu) {
        state.frames.free(s, call.frame(s, cpu));
        state.frames.allocate(s, call.domain(s, cpu), (int) call.newFrame.get(s, cpu));
        return NEXT;
    }

    /** What was taken from the heap for an exchange goes back. */
    private int refuseExchange(long[] s, int cpu) {
        state.frames.free(s, (int) call.newFrame.get(s, cpu));
        return call.unlock(s, cpu);
    }
}
