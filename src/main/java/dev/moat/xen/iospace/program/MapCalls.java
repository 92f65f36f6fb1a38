package dev.moat.xen.iospace.program;

import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.Rights;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.Filter;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.state.Sort;
import dev.moat.xen.iospace.state.Addresses;
import dev.moat.xen.iospace.state.Call;
import dev.moat.xen.iospace.state.HypercallError;
import dev.moat.xen.iospace.state.SpaceSetting.Unmap;
import dev.moat.xen.iospace.state.SpaceState;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code iommu_map}, which chooses an I/O address and returns it, or takes the one that is given; {@code iommu_unmap}. A run of pages
 * is mapped element by element; where one is refused, those before it are undone and forgotten before their addresses are
 * free. {@code @source} xen-devel 2006, Xen Calgary IOMMU support; the order of an unmap is that of Linux's tce_free with the blast before the bits.
 */
public final class MapCalls {
    public static final String MAP = "iommu_map";
    public static final String UNMAP = "iommu_unmap";

    static final String LOCK = "lock.spaces";
    private static final List<String> WHAT = List.of("rw", "ro", "rw*2", "ro*2", "nothing");
    private static final int READ_ONLY = 1;
    private static final int NOTHING = 4;

    private final SpaceState state;
    private final Call call;
    private final Addresses addresses;
    private final Forgetting forgetting;
    private final Validation validation;
    /** {@code map.rights}: (rights asked for) to those that the entry is given. */
    private final Decision rights;
    /** {@code map.pages}: (pages of the call) to those whose entries a map stores. */
    private final Decision mapped;
    /** {@code unmap.pages}: (pages of the call) to those whose entries an unmap clears. */
    private final Decision cleared;

    MapCalls(Call call, Addresses addresses, Forgetting forgetting, Validation validation, ModelBuilder model) {
        state = call.state();
        this.call = call;
        this.addresses = addresses;
        this.forgetting = forgetting;
        this.validation = validation;
        rights = model.decision("map.rights", (s, wanted, b, c) -> wanted);
        mapped = model.decision("map.pages", (s, pages, b, c) -> pages);
        cleared = model.decision("unmap.pages", (s, pages, b, c) -> pages);
    }

    void declare(ModelBuilder model) {
        boolean any = state.setting.anybody;
        Argument caller = new Argument("caller", state.setting.domains);
        Argument device = new Argument("bdf", with(state.setting.requesters, any ? List.of("none") : List.of()));
        Argument address =
                new Argument("address", with(state.setting.pages, any ? List.of("any", "behind") : List.of("any")));
        Argument frame = new Argument("frame", state.setting.frames);
        Argument what = new Argument("what", new Sort("What", WHAT));
        Filter exists = (by, q, page, of, kind) ->
                isKind(kind) && (any || (page == call.any() ? state.setting.chosen : state.setting.given));
        Operation.Start map = (s, cpu, by, q, page, of, kind) -> {
            call.enter(s, cpu, by, q, page);
            call.frame.set(s, cpu, of);
            call.count.set(s, cpu, kind == NOTHING ? 0 : 1 + kind / 2);
            call.rights.set(s, cpu, kind == NOTHING ? Rights.NONE : kind % 2 == READ_ONLY ? Rights.READ : Rights.ALL);
            return any || (!isLayers(by) && isSensibleMap(s, cpu));
        };
        model.operation(new Operation(
                MAP, Actor.HYPERVISOR, List.of(caller, device, address, frame, what), exists, map, map(), call.error));
        Argument pages =
                new Argument("pages", new Sort("Count", state.setting.run == 1 ? List.of("1") : List.of("1", "2")));
        Argument at = new Argument("address", with(state.setting.pages, any ? List.of("any", "behind") : List.of()));
        Operation.Start unmap = (s, cpu, by, q, page, count, e) -> {
            call.enter(s, cpu, by, q, page);
            call.count.set(s, cpu, 1 + count);
            return any || (!isLayers(by) && isSensibleUnmap(s, cpu));
        };
        Filter all = ModelBuilder.all();
        model.operation(new Operation(
                UNMAP, Actor.HYPERVISOR, List.of(caller, device, at, pages), all, unmap, unmap(), call.error));
    }

    static Sort with(Sort some, List<String> more) {
        List<String> labels = new ArrayList<>(some.labels());
        labels.addAll(more);
        return more.isEmpty() ? some : new Sort(some.name() + "Word", labels);
    }

    /** Where the kernel has a DMA layer, that makes its calls. */
    private boolean isLayers(int caller) {
        return state.setting.dma && caller == state.setting.driverDomain;
    }

    private boolean isKind(int kind) {
        boolean right = kind % 2 != READ_ONLY || state.setting.readOnly;
        return kind == NOTHING ? state.setting.anybody : right && 1 + kind / 2 <= state.setting.run;
    }

    /** A kernel asks for its own devices; of a run, whether all may be mapped is seen when it is. */
    private boolean isSensibleMap(long[] s, int cpu) {
        return validation.map(s, cpu) == HypercallError.OK
                && validation.frame(s, cpu) == HypercallError.OK
                && state.frontends.mayMap(s, state.group(call.requester(s, cpu)));
    }

    private boolean isSensibleUnmap(long[] s, int cpu) {
        return validation.unmap(s, cpu) == HypercallError.OK
                && state.frontends.mayUnmap(s, state.group(call.requester(s, cpu)));
    }

    List<Step> map() {
        boolean wraps = state.setting.unmap.wraps();
        boolean late = !state.can.stores().snooped();
        OperationPlan plan = new OperationPlan()
                .step(Step.of("lock-spaces", call::lock).taking(LOCK).quietly())
                .step(Step.of("validate", (s, cpu) -> call.answer(s, cpu, validation.map(s, cpu)))
                        .asking(Validation.ofMap())
                        .quietly()
                        .on(FAIL, "refuse"))
                .step(Step.of("find-address", this::find)
                        .quietly()
                        .on(LOOP, wraps ? "ask-wrap" : "find-address")
                        .on(FAIL, "refuse"))
                .step(Step.of("take-address", this::take).quietly())
                .step(Step.of("check-frame", (s, cpu) -> call.answer(s, cpu, validation.frame(s, cpu)))
                        .asking(Validation.ALLOWED)
                        .quietly()
                        .on(FAIL, "undo-entry"))
                .step(Step.of("store-entry", this::store)
                        .claiming("set-entry")
                        .asking("map.rights", "map.pages")
                        .asking(state.iommu.tables().tableDecisions())
                        .on(LOOP, "check-frame"))
                .stepIf(late, () -> Step.of("write-back", this::writeBack))
                .at("absence", forgetting.absence("absent"))
                .step(Step.of("return", this::mapped).dropping(LOCK).on(NEXT, Step.END));
        if (wraps) {
            plan.at("wrap", forgetting.owed("wrap"))
                    .step(Step.of("find-from-start", this::findFromStart)
                            .quietly()
                            .on(NEXT, "take-address")
                            .on(FAIL, "refuse"));
        }
        return plan.step(Step.of("undo-entry", this::undo)
                        .claiming("clear-entry")
                        .asking(state.iommu.tables().tableDecisions()))
                .stepIf(late, () -> Step.of("write-back-undone", this::writeBack))
                .at("undo", forgetting.owed("undone"))
                .step(Step.of("free-undone", (s, cpu) -> free(s, cpu, true)).quietly())
                .step(Step.of("refuse", call::unlock).dropping(LOCK))
                .steps();
    }

    private int find(long[] s, int cpu) {
        int space = call.mappingSpace(s, cpu);
        int page = call.page(s, cpu);
        if (page != call.any()) {
            return isOwed(s, cpu, page) ? LOOP : NEXT;
        }
        int found = addresses.find(s, space, count(s, cpu), false);
        if (found < 0 && state.setting.unmap.wraps()) {
            return LOOP;
        }
        return found(s, cpu, found);
    }

    /** Whether what was unmapped at a given address may still be cached. */
    private boolean isOwed(long[] s, int cpu, int page) {
        boolean owed = false;
        for (int p = page; p < page + count(s, cpu); p++) {
            owed |= state.owed.get(s, call.mappingSpace(s, cpu), p) != SpaceState.SETTLED;
        }
        return owed && state.setting.unmap.wraps();
    }

    private int findFromStart(long[] s, int cpu) {
        int page = call.page(s, cpu);
        return page == call.any()
                ? found(s, cpu, addresses.find(s, call.mappingSpace(s, cpu), count(s, cpu), true))
                : NEXT;
    }

    private int found(long[] s, int cpu, int page) {
        if (page < 0) {
            return call.answer(s, cpu, HypercallError.ENOSPC);
        }
        call.page.set(s, cpu, page);
        return NEXT;
    }

    private int count(long[] s, int cpu) {
        return (int) call.count.get(s, cpu);
    }

    private int take(long[] s, int cpu) {
        int space = call.mappingSpace(s, cpu);
        addresses.take(s, space, call.page(s, cpu), count(s, cpu));
        for (int i = 0; i < count(s, cpu); i++) {
            int page = call.page(s, cpu) + i;
            if (state.phase.get(s, space, page) == SpaceState.LIVE) {
                // Only a fault hands an address out twice: what its first caller relies on stays on record.
                continue;
            }
            state.phase.set(s, space, page, SpaceState.OPENING);
            state.frame.set(s, space, page, call.frameOf(s, cpu, i));
            state.rights.set(s, space, page, call.rights.get(s, cpu));
        }
        return NEXT;
    }

    private int store(long[] s, int cpu) {
        int page = call.page(s, cpu) + (int) call.element.get(s, cpu);
        int given = rights.decide(s, (int) call.rights.get(s, cpu), 0, 0);
        state.store(s, call.mappingSpace(s, cpu), page, call.elementFrame(s, cpu), given);
        return call.nextElement(s, cpu, mapped.decide(s, count(s, cpu), 0, 0));
    }

    private int writeBack(long[] s, int cpu) {
        for (int i = 0; i < count(s, cpu); i++) {
            state.writeBack(s, call.mappingSpace(s, cpu), call.page(s, cpu) + i);
        }
        return NEXT;
    }

    private int mapped(long[] s, int cpu) {
        become(s, cpu, SpaceState.LIVE);
        return call.unlock(s, cpu);
    }

    private void become(long[] s, int cpu, int phase) {
        for (int i = 0; i < count(s, cpu); i++) {
            state.phase.set(s, call.mappingSpace(s, cpu), call.page(s, cpu) + i, phase);
        }
    }

    /** Step: what was stored of a run is cleared again. */
    private int undo(long[] s, int cpu) {
        become(s, cpu, SpaceState.CLOSING);
        for (int i = 0; i < call.element.get(s, cpu); i++) {
            state.store(s, call.mappingSpace(s, cpu), call.page(s, cpu) + i, 0, Rights.NONE);
        }
        call.element.set(s, cpu, 0);
        return NEXT;
    }

    List<Step> unmap() {
        boolean late = !state.can.stores().snooped();
        return new OperationPlan()
                .step(Step.of("lock-spaces", call::lock).taking(LOCK).quietly())
                .step(Step.of("validate", (s, cpu) -> call.answer(s, cpu, validation.unmap(s, cpu)))
                        .asking(Validation.OWNS)
                        .quietly()
                        .on(FAIL, "refuse"))
                .step(Step.of("begin-unmap", this::begin).quietly())
                .step(Step.of("clear-entry", this::clear)
                        .claiming("clear-entry")
                        .asking("unmap.pages")
                        .asking(state.iommu.tables().tableDecisions()))
                .stepIf(late, () -> Step.of("write-back", this::writeBack))
                .at("sync", state.setting.unmap == Unmap.STRICT ? forgetting.owed("sync") : List.of())
                .step(Step.of("free-addresses", (s, cpu) -> free(s, cpu, state.setting.unmap != Unmap.ASKED))
                        .quietly())
                .step(Step.of("return", call::unlock).dropping(LOCK).on(NEXT, Step.END))
                .step(Step.of("refuse", call::unlock).dropping(LOCK))
                .steps();
    }

    /** What somebody else unmaps, which only a fault allows, stays on record: its domain relies on it. */
    private boolean isCallers(long[] s, int cpu) {
        return state.domainOf(call.mappingSpace(s, cpu)) == call.caller.get(s, cpu);
    }

    private int begin(long[] s, int cpu) {
        if (isCallers(s, cpu)) {
            become(s, cpu, SpaceState.CLOSING);
        }
        return NEXT;
    }

    private int clear(long[] s, int cpu) {
        int space = call.mappingSpace(s, cpu);
        state.store(s, space, call.page(s, cpu) + (int) call.element.get(s, cpu), 0, Rights.NONE);
        return call.nextElement(s, cpu, cleared.decide(s, count(s, cpu), 0, 0));
    }

    /** Step: nothing is mapped there any more, and the addresses may be handed out again. */
    private int free(long[] s, int cpu, boolean atOnce) {
        int space = call.mappingSpace(s, cpu);
        for (int i = 0; i < count(s, cpu) && atOnce; i++) {
            addresses.free(s, space, call.page(s, cpu) + i);
        }
        if (isCallers(s, cpu)) {
            become(s, cpu, SpaceState.NONE);
        }
        return NEXT;
    }
}
