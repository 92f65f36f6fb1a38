package dev.moat.xen.iospace.program;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.xen.iospace.state.Call;
import dev.moat.xen.iospace.state.HypercallError;
import dev.moat.xen.iospace.state.SpaceState;
import java.util.List;

/**
 * {@code destroy_domain}: the domain gets nothing any more; each of its devices is led nowhere, its tables are emptied, caches and requests
 * in flight forgotten; then its mappings of grants end, and last its frames go to the heap. {@code @source} Xen 4.17 domain_kill:
 * domain_relinquish_resources takes devices, grants and pages away in this order.
 */
public final class DomainDeath {
    public static final String DESTROY = "destroy_domain";

    private final SpaceState state;
    private final Call call;
    private final CreateAndDestroy spaces;
    private final PassThrough toolstack;
    private final Validation validation;
    /** {@code death.takes-device}: (device) to 1 when a device of a dying domain is taken away from it. */
    private final Decision takes;

    DomainDeath(Call call, CreateAndDestroy spaces, PassThrough toolstack, Validation validation, ModelBuilder model) {
        state = call.state();
        this.call = call;
        this.spaces = spaces;
        this.toolstack = toolstack;
        this.validation = validation;
        takes = model.decision("death.takes-device", (s, q, b, c) -> 1);
    }

    void declare(ModelBuilder model) {
        boolean any = state.setting.anybody;
        Argument caller = new Argument("caller", state.setting.domains);
        Argument domain = new Argument("domain", state.setting.domains);
        Operation.Start start = (s, cpu, by, whom, c, d, e) -> {
            call.enter(s, cpu, by, 0, 0);
            call.domain.set(s, cpu, whom);
            return any || validation.kill(s, cpu) == HypercallError.OK;
        };
        model.operation(new Operation(
                DESTROY, Actor.HYPERVISOR, List.of(caller, domain), ModelBuilder.all(), start, steps(), call.error));
    }

    private List<Step> steps() {
        return new OperationPlan()
                .step(Step.of("lock-spaces", call::lock).taking(MapCalls.LOCK).quietly())
                .step(Step.of("validate", (s, cpu) -> call.answer(s, cpu, validation.kill(s, cpu)))
                        .quietly()
                        .on(FAIL, "refuse"))
                .step(Step.of("mark-dying", this::mark))
                .step(Step.of("find-device", this::find)
                        .asking("death.takes-device")
                        .quietly()
                        .on(DONE, "end-grants"))
                .at("withdraw", state.setting.passthrough ? toolstack.leaving() : List.of())
                .at("deassign", spaces.destroying())
                .step(Step.of("device-gone", (s, cpu) -> LOOP).quietly().on(LOOP, "find-device"))
                .step(Step.of("end-grants", this::endGrants).claiming("end-hold"))
                .step(Step.of("free-frames", this::freeFrame).claiming("free"))
                .step(Step.of("return", call::unlock).dropping(MapCalls.LOCK).on(NEXT, Step.END))
                .step(Step.of("refuse", call::unlock).dropping(MapCalls.LOCK))
                .steps();
    }

    private int mark(long[] s, int cpu) {
        state.dead.set(s, call.domain(s, cpu), 1);
        for (int q = 0; q < state.setting.requesters.size(); q++) {
            if (state.ownerOf(s, q) == call.domain(s, cpu)) {
                state.frontends.kill(s, state.group(q));
            }
        }
        return NEXT;
    }

    private int find(long[] s, int cpu) {
        for (int q = 0; q < state.setting.requesters.size(); q++) {
            if (state.ownerOf(s, q) == call.domain(s, cpu) && takes.decide(s, q, 0, 0) != 0) {
                call.requester.set(s, cpu, q);
                return NEXT;
            }
        }
        call.requester.set(s, cpu, 0);
        return DONE;
    }

    /** Step: no table has their frames any more, so that all end at once. */
    private int endGrants(long[] s, int cpu) {
        for (int f = 0; state.hold.size() > 0 && f < state.setting.frames.size(); f++) {
            state.hold.set(s, call.domain(s, cpu), f, 0, SpaceState.NO_HOLD);
            state.hold.set(s, call.domain(s, cpu), f, 1, SpaceState.NO_HOLD);
        }
        return NEXT;
    }

    private int freeFrame(long[] s, int cpu) {
        int left = 0;
        for (int f = state.setting.frames.size() - 1; f >= 0; f--) {
            if (state.frames.isAllocatedTo(s, call.domain(s, cpu), f)) {
                if (left == 0) {
                    state.frames.free(s, f);
                }
                left++;
            }
        }
        return left > 1 ? LOOP : NEXT;
    }
}
