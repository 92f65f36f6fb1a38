package dev.moat.xen.iospace.program;

import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.Rights;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.xen.iospace.state.Addresses;
import dev.moat.xen.iospace.state.Call;
import dev.moat.xen.iospace.state.HypercallError;
import dev.moat.xen.iospace.state.SpaceState;
import java.util.List;

/**
 * {@code iommu_create_io_space}: a device, and all that hardware cannot tell from it, gets a table of a domain; {@code
 * destroy_io_space}: it is led nowhere, its entry and what was under way are forgotten, the table is emptied, and only then is the device
 * nobody's. {@code @source} xen-devel 2006, Xen Calgary IOMMU support.
 */
public final class CreateAndDestroy {
    public static final String CREATE = "create_io_space";
    public static final String DESTROY = "destroy_io_space";

    /** Where an allocation that failed points: to the first table, or what would be it. */
    private static final int NULL = 0;

    private final SpaceState state;
    private final Call call;
    private final Addresses addresses;
    private final Forgetting forgetting;
    private final Validation validation;
    /** {@code create.space}: (device, its own space, whether there is a table for it) to the space to which it is led. */
    private final Decision space;
    /** {@code create.goes-along}: (device, one that cannot be told apart) to 1 when that goes to the same domain. */
    private final Decision goesAlong;

    CreateAndDestroy(Call call, Addresses addresses, Forgetting forgetting, Validation validation, ModelBuilder model) {
        state = call.state();
        this.call = call;
        this.addresses = addresses;
        this.forgetting = forgetting;
        this.validation = validation;
        space = model.decision("create.space", (s, q, own, there) -> there != 0 ? own : NULL);
        goesAlong = model.decision("create.goes-along", (s, q, other, c) -> state.setting.admitsAny ? 0 : 1);
    }

    /** The two hypercalls by themselves. */
    void declare(ModelBuilder model) {
        boolean any = state.setting.anybody;
        Argument caller = new Argument("caller", state.setting.domains);
        Argument device =
                new Argument("bdf", MapCalls.with(state.setting.requesters, any ? List.of("none") : List.of()));
        Argument domain = new Argument("domain", state.setting.domains);
        Operation.Start create = (s, cpu, by, q, to, d, e) -> {
            call.enter(s, cpu, by, q, 0);
            call.domain.set(s, cpu, to);
            return any || validation.create(s, cpu) == HypercallError.OK;
        };
        Operation.Start destroy = (s, cpu, by, q, c, d, e) -> {
            call.enter(s, cpu, by, q, 0);
            boolean has = q < state.setting.requesters.size() && state.ownerOf(s, q) >= 0;
            call.domain.set(s, cpu, has ? state.ownerOf(s, q) : by);
            return any || validation.destroy(s, cpu) == HypercallError.OK;
        };
        model.operation(new Operation(
                CREATE,
                Actor.HYPERVISOR,
                List.of(caller, device, domain),
                ModelBuilder.all(),
                create,
                create(),
                call.error));
        model.operation(new Operation(
                DESTROY,
                Actor.HYPERVISOR,
                List.of(caller, device),
                ModelBuilder.all(),
                destroy,
                destroy(),
                call.error));
    }

    private List<Step> create() {
        StepCode validate = (s, cpu) -> call.answer(s, cpu, validation.create(s, cpu));
        List<String> asked = List.of(Validation.TAKEN, Validation.NO_TABLE);
        return new OperationPlan()
                .step(Step.of("lock-spaces", call::lock).taking(MapCalls.LOCK).quietly())
                .step(Step.of("validate", validate).asking(asked).quietly().on(FAIL, "refuse"))
                .at("create", creating(validate, asked))
                .step(Step.of("return", call::unlock).dropping(MapCalls.LOCK).on(NEXT, Step.END))
                .step(Step.of("refuse", call::unlock).dropping(MapCalls.LOCK))
                .steps();
    }

    /**
     * The steps that give a device its space; under the lock, which is the domain's: whether the device is to be had is looked
     * at again as it is taken.
     *
     * @param validate the look; where that says no the call is refused
     * @param asked the decisions that it asks
     */
    List<Step> creating(StepCode validate, List<String> asked) {
        return new OperationPlan()
                .step(Step.of("take-group", (s, cpu) -> validate.run(s, cpu) == NEXT ? takeGroup(s, cpu) : FAIL)
                        .claiming("give-device")
                        .asking("create.goes-along")
                        .asking(asked)
                        .on(FAIL, "refuse"))
                .step(Step.of("lead-group", this::lead)
                        .claiming("write-context")
                        .asking("create.space")
                        .asking(state.iommu.entries().entryDecisions()))
                .stepIf(!state.can.stores().snooped(), () -> Step.of("write-entry-back", this::writeEntryBack))
                .at("absence", forgetting.absentEntry("absent-entry", "found-absent"))
                .step(Step.of("settle", this::settled).quietly())
                .part();
    }

    private boolean isMember(long[] s, int cpu, int requester) {
        return state.group(requester) == state.group(call.requester(s, cpu));
    }

    /** Where anything is admitted, only the device itself goes to the domain. */
    private int takeGroup(long[] s, int cpu) {
        state.settling.set(s, state.group(call.requester(s, cpu)), 1);
        for (int r = 0; r < state.setting.requesters.size(); r++) {
            int q = call.requester(s, cpu);
            boolean goes = r == q || (isMember(s, cpu, r) && goesAlong.decide(s, q, r, 0) != 0);
            if (goes && state.assigned.get(s, r) == 0) {
                state.assigned.set(s, r, call.domain(s, cpu) + 1);
            }
        }
        return NEXT;
    }

    private int lead(long[] s, int cpu) {
        int q = call.requester(s, cpu);
        int own = call.ownSpace(s, cpu);
        // Under way, so that its own table is counted.
        int to = space.decide(s, q, own, state.tablesInUse(s) <= state.setting.tables ? 1 : 0);
        state.iommu.entries().attach(s, q, to, state.tag(s, own), (int) call.part.get(s, cpu));
        if (state.iommu.entries().isPresent(s, q)) {
            state.undrained.set(s, state.group(q), 1);
        }
        return nextPart(s, cpu);
    }

    private int nextPart(long[] s, int cpu) {
        int next = (int) call.part.get(s, cpu) + 1;
        boolean last = next == state.iommu.entries().stores();
        call.part.set(s, cpu, last ? 0 : next);
        return last ? NEXT : LOOP;
    }

    private int writeEntryBack(long[] s, int cpu) {
        state.iommu.visibility().writeBackEntry(s, call.requester(s, cpu));
        return NEXT;
    }

    private int settled(long[] s, int cpu) {
        state.settling.set(s, state.group(call.requester(s, cpu)), 0);
        return NEXT;
    }

    private List<Step> destroy() {
        return new OperationPlan()
                .step(Step.of("lock-spaces", call::lock).taking(MapCalls.LOCK).quietly())
                .step(Step.of("validate", (s, cpu) -> call.answer(s, cpu, validation.destroy(s, cpu)))
                        .quietly()
                        .on(FAIL, "refuse"))
                .at("destroy", destroying())
                .step(Step.of("return", call::unlock).dropping(MapCalls.LOCK).on(NEXT, Step.END))
                .step(Step.of("refuse", call::unlock).dropping(MapCalls.LOCK))
                .steps();
    }

    /** The steps that take a device's space away; under the lock. */
    List<Step> destroying() {
        boolean late = !state.can.stores().snooped();
        return new OperationPlan()
                .step(Step.of("lead-nowhere", this::leadNowhere)
                        .claiming("clear-context")
                        .asking(state.iommu.entries().entryDecisions()))
                .stepIf(late, () -> Step.of("write-entry-back", this::writeEntryBack))
                .at("entry", forgetting.entry("entry"))
                .step(Step.of("clear-table", this::clear)
                        .claiming("clear-entry")
                        .asking(state.iommu.tables().tableDecisions()))
                .stepIf(late, () -> Step.of("write-back", this::writeBack))
                .at("drain", forgetting.space("drain"))
                .step(Step.of("free-space", this::free).claiming("deassign").asking(Validation.RESERVED))
                .part();
    }

    private int leadNowhere(long[] s, int cpu) {
        int q = call.requester(s, cpu);
        state.settling.set(s, state.group(q), 1);
        boolean before = state.iommu.entries().isPresent(s, q);
        state.iommu.entries().detach(s, q, (int) call.part.get(s, cpu));
        if (before && !state.iommu.entries().isPresent(s, q)) {
            state.entryOwed.set(s, state.group(q), 1);
        }
        return nextPart(s, cpu);
    }

    /** Step: an entry after the other; the mappings that the domain had end. */
    private int clear(long[] s, int cpu) {
        int own = call.ownSpace(s, cpu);
        int page = call.page(s, cpu);
        if (state.phase.get(s, own, page) != SpaceState.NONE) {
            state.phase.set(s, own, page, SpaceState.CLOSING);
            state.store(s, own, page, 0, Rights.NONE);
        }
        boolean last = page + 1 == state.setting.pages.size();
        call.page.set(s, cpu, last ? 0 : page + 1);
        return last ? NEXT : LOOP;
    }

    private int writeBack(long[] s, int cpu) {
        for (int p = 0; p < state.setting.pages.size(); p++) {
            state.writeBack(s, call.ownSpace(s, cpu), p);
        }
        return NEXT;
    }

    /** Step: devices are nobody's, the table is free. */
    private int free(long[] s, int cpu) {
        int own = call.ownSpace(s, cpu);
        for (int p = 0; p < state.setting.pages.size(); p++) {
            state.phase.set(s, own, p, SpaceState.NONE);
        }
        addresses.reset(s, own);
        for (int r = 0; r < state.setting.requesters.size(); r++) {
            if (isMember(s, cpu, r) && state.ownerOf(s, r) == call.domain(s, cpu)) {
                state.assigned.set(s, r, 0);
            }
        }
        return settled(s, cpu);
    }
}
