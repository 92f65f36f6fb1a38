package dev.moat.dma.layer;

import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.Rights;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import java.util.List;

/**
 * What the owner of a claimed group maps in its own domain, at addresses of its choice: {@code iommu_map}, {@code iommu_unmap}. {@code @source}
 * Linux 6.1 vfio_iommu_type1.c: vfio_iommu_iova_dma_valid.
 */
final class OwnersCalls {
    private final LayerState state;
    private final Invalidations invalidations;
    private final ModelBuilder model;
    /** {@code owner.refused}: (page, 1 when no table is asked there) to 1 when VFIO refuses to map it. */
    private final Decision refused;

    OwnersCalls(LayerState state, Invalidations invalidations, ModelBuilder model) {
        this.state = state;
        this.invalidations = invalidations;
        this.model = model;
        refused = model.decision("owner.refused", (s, page, window, c) -> window);
    }

    void declare() {
        Argument page = new Argument("page", state.pages);
        List<Step> map = new OperationPlan()
                .step(Step.of("store-entry", this::store)
                        .asking(state.iommu.tables().tableDecisions()))
                .at("absence", state.can.caching().absence() ? invalidations.ofPage("") : List.of())
                .step(Step.of("return", (s, cpu) -> settle(s, cpu, LayerState.LIVE)))
                .steps();
        model.operation(new Operation(
                "iommu_map",
                Actor.HYPERVISOR,
                List.of(page, new Argument("frame", state.setting.frames)),
                ModelBuilder.all(),
                (s, cpu, p, f, c, d, e) -> begin(s, cpu, p, f, LayerState.NONE),
                map,
                null));
        List<Step> unmap = new OperationPlan()
                .step(Step.of("clear-entry", this::clear)
                        .asking(state.iommu.tables().tableDecisions()))
                .at("sync", invalidations.ofPage(""))
                .step(Step.of("return", (s, cpu) -> settle(s, cpu, LayerState.NONE)))
                .steps();
        model.operation(new Operation(
                "iommu_unmap",
                Actor.HYPERVISOR,
                List.of(page),
                ModelBuilder.all(),
                (s, cpu, p, b, c, d, e) -> begin(s, cpu, p, 0, LayerState.LIVE),
                unmap,
                null));
    }

    private boolean begin(long[] s, int cpu, int page, int frame, int from) {
        int space = state.setting.groups.size();
        if (state.phase.get(s, space, page) != from
                || (from == LayerState.NONE && refused.decide(s, page, isWindow(page) ? 1 : 0, 0) != 0)) {
            return false;
        }
        state.domain.set(s, cpu, space);
        state.page.set(s, cpu, page);
        state.phase.set(s, space, page, from == LayerState.NONE ? LayerState.OPENING : LayerState.CLOSING);
        if (from == LayerState.NONE) {
            state.frame.set(s, space, page, frame);
            state.toDevice.set(s, space, page, 0);
            state.piece.set(s, space, page, LayerState.ALONE);
        }
        return true;
    }

    /** What no table is asked for: VFIO refuses it. Page 0, which the kernel's drivers take for none, is like any other. */
    private boolean isWindow(int page) {
        boolean highest = state.setting.holdsHighestBack && page == state.pages.size() - 1;
        return highest || state.regions.isReserved(0, page) || state.outside(0, page) != 0;
    }

    private int store(long[] s, int cpu) {
        int space = state.space(s, cpu);
        int page = state.page(s, cpu);
        state.iommu.tables().store(s, space, page, (int) state.frame.get(s, space, page), Rights.ALL);
        state.iommu.visibility().writeBack(s, space, page);
        return NEXT;
    }

    private int clear(long[] s, int cpu) {
        state.iommu.tables().store(s, state.space(s, cpu), state.page(s, cpu), 0, Rights.NONE);
        state.iommu.visibility().writeBack(s, state.space(s, cpu), state.page(s, cpu));
        state.owed.set(s, state.space(s, cpu), state.page(s, cpu), LayerState.OWED);
        return NEXT;
    }

    private int settle(long[] s, int cpu, int phase) {
        state.phase.set(s, state.space(s, cpu), state.page(s, cpu), phase);
        return NEXT;
    }
}
