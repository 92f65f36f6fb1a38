package dev.moat.xen.iospace.program;

import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.state.Sort;
import dev.moat.xen.iospace.state.Addresses;
import dev.moat.xen.iospace.state.Call;
import dev.moat.xen.iospace.state.HypercallError;
import dev.moat.xen.iospace.state.SpaceState;
import java.util.List;

/** All that domains ask Xen for, and {@code tce_invalidate}, by which a domain has its own space forgotten: an entry, or all of it. */
public final class Hypercalls {
    public static final String INVALIDATE = "tce_invalidate";

    private final SpaceState x;
    private final Call call;
    private final Forgetting forgetting;
    private final Validation validation;

    private Hypercalls(SpaceState x, Call call, Forgetting forgetting, Validation validation) {
        this.x = x;
        this.call = call;
        this.forgetting = forgetting;
        this.validation = validation;
    }

    /** Declares what a setting asks for. */
    public static void declare(SpaceState x, Call call, Addresses addresses, ModelBuilder model) {
        Forgetting forgetting = new Forgetting(x, call, model);
        Validation validation = new Validation(x, call, addresses, model);
        Withdrawal withdrawal = new Withdrawal(x, call, addresses, forgetting, model);
        new MapCalls(x, call, addresses, forgetting, validation, model).declare(model);
        if (x.setting.creation) {
            CreateAndDestroy spaces = new CreateAndDestroy(x, call, addresses, forgetting, validation, model);
            if (x.setting.passthrough) {
                new PassThrough(x, call, spaces, validation).declare(model);
            } else {
                spaces.declare(model);
            }
        }
        if (x.setting.takesRegisters || x.setting.hostile) {
            new RegisterCalls(x, call, model).declare(model);
        }
        if (x.setting.invalidations) {
            new Hypercalls(x, call, forgetting, validation).invalidate(model);
        }
        if (x.setting.reallocation) {
            new FrameCalls(x, call, withdrawal, validation).declare(model);
        }
        if (x.setting.grants) {
            new GrantCalls(x, call, withdrawal).declare(model);
        }
    }

    private void invalidate(ModelBuilder model) {
        boolean any = x.setting.anybody;
        Argument caller = new Argument("caller", x.setting.domains);
        Argument device = new Argument("bdf", MapCalls.with(x.setting.requesters, any ? List.of("none") : List.of()));
        Argument what = new Argument("what", new Sort("Reach", List.of("entry", "all")));
        Argument first = new Argument("address", x.setting.pages);
        Operation.Start start = (s, cpu, by, q, page, reach, e) -> {
            call.enter(s, cpu, by, q, page);
            call.count.set(s, cpu, 1);
            call.element.set(s, cpu, 0);
            call.drainAsked.set(s, cpu, 0);
            return (reach == 0 || page == 0) && (any || validation.invalidate(s, cpu) == HypercallError.OK);
        };
        List<Step> steps = new OperationPlan()
                .step(Step.of("lock-spaces", call::lock).taking(MapCalls.LOCK).quietly())
                .step(Step.of("validate", (s, cpu) -> call.answer(s, cpu, validation.invalidate(s, cpu)))
                        .asking(Validation.OWNS)
                        .quietly()
                        .on(FAIL, "refuse"))
                .at("sync", forgetting.space("space"))
                .step(Step.of("return", call::unlock).dropping(MapCalls.LOCK).on(NEXT, Step.END))
                .step(Step.of("refuse", call::unlock).dropping(MapCalls.LOCK))
                .steps();
        model.operation(new Operation(
                INVALIDATE,
                Actor.HYPERVISOR,
                List.of(caller, device, first, what),
                ModelBuilder.all(),
                start,
                steps,
                call.error));
    }
}
