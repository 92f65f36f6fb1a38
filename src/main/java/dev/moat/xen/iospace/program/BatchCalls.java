package dev.moat.xen.iospace.program;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.Rights;
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
import java.util.ArrayList;
import java.util.List;

/**
 * {@code iommu_map_many} and {@code iommu_unmap_many}: several frames, each at an address of its own, and several addresses, with one
 * invalidation for all of them. Elements are taken in order; the first one that is refused ends the batch, and those before it are done:
 * mapped and returned, or unmapped and forgotten. {@code @source} derived: Xen's batched grant operations flush once.
 */
public final class BatchCalls {
    public static final String MAP = "iommu_map_many";
    public static final String UNMAP = "iommu_unmap_many";

    private static final String LOCK = MapCalls.LOCK;

    private final SpaceState state;
    private final Call call;
    private final Addresses addresses;
    private final Forgetting forgetting;
    private final Validation validation;

    BatchCalls(Call call, Addresses addresses, Forgetting forgetting, Validation validation) {
        state = call.state();
        this.call = call;
        this.addresses = addresses;
        this.forgetting = forgetting;
        this.validation = validation;
    }

    void declare(ModelBuilder model) {
        boolean any = state.setting.anybody;
        Argument caller = new Argument("caller", state.setting.domains);
        Argument device =
                new Argument("bdf", MapCalls.with(state.setting.requesters, any ? List.of("none") : List.of()));
        List<Integer> ofFrames = sets(state.setting.frames.size(), state.setting.batch);
        List<Integer> ofPages = sets(state.setting.pages.size(), state.setting.batch);
        Operation.Start map = (s, cpu, by, q, set, readOnly, e) -> {
            call.enter(s, cpu, by, q, call.any());
            call.count.set(s, cpu, 1);
            call.rights.set(s, cpu, readOnly != 0 ? Rights.READ : Rights.ALL);
            call.left.set(s, cpu, ofFrames.get(set));
            return any || validation.map(s, cpu) == HypercallError.OK;
        };
        Operation.Start unmap = (s, cpu, by, q, set, d, e) -> {
            call.enter(s, cpu, by, q, 0);
            call.count.set(s, cpu, 1);
            call.left.set(s, cpu, ofPages.get(set));
            return any || isSensibleUnmap(s, cpu);
        };
        Argument what =
                new Argument("what", new Sort("Mode", state.setting.readOnly ? List.of("rw", "ro") : List.of("rw")));
        Argument frames = argument("frames", state.setting.frames, ofFrames);
        Argument pages = argument("addresses", state.setting.pages, ofPages);
        if (!ofFrames.isEmpty()) {
            model.operation(new Operation(
                    MAP,
                    Actor.HYPERVISOR,
                    List.of(caller, device, frames, what),
                    ModelBuilder.all(),
                    map,
                    map(),
                    call.error));
        }
        if (!ofPages.isEmpty()) {
            model.operation(new Operation(
                    UNMAP,
                    Actor.HYPERVISOR,
                    List.of(caller, device, pages),
                    ModelBuilder.all(),
                    unmap,
                    unmap(),
                    call.error));
        }
    }

    /** The sets of two elements at least, and no more than a batch has, as bits. */
    static List<Integer> sets(int of, int most) {
        List<Integer> sets = new ArrayList<>();
        for (int set = 0; most > 1 && set < 1 << of; set++) {
            if (Integer.bitCount(set) > 1 && Integer.bitCount(set) <= most) {
                sets.add(set);
            }
        }
        return sets;
    }

    /** A set of elements as an argument. */
    static Argument argument(String name, Sort of, List<Integer> sets) {
        List<String> labels = new ArrayList<>();
        for (int set : sets) {
            List<String> elements = new ArrayList<>();
            for (int i = 0; i < of.size(); i++) {
                if ((set >>> i & 1) != 0) {
                    elements.add(of.label(i));
                }
            }
            labels.add(String.join("+", elements));
        }
        return new Argument(name, new Sort(of.name() + "s", labels));
    }

    /** A kernel unmaps what it has mapped; that something is not there any more is found when its turn comes. */
    private boolean isSensibleUnmap(long[] s, int cpu) {
        call.page.set(s, cpu, Long.numberOfTrailingZeros(call.left.get(s, cpu)));
        return validation.unmap(s, cpu) == HypercallError.OK;
    }

    private List<Step> map() {
        boolean late = !state.can.stores().snooped();
        return new OperationPlan()
                .step(Step.of("lock-spaces", call::lock).taking(LOCK).quietly())
                .step(Step.of("validate", (s, cpu) -> call.answer(s, cpu, validation.map(s, cpu)))
                        .asking(Validation.OWNS)
                        .quietly()
                        .on(FAIL, "refuse"))
                .step(Step.of("next-frame", this::nextFrame)
                        .asking(Validation.ALLOWED)
                        .quietly()
                        .on(DONE, "mapped")
                        .on(FAIL, "mapped"))
                .step(Step.of("store-entry", this::store)
                        .claiming("set-entry")
                        .asking(state.iommu.tables().tableDecisions())
                        .on(NEXT, late ? "write-back" : "next-frame"))
                .stepIf(late, () -> Step.of("write-back", this::writeBack).on(NEXT, "next-frame"))
                .step(Step.of("mapped", (s, cpu) -> NEXT).quietly())
                .at("absence", forgetting.absence("absent"))
                .step(Step.of("return", this::mapped).dropping(LOCK).on(NEXT, Step.END))
                .step(Step.of("refuse", call::unlock).dropping(LOCK))
                .steps();
    }

    /** Step: the next frame gets an address, or ends the batch. */
    private int nextFrame(long[] s, int cpu) {
        long left = call.left.get(s, cpu);
        if (left == 0) {
            return all(s, cpu, DONE);
        }
        call.frame.set(s, cpu, Long.numberOfTrailingZeros(left));
        int space = call.mappingSpace(s, cpu);
        int page = addresses.find(s, space, 1, false);
        HypercallError found = page < 0 ? HypercallError.ENOSPC : validation.frame(s, cpu);
        if (found != HypercallError.OK) {
            call.answer(s, cpu, found);
            return all(s, cpu, FAIL);
        }
        call.page.set(s, cpu, page);
        addresses.take(s, space, page, 1);
        state.phase.set(s, space, page, SpaceState.OPENING);
        state.frame.set(s, space, page, call.frame(s, cpu));
        state.rights.set(s, space, page, call.rights.get(s, cpu));
        call.left.set(s, cpu, left & (left - 1));
        return NEXT;
    }

    /** What follows concerns all elements, and no page by itself. */
    private int all(long[] s, int cpu, int outcome) {
        call.left.set(s, cpu, 0);
        call.page.set(s, cpu, 0);
        call.frame.set(s, cpu, 0);
        call.count.set(s, cpu, 0);
        return outcome;
    }

    private int store(long[] s, int cpu) {
        int rights = (int) call.rights.get(s, cpu);
        state.store(s, call.mappingSpace(s, cpu), call.page(s, cpu), call.frame(s, cpu), rights);
        return NEXT;
    }

    private int writeBack(long[] s, int cpu) {
        state.writeBack(s, call.mappingSpace(s, cpu), call.page(s, cpu));
        return NEXT;
    }

    private int mapped(long[] s, int cpu) {
        become(s, cpu, SpaceState.OPENING, SpaceState.LIVE);
        return call.unlock(s, cpu);
    }

    /** Under the lock, pages on their way in a space are this call's. */
    private void become(long[] s, int cpu, int from, int to) {
        int space = call.mappingSpace(s, cpu);
        for (int p = 0; p < state.setting.pages.size(); p++) {
            if (state.phase.get(s, space, p) == from) {
                state.phase.set(s, space, p, to);
            }
        }
    }

    private List<Step> unmap() {
        boolean late = !state.can.stores().snooped();
        return new OperationPlan()
                .step(Step.of("lock-spaces", call::lock).taking(LOCK).quietly())
                .step(Step.of("validate", (s, cpu) -> call.answer(s, cpu, validation.invalidate(s, cpu)))
                        .asking(Validation.OWNS)
                        .quietly()
                        .on(FAIL, "refuse"))
                .step(Step.of("next-page", this::nextPage)
                        .asking(Validation.OWNS)
                        .quietly()
                        .on(DONE, "cleared")
                        .on(FAIL, "cleared"))
                .step(Step.of("clear-entry", this::clear)
                        .claiming("clear-entry")
                        .asking(state.iommu.tables().tableDecisions())
                        .on(NEXT, late ? "write-back" : "next-page"))
                .stepIf(late, () -> Step.of("write-back", this::writeBack).on(NEXT, "next-page"))
                .step(Step.of("cleared", (s, cpu) -> NEXT).quietly())
                .at("sync", forgetting.owed("batch"))
                .step(Step.of("free-addresses", this::free).quietly())
                .step(Step.of("return", call::unlock).dropping(LOCK).on(NEXT, Step.END))
                .step(Step.of("refuse", call::unlock).dropping(LOCK))
                .steps();
    }

    /** Step: the next page is given back, or ends the batch. */
    private int nextPage(long[] s, int cpu) {
        long left = call.left.get(s, cpu);
        if (left == 0) {
            return all(s, cpu, DONE);
        }
        call.page.set(s, cpu, Long.numberOfTrailingZeros(left));
        HypercallError found = validation.unmap(s, cpu);
        if (found != HypercallError.OK) {
            call.answer(s, cpu, found);
            return all(s, cpu, FAIL);
        }
        state.phase.set(s, call.mappingSpace(s, cpu), call.page(s, cpu), SpaceState.CLOSING);
        call.left.set(s, cpu, left & (left - 1));
        return NEXT;
    }

    private int clear(long[] s, int cpu) {
        state.store(s, call.mappingSpace(s, cpu), call.page(s, cpu), 0, Rights.NONE);
        return NEXT;
    }

    private int free(long[] s, int cpu) {
        int space = call.mappingSpace(s, cpu);
        for (int p = 0; p < state.setting.pages.size(); p++) {
            if (state.phase.get(s, space, p) == SpaceState.CLOSING) {
                addresses.free(s, space, p);
            }
        }
        become(s, cpu, SpaceState.CLOSING, SpaceState.NONE);
        return NEXT;
    }
}
