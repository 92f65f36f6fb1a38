package dev.moat.xen.iospace.program;

import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Filter;
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

/** All that domains ask Xen for, and {@code tce_invalidate}, by which a domain has its own space forgotten: an entry, a range, or all of it. */
public final class Hypercalls {
    public static final String INVALIDATE = "tce_invalidate";

    /** Elements of the sort of what is forgotten: one entry is 0. */
    private static final int ALL = 1;

    private static final int RANGE = 2;

    private final SpaceState state;
    private final Call call;
    private final Forgetting forgetting;
    private final Validation validation;
    private final Addresses addresses;

    private Hypercalls(SpaceState state, Call call, Forgetting forgetting, Validation validation, Addresses addresses) {
        this.addresses = addresses;
        this.state = state;
        this.call = call;
        this.forgetting = forgetting;
        this.validation = validation;
    }

    /** The steps of the two calls that a kernel's DMA layer makes. */
    public record Programs(List<Step> map, List<Step> unmap) {}

    /** Declares what a setting asks for. */
    public static Programs declare(SpaceState state, Call call, Addresses addresses, ModelBuilder model) {
        Forgetting forgetting = new Forgetting(state, call, model);
        Validation validation = new Validation(state, call, addresses, model);
        Withdrawal withdrawal = new Withdrawal(state, call, addresses, forgetting, model);
        MapCalls maps = new MapCalls(call, addresses, forgetting, validation, model);
        // A kernel with a DMA layer, alone, makes them in that only.
        if (!state.setting.dma || state.setting.domains.size() > 1) {
            maps.declare(model);
        }
        if (state.setting.batch > 1) {
            new BatchCalls(call, addresses, forgetting, validation).declare(model);
        }
        if (state.setting.creation || state.setting.death) {
            devices(call, new CreateAndDestroy(call, addresses, forgetting, validation, model), validation, model);
        }
        if (state.setting.takesRegisters || state.setting.hostile) {
            new RegisterCalls(state, call, model).declare(model);
        }
        if (state.setting.invalidations) {
            new Hypercalls(state, call, forgetting, validation, addresses).invalidate(model);
        }
        if (state.setting.reallocation) {
            new FrameCalls(state, call, withdrawal, validation, model).declare(model);
        }
        if (state.setting.grants) {
            new GrantCalls(state, call, withdrawal).declare(model);
        }
        return new Programs(maps.map(), maps.unmap());
    }

    /** Who gets a device and loses it: by a hypercall, by a toolstack, by dying. */
    private static void devices(Call call, CreateAndDestroy spaces, Validation validation, ModelBuilder model) {
        SpaceState state = call.state();
        PassThrough toolstack = new PassThrough(state, call, spaces, validation, model);
        if (state.setting.passthrough) {
            toolstack.declare(model);
        } else if (state.setting.creation) {
            spaces.declare(model);
        }
        if (state.setting.death) {
            new DomainDeath(call, spaces, toolstack, validation, model).declare(model);
        }
    }

    private void invalidate(ModelBuilder model) {
        boolean any = state.setting.anybody;
        Argument caller = new Argument("caller", state.setting.domains);
        Argument device =
                new Argument("bdf", MapCalls.with(state.setting.requesters, any ? List.of("none") : List.of()));
        List<String> reaches = state.setting.run == 1 ? List.of("entry", "all") : List.of("entry", "all", "range");
        Argument what = new Argument("what", new Sort("Reach", reaches));
        Argument first =
                new Argument("address", MapCalls.with(state.setting.pages, any ? List.of("any", "behind") : List.of()));
        Filter exists = (by, q, page, reach, e) -> reach != ALL || page == 0;
        Operation.Start start = (s, cpu, by, q, page, reach, e) -> {
            call.enter(s, cpu, by, q, page);
            call.count.set(s, cpu, reach == RANGE ? 2 : 1);
            call.all.set(s, cpu, reach == ALL ? 1 : 0);
            return any || validation.invalidate(s, cpu) == HypercallError.OK;
        };
        List<Step> steps = new OperationPlan()
                .step(Step.of("lock-spaces", call::lock).taking(MapCalls.LOCK).quietly())
                .step(Step.of("validate", (s, cpu) -> call.answer(s, cpu, validation.invalidate(s, cpu)))
                        .asking(Validation.OWNS)
                        .quietly()
                        .on(FAIL, "refuse"))
                .at("forget", forgetting.pages("called"))
                .step(Step.of("free-kept", this::freeKept)
                        .asking(Validation.RESERVED)
                        .quietly())
                .step(Step.of("return", call::unlock).dropping(MapCalls.LOCK).on(NEXT, Step.END))
                .step(Step.of("refuse", call::unlock).dropping(MapCalls.LOCK))
                .steps();
        model.operation(new Operation(
                INVALIDATE, Actor.HYPERVISOR, List.of(caller, device, first, what), exists, start, steps, call.error));
    }

    /** What was unmapped in the range and kept until it is forgotten. */
    private int freeKept(long[] s, int cpu) {
        int space = call.mappingSpace(s, cpu);
        boolean all = call.all.get(s, cpu) != 0;
        int from = all ? 0 : call.page(s, cpu);
        int end = all ? state.setting.pages.size() : from + (int) call.count.get(s, cpu);
        for (int p = from; p < end; p++) {
            if (addresses.isKept(s, space, p)) {
                addresses.free(s, space, p);
            }
        }
        return NEXT;
    }
}
