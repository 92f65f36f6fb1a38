package dev.moat.dma.layer;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.dma.layer.setting.Flush;
import dev.moat.iommu.Rights;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.state.Sort;
import java.util.List;

/**
 * Lists of two pieces, or of three and four, mapped in a row: {@code dma_map_sg}, {@code dma_unmap_sg}. Where the second piece finds no
 * table, the first one is unmapped again, invalidated, and only then are the addresses free. Where addresses wrap a list is the run that
 * a GART merges its pieces to, and on Calgary a buffer of two pages. {@code @source} Linux 6.1 dma-iommu.c: iommu_dma_map_sg; iommu.c:
 * __iommu_map; amd_gart_64.c: dma_map_cont; pci-calgary_64.c: iommu_alloc.
 */
final class Lists {
    static final String MAP = "dma_map_sg";
    static final String UNMAP = "dma_unmap_sg";
    private static final String UNMAP_PART = "iommu_unmap_part";

    /** The pieces of a list that may be one entry of level 2. */
    private static final int PAIR = 2;

    /** Pieces of the shorter one of two kinds of lists, where there are two. */
    private static final int SHORTEST = 3;

    private final LayerState layer;
    private final Iovas iovas;
    private final Groups groups;
    private final Heap heap;
    private final FlushQueues queues;
    private final Invalidations invalidations;
    /** {@code list.cleared}: (pieces) to those whose entries an unmap clears. */
    private final Decision cleared;
    /** {@code list.spanned}: (pieces) to the pages that an unmap counts from its length and offset. */
    private final Decision spanned;
    /** {@code list.merged}: (whether the first piece ends within its page) to 1 when the driver is told one address for both. */
    private final Decision merged;
    /** {@code unmap.part-allowed}: (whether the list is a superpage) to 1 when one of its pieces may be unmapped alone. */
    private final Decision partAllowed;

    Lists(DmaLayer.Parts parts, ModelBuilder model) {
        layer = parts.state();
        iovas = parts.iovas();
        groups = parts.groups();
        heap = parts.heap();
        queues = parts.queues();
        invalidations = groups.invalidations();
        cleared = model.decision("list.cleared", (s, pieces, b, c) -> pieces);
        spanned = model.decision("list.spanned", (s, pieces, b, c) -> pieces);
        Decision whole = (s, within, b, c) -> 1 - within;
        merged = layer.setting.listsEndWithin ? model.decision("list.merged", whole) : whole;
        partAllowed = layer.setting.superpages
                ? model.decision("unmap.part-allowed", (s, superpage, b, c) -> 1 - superpage)
                : (s, superpage, b, c) -> 0;
    }

    void declare(ModelBuilder model) {
        Argument group = new Argument("group", layer.setting.groups);
        String other = layer.setting.listsEndWithin ? "within" : "fails";
        boolean both = layer.setting.failingLists || layer.setting.listsEndWithin;
        Sort ends = new Sort("End", both ? List.of("whole", other) : List.of("whole"));
        Argument end = layer.setting.roundedLists
                ? new Argument("length", new Sort("Length", List.of("three", "four")))
                : new Argument("end", ends);
        List<Argument> list = List.of(group, new Argument("frame", layer.setting.frames), end);
        MapAndUnmap.operation(model, MAP, list, Operation.Start.of(this::beginMap), map());
        MapAndUnmap.operation(
                model,
                UNMAP,
                List.of(group, new Argument("page", layer.pages)),
                Operation.Start.of(this::beginUnmap),
                unmap());
        if (layer.setting.superpages) {
            MapAndUnmap.operation(
                    model,
                    UNMAP_PART,
                    List.of(group, new Argument("page", layer.pages)),
                    Operation.Start.of(this::beginPart),
                    unmapPart());
        }
    }

    private boolean beginMap(long[] s, int cpu, int group, int frame, int end) {
        if (!groups.hasDriver(s, group)) {
            return false;
        }
        layer.domain.set(s, cpu, group);
        layer.wanted.set(s, cpu, frame);
        layer.fails.set(s, cpu, layer.setting.roundedLists ? 0 : end);
        layer.setPieces(s, cpu, SHORTEST + end);
        return true;
    }

    private List<Step> map() {
        boolean wraps = layer.setting.flush.wraps();
        boolean likeCalgary = layer.setting.flush == Flush.WRAP_CALGARY;
        OperationPlan plan = new OperationPlan()
                .step(iovas.locking("lock-iovas"))
                .step(Step.of("find-run", iovas::findRun)
                        .asking(iovas.listDecisions())
                        .quietly()
                        .on(LOOP, likeCalgary ? "ask-wrap" : "find-run")
                        .on(FAIL, "unlock-empty"))
                .step(Step.of("take-run", this::take)
                        .asking(iovas.takeDecisions())
                        .asking(layer.setting.listsEndWithin ? List.of("list.merged") : List.of())
                        .quietly())
                .step(iovas.unlocking("unlock-iovas"))
                .stepIf(
                        layer.setting.superpages,
                        () -> Step.of("choose-size", this::chooseSize).quietly().on(LOOP, "store-superpage"))
                .at("table", heap.making("store-entry", "free-undone"))
                .step(Step.of("store-entry", this::store)
                        .asking(layer.iommu.tables().tableDecisions())
                        .on(FAIL, wraps ? "return" : "undo-entry"))
                .stepIf(!layer.can.stores().snooped(), () -> Step.of("write-back", this::writeBack))
                .at("absence", layer.can.caching().absence() && !wraps ? invalidations.ofList("") : List.of())
                .at("wrap", layer.setting.flush.flushesAtReturn() ? invalidations.beforeReturn(iovas) : List.of())
                .step(Step.of("return", this::mapped).on(NEXT, Step.END));
        if (!wraps) {
            undoing().forEach(plan::step);
        }
        if (likeCalgary) {
            plan.at("wrap", invalidations.ofDomain("wrap"))
                    .step(Step.of("find-run-from-start", (s, cpu) -> iovas.findFromStart(s, cpu, layer.pieces(s, cpu)))
                            .asking(iovas.listDecisions())
                            .quietly()
                            .on(NEXT, "take-run")
                            .on(FAIL, "unlock-empty"));
        }
        if (layer.setting.superpages) {
            plan.step(Step.of("store-superpage", this::storeSuperpage)
                            .asking(layer.iommu.tables().pages().linkDecisions())
                            .on(DONE, "return"))
                    .at("replaced", invalidations.ofList("replaced"))
                    .step(Step.of("free-replaced", heap::free).on(NEXT, "return"));
        }
        return plan.step(invalidations.unlockEmpty(iovas)).steps();
    }

    /** The steps of a list whose second piece finds no table. */
    private List<Step> undoing() {
        return new OperationPlan()
                .step(Step.of("undo-entry", this::undo)
                        .asking(layer.iommu.tables().tableDecisions()))
                .stepIf(!layer.can.stores().snooped(), () -> Step.of("write-back-undone", this::writeBack))
                .at("undo", invalidations.ofList("undone"))
                .step(Step.of("free-undone", (s, cpu) -> free(s, cpu, layer.pieces(s, cpu)))
                        .asking(iovas.freeDecisions())
                        .on(NEXT, Step.END))
                .part();
    }

    private int take(long[] s, int cpu) {
        iovas.takeRun(s, cpu);
        int space = layer.space(s, cpu);
        for (int i = 0; i < layer.pieces(s, cpu); i++) {
            int page = layer.page(s, cpu) + i;
            if (layer.phase.get(s, space, page) == LayerState.LIVE) {
                // Only a fault hands an address out twice: what its first driver relies on stays on record.
                continue;
            }
            layer.phase.set(s, space, page, LayerState.OPENING);
            layer.holder.set(s, space, page, layer.holder.width() > 0 ? layer.domain.get(s, cpu) : 0);
            layer.frame.set(s, space, page, frame(s, cpu, i));
            layer.toDevice.set(s, space, page, 0);
            layer.narrow.set(s, space, page, 0);
            layer.piece.set(s, space, page, i + 1);
            if (layer.setting.listsEndWithin) {
                layer.within.set(s, space, page, i == 0 && isMergedWithin(s, cpu) ? 1 : 0);
            }
        }
        return NEXT;
    }

    /** Whether the driver is told that the second piece begins where the first one ends, within its page. */
    private boolean isMergedWithin(long[] s, int cpu) {
        boolean within = layer.setting.listsEndWithin && layer.fails.get(s, cpu) != 0;
        return within && merged.decide(s, 1, 0, 0) != 0;
    }

    /** LOOP when one entry of level 2 can stand for both. */
    private int chooseSize(long[] s, int cpu) {
        int first = frame(s, cpu, 0);
        return first % PAIR == 0 && frame(s, cpu, 1) == first + 1 ? LOOP : NEXT;
    }

    /** DONE when nothing has to be forgotten: no table was there, and absence is not cached. */
    private int storeSuperpage(long[] s, int cpu) {
        heap.storeSuperpage(s, cpu, frame(s, cpu, 0));
        return heap.hasUnlinked(s, cpu) || layer.can.caching().absence() ? NEXT : DONE;
    }

    private int frame(long[] s, int cpu, int piece) {
        return ((int) layer.wanted.get(s, cpu) + piece) % layer.setting.frames.size();
    }

    private int store(long[] s, int cpu) {
        int i = (int) layer.element.get(s, cpu);
        if (i == PAIR - 1 && layer.setting.failingLists && layer.fails.get(s, cpu) != 0) {
            layer.element.set(s, cpu, 0);
            return FAIL;
        }
        layer.iommu.tables().store(s, layer.space(s, cpu), layer.page(s, cpu) + i, frame(s, cpu, i), Rights.ALL);
        return next(s, cpu, layer.pieces(s, cpu));
    }

    private int next(long[] s, int cpu, int pieces) {
        int next = (int) layer.element.get(s, cpu) + 1;
        layer.element.set(s, cpu, next == pieces ? 0 : next);
        return next == pieces ? NEXT : LOOP;
    }

    private int undo(long[] s, int cpu) {
        become(s, cpu, LayerState.CLOSING);
        clear(s, cpu, 0);
        return NEXT;
    }

    private void clear(long[] s, int cpu, int piece) {
        int space = layer.space(s, cpu);
        int page = layer.page(s, cpu) + piece;
        layer.iommu.tables().store(s, space, page, 0, Rights.NONE);
        layer.owed.set(s, space, page, layer.can.stores().snooped() ? LayerState.OWED : LayerState.UNSEEN);
    }

    private int writeBack(long[] s, int cpu) {
        int space = layer.space(s, cpu);
        for (int page = layer.page(s, cpu); page < layer.page(s, cpu) + layer.pieces(s, cpu); page++) {
            layer.iommu.visibility().writeBack(s, space, page);
            if (layer.owed.get(s, space, page) == LayerState.UNSEEN) {
                layer.owed.set(s, space, page, LayerState.OWED);
            }
        }
        return NEXT;
    }

    private int mapped(long[] s, int cpu) {
        return layer.foundNone(s, cpu) ? NEXT : become(s, cpu, LayerState.LIVE);
    }

    private int become(long[] s, int cpu, int phase) {
        for (int i = 0; i < layer.pieces(s, cpu); i++) {
            layer.phase.set(s, layer.space(s, cpu), layer.page(s, cpu) + i, phase);
        }
        return NEXT;
    }

    private boolean beginUnmap(long[] s, int cpu, int group, int page) {
        int space = layer.spaceOf(group);
        boolean mine = layer.phase.get(s, space, page) == LayerState.LIVE
                && layer.holder(s, space, page) == group
                && layer.piece.get(s, space, page) == 1;
        if (mine) {
            layer.domain.set(s, cpu, group);
            layer.page.set(s, cpu, page);
            layer.setPieces(s, cpu, length(s, space, page));
            become(s, cpu, LayerState.CLOSING);
        }
        return mine;
    }

    /** The pieces of the list that begins at a page. */
    private int length(long[] s, int space, int first) {
        int count = 1;
        while (first + count < layer.pages.size() && layer.piece.get(s, space, first + count) == count + 1) {
            count++;
        }
        return count;
    }

    private List<Step> unmap() {
        Step clear = heap.isOn()
                ? Step.of("clear-entry", this::unlink)
                        .asking(layer.iommu.tables().pages().linkDecisions())
                : Step.of("clear-entry", this::clearNext)
                        .asking("list.cleared", "list.spanned")
                        .asking(layer.iommu.tables().tableDecisions());
        OperationPlan plan = new OperationPlan()
                .step(clear)
                .stepIf(!layer.can.stores().snooped(), () -> Step.of("write-back", this::writeBack));
        if (layer.setting.flush == Flush.QUEUE) {
            queues.queueing(invalidations).forEach(plan::step);
            return plan.step(Step.of("return", (s, cpu) -> NEXT)).steps();
        }
        return plan.at("sync", layer.setting.flush.wraps() ? List.of() : invalidations.ofList(""))
                .stepIf(heap.isOn(), () -> Step.of("free-table", heap::free))
                .step(Step.of("free-run", this::freeUnmapped)
                        .asking("list.spanned")
                        .asking(iovas.freeDecisions()))
                .steps();
    }

    /** One store ends the table or the superpage that both pieces are in; the entries below are not cleared. */
    private int unlink(long[] s, int cpu) {
        heap.unlink(s, cpu);
        for (int i = 0; i < PAIR; i++) {
            layer.owed.set(s, layer.space(s, cpu), layer.page(s, cpu) + i, LayerState.OWED);
        }
        return NEXT;
    }

    // --- one piece of a list alone, which the API allows where it is no part of a superpage

    private boolean beginPart(long[] s, int cpu, int group, int page) {
        int space = layer.spaceOf(group);
        boolean mine = layer.phase.get(s, space, page) == LayerState.LIVE
                && layer.holder(s, space, page) == group
                && layer.piece.get(s, space, page) != LayerState.ALONE
                && partAllowed.decide(s, heap.isSuperpage(s, space, page) ? 1 : 0, 0, 0) != 0;
        if (mine) {
            layer.domain.set(s, cpu, group);
            layer.page.set(s, cpu, page);
            layer.phase.set(s, space, page, LayerState.CLOSING);
            layer.piece.set(s, space, page, LayerState.ALONE);
            layer.piece.set(s, space, page ^ 1, LayerState.ALONE);
        }
        return mine;
    }

    private List<Step> unmapPart() {
        return new OperationPlan()
                .step(Step.of("clear-entry", this::clearPart)
                        .asking(layer.iommu.tables().tableDecisions())
                        .asking(layer.iommu.tables().pages().linkDecisions()))
                .at("sync", invalidations.ofPage(""))
                .step(Step.of("free-iova", this::freePart).asking(iovas.freeDecisions()))
                .steps();
    }

    /** What the hardware's driver clears: all of a superpage, whatever part of it was asked for. */
    private int clearPart(long[] s, int cpu) {
        if (heap.isSuperpage(s, layer.space(s, cpu), layer.page(s, cpu))) {
            heap.unlink(s, cpu);
            layer.owed.set(s, layer.space(s, cpu), layer.page(s, cpu), LayerState.OWED);
        } else {
            clear(s, cpu, 0);
        }
        return NEXT;
    }

    private int freePart(long[] s, int cpu) {
        int space = layer.space(s, cpu);
        if (!iovas.isFree(s, space)) {
            return BLOCKED;
        }
        layer.phase.set(s, space, layer.page(s, cpu), LayerState.NONE);
        iovas.free(s, space, cpu, layer.page(s, cpu));
        return NEXT;
    }

    private int clearNext(long[] s, int cpu) {
        clear(s, cpu, (int) layer.element.get(s, cpu));
        return next(s, cpu, cleared.decide(s, spanned.decide(s, layer.pieces(s, cpu), 0, 0), 0, 0));
    }

    /** Step: the addresses are free, and the call returns. */
    private int freeUnmapped(long[] s, int cpu) {
        return free(s, cpu, spanned.decide(s, layer.pieces(s, cpu), 0, 0));
    }

    private int free(long[] s, int cpu, int count) {
        if (!iovas.isFree(s, layer.space(s, cpu))) {
            return BLOCKED;
        }
        become(s, cpu, LayerState.NONE);
        iovas.freeRun(s, layer.space(s, cpu), cpu, layer.page(s, cpu), count);
        return NEXT;
    }
}
