package dev.moat.dma.layer;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.dma.layer.range.OwnAddresses;
import dev.moat.dma.layer.setting.Flush;
import dev.moat.iommu.Rights;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls of drivers, {@code dma_map_page} and {@code dma_unmap_page}, and the timer of the flush queue. {@code @source} Linux 6.1
 * dma-iommu.c: __iommu_dma_map, __iommu_dma_unmap, queue_iova, fq_flush_timeout; amd_gart_64.c and pci-calgary_64.c where
 * addresses wrap.
 */
final class MapAndUnmap {
    static final String MAP = "dma_map_page";
    static final String UNMAP = "dma_unmap_page";
    private static final String ALLOCATE = "dma_alloc_coherent";
    private static final String FREE = "dma_free_coherent";
    static final String TIMEOUT = "flush_timeout";

    private final LayerState layer;
    private final Iovas iovas;
    private final FlushQueues queues;
    private final Groups groups;
    private final Heap heap;
    private final Invalidations invalidations;
    /** {@code unmap.spares-direct}: (group) to 1 when a driver's unmap leaves direct regions alone. */
    private final Decision sparesDirect;
    /** {@code unmap.spares-error}: (page 0) to 1 when a driver's unmap of the address that stands for an error does nothing. */
    private final Decision sparesError;
    /** {@code iova.pages-freed}: (pages of the mapping) to those that are freed with it. */
    private final Decision pagesFreed;
    /** {@code unmap.pages-cleared}: (pages of the mapping) to those whose entries are cleared. */
    private final Decision pagesCleared;
    /** {@code map.direction}: (how the page is mapped) to what its entry says of that. */
    private final Decision direction;
    /** What becomes of memory in reach of devices, where that is not remapped. */
    private final @Nullable OwnAddresses own;

    MapAndUnmap(DmaLayer.Parts parts, ModelBuilder model) {
        layer = parts.state();
        iovas = parts.iovas();
        queues = parts.queues();
        groups = parts.groups();
        heap = parts.heap();
        invalidations = groups.invalidations();
        sparesDirect = layer.setting.direct
                ? model.decision("unmap.spares-direct", (s, group, b, c) -> 1)
                : (s, group, b, c) -> 1;
        Decision spares = (s, page, b, c) -> 1;
        sparesError = layer.setting.holdsZeroBack ? model.decision("unmap.spares-error", spares) : spares;
        pagesFreed = model.decision("iova.pages-freed", (s, pages, b, c) -> pages);
        pagesCleared = model.decision("unmap.pages-cleared", (s, pages, b, c) -> pages);
        own = layer.setting.reach > 0
                ? new OwnAddresses(layer.setting.reach, layer.firstTranslated(), layer.lastTranslated(), model)
                : null;
        direction = model.decision("map.direction", (s, toDevice, b, c) -> toDevice);
    }

    void declare(ModelBuilder model) {
        Argument domain = new Argument("group", layer.setting.groups);
        List<String> ways = new ArrayList<>(List.of("bidirectional"));
        if (layer.setting.toDevice || layer.setting.fromDevice) {
            ways.add("to_device");
        }
        if (layer.setting.fromDevice) {
            ways.add("from_device");
        }
        Sort directions = new Sort("Direction", ways);
        List<Argument> mapped = new ArrayList<>(
                List.of(domain, new Argument("frame", layer.setting.frames), new Argument("direction", directions)));
        if (layer.setting.narrow) {
            mapped.add(new Argument("device", new Sort("Reach", List.of("wide", "narrow"))));
        }
        if (layer.setting.bounceFrames > 0) {
            mapped.add(new Argument("size", new Sort("Size", List.of("page", "part"))));
        }
        boolean identity = layer.setting.flush == Flush.IDENTITY && !layer.types.vary();
        operation(model, MAP, mapped, begin(), identity ? justReturn(this::mapped) : map(false));
        List<Argument> address = List.of(domain, new Argument("page", layer.pages));
        operation(
                model,
                UNMAP,
                address,
                Operation.Start.of(this::beginUnmap),
                identity ? justReturn(this::unmapped) : unmap(false));
        if (layer.setting.coherentFrames > 0) {
            Operation.Start allocates = Operation.Start.of((s, cpu, of) -> beginMap(s, cpu, of, 0, 0));
            operation(model, ALLOCATE, List.of(domain), allocates, map(true));
            operation(model, FREE, address, Operation.Start.of(this::beginFree), unmap(true));
        }
        if (layer.setting.flush == Flush.QUEUE) {
            operation(
                    model,
                    TIMEOUT,
                    List.of(domain),
                    Operation.Start.of(this::beginTimeout),
                    queues.timeout(invalidations));
        }
    }

    static void operation(
            ModelBuilder model, String name, List<Argument> arguments, Operation.Start start, List<Step> steps) {
        model.operation(new Operation(name, Actor.HYPERVISOR, arguments, ModelBuilder.all(), start, steps, null));
    }

    private static List<Step> justReturn(StepCode code) {
        return new OperationPlan().step(Step.of("return", code)).steps();
    }

    // --- map

    private Operation.Start begin() {
        return (s, cpu, domain, frame, direction, other, e) -> {
            layer.wantedNarrow.set(s, cpu, layer.setting.narrow ? other : 0);
            heap.wantPart(s, cpu, other);
            boolean same = layer.types.isIdentity(s, domain);
            return same ? beginIdentity(s, cpu, domain, frame, direction) : beginMap(s, cpu, domain, frame, direction);
        };
    }

    private boolean beginMap(long[] s, int cpu, int domain, int frame, int direction) {
        if (!groups.hasDriver(s, domain)) {
            return false;
        }
        layer.domain.set(s, cpu, domain);
        layer.wanted.set(s, cpu, frame);
        layer.wantedToDevice.set(s, cpu, direction);
        return own == null || beginOwn(s, cpu, frame, own);
    }

    /** Memory in reach has its address at once, where no other mapping has it; there is none below the aperture. */
    private boolean beginOwn(long[] s, int cpu, int frame, OwnAddresses own) {
        boolean kept = own.isKept(s, frame);
        if (!own.isMemory(s, frame) || (kept && layer.phase.get(s, layer.space(s, cpu), frame) != LayerState.NONE)) {
            return false;
        }
        if (kept) {
            layer.page.set(s, cpu, frame);
            open(s, cpu);
        }
        return true;
    }

    /** @param coherent whether the memory is allocated, too */
    private List<Step> map(boolean coherent) {
        boolean wraps = layer.setting.flush.wraps();
        boolean likeCalgary = layer.setting.flush == Flush.WRAP_CALGARY;
        OperationPlan plan = new OperationPlan()
                .stepIf(coherent, () -> Step.of("take-frame", heap::takeBuffer).on(FAIL, Step.END))
                .at("type", layer.types.checkIdentity(layer.domain))
                .at("bounce", heap.bouncing())
                .at("need", own == null ? List.of() : List.of(own.checkNeed(layer.wanted)))
                .step(iovas.lockingForOne("lock-iovas"))
                .step(Step.of("find-iova", iovas::find)
                        .asking(layer.setting.narrow && layer.setting.magazine > 0 ? List.of("iova.within") : List.of())
                        .quietly()
                        .on(LOOP, likeCalgary ? "ask-wrap" : "find-iova")
                        .on(FAIL, "unlock-empty"))
                .step(Step.of("take-iova", coherent ? this::takeCoherent : this::take)
                        .asking(iovas.takeDecisions())
                        .quietly())
                .step(iovas.unlocking("unlock-iovas"))
                .at("table", heap.making("store-entry", "free-unused"))
                .step(Step.of("store-entry", this::store)
                        .asking("map.direction")
                        .asking(layer.iommu.tables().tableDecisions()))
                .stepIf(!layer.can.stores().snooped(), () -> Step.of("write-back", this::writeBack));
        if (layer.setting.flush.flushesAtReturn()) {
            plan.at("wrap", invalidations.beforeReturn(iovas));
        } else if (layer.can.caching().absence() && !wraps) {
            plan.at("absence", invalidations.ofPage(""));
        }
        plan.step(Step.of("return", this::mapped).on(NEXT, Step.END));
        if (likeCalgary) {
            plan.at("wrap", invalidations.ofDomain("wrap"));
            plan.step(Step.of("find-from-start", (s, cpu) -> iovas.findFromStart(s, cpu, 1))
                    .quietly()
                    .on(NEXT, "take-iova")
                    .on(FAIL, "unlock-empty"));
        }
        if (heap.isOn()) {
            plan.step(Step.of("free-unused", this::freeUnused)
                    .asking(iovas.freeDecisions())
                    .on(NEXT, Step.END));
        }
        return plan.step(invalidations.unlockEmpty(iovas))
                .stepIf(coherent, () -> Step.of("give-back", heap::freeBuffer))
                .stepIf(layer.setting.bounceFrames > 0, () -> Step.of("give-back", heap::freeBuffer))
                .steps();
    }

    private int takeCoherent(long[] s, int cpu) {
        take(s, cpu);
        layer.piece.set(s, layer.space(s, cpu), layer.page(s, cpu), LayerState.COHERENT);
        return NEXT;
    }

    private boolean beginFree(long[] s, int cpu, int domain, int page) {
        int space = layer.spaceOf(domain);
        boolean mine = layer.phase.get(s, space, page) == LayerState.LIVE
                && layer.piece.get(s, space, page) == LayerState.COHERENT
                && layer.holder(s, space, page) == domain;
        if (mine) {
            layer.domain.set(s, cpu, domain);
            layer.page.set(s, cpu, page);
            layer.wanted.set(s, cpu, layer.frame.get(s, space, page));
            layer.phase.set(s, space, page, LayerState.CLOSING);
        }
        return mine;
    }

    /** There is no table: the address is free again, and the call fails. */
    private int freeUnused(long[] s, int cpu) {
        int space = layer.space(s, cpu);
        if (!iovas.isFree(s, space)) {
            return BLOCKED;
        }
        layer.phase.set(s, space, layer.page(s, cpu), LayerState.NONE);
        iovas.free(s, space, cpu, layer.page(s, cpu));
        return NEXT;
    }

    private int take(long[] s, int cpu) {
        iovas.take(s, cpu);
        open(s, cpu);
        return NEXT;
    }

    private void open(long[] s, int cpu) {
        int d = layer.space(s, cpu);
        int p = layer.page(s, cpu);
        if (layer.phase.get(s, d, p) == LayerState.LIVE) {
            // Only a fault hands an address out twice: what its first driver relies on stays on record.
            return;
        }
        layer.phase.set(s, d, p, LayerState.OPENING);
        layer.holder.set(s, d, p, layer.holder.width() > 0 ? layer.domain.get(s, cpu) : 0);
        layer.frame.set(s, d, p, layer.wanted.get(s, cpu));
        layer.toDevice.set(s, d, p, layer.wantedToDevice.get(s, cpu));
        layer.narrow.set(s, d, p, layer.wantedNarrow.get(s, cpu));
        heap.notePart(s, cpu, d, p);
        layer.piece.set(s, d, p, LayerState.ALONE);
    }

    private int store(long[] s, int cpu) {
        int rights = layer.rights(direction.decide(s, (int) layer.wantedToDevice.get(s, cpu), 0, 0));
        layer.iommu.tables().store(s, layer.space(s, cpu), layer.page(s, cpu), (int) layer.wanted.get(s, cpu), rights);
        return NEXT;
    }

    private int writeBack(long[] s, int cpu) {
        int space = layer.space(s, cpu);
        int page = layer.page(s, cpu);
        layer.iommu.visibility().writeBack(s, space, page);
        if (layer.owed.get(s, space, page) == LayerState.UNSEEN) {
            layer.owed.set(s, space, page, LayerState.OWED);
        }
        return NEXT;
    }

    private int mapped(long[] s, int cpu) {
        if (layer.foundNone(s, cpu)) {
            return NEXT;
        }
        layer.phase.set(s, layer.space(s, cpu), layer.page(s, cpu), LayerState.LIVE);
        return NEXT;
    }

    // --- unmap

    private boolean beginUnmap(long[] s, int cpu, int domain, int page) {
        int space = layer.spaceOf(domain);
        if (layer.piece.get(s, space, page) != LayerState.ALONE) {
            return false;
        }
        boolean direct = layer.isDirect(space, page) && sparesDirect.decide(s, domain, 0, 0) == 0;
        boolean error = page == 0 && layer.setting.holdsZeroBack && sparesError.decide(s, page, 0, 0) == 0;
        if (!direct
                && !error
                && (layer.phase.get(s, space, page) != LayerState.LIVE || layer.holder(s, space, page) != domain)) {
            return false;
        }
        layer.domain.set(s, cpu, domain);
        layer.page.set(s, cpu, page);
        layer.wanted.set(s, cpu, layer.setting.bounceFrames > 0 ? layer.frame.get(s, space, page) : 0);
        layer.phase.set(s, space, page, LayerState.CLOSING);
        return true;
    }

    /** @param coherent whether the memory is freed, too */
    private List<Step> unmap(boolean coherent) {
        OperationPlan plan = new OperationPlan()
                .at("type", layer.types.checkIdentity(layer.domain))
                .at("range", own == null ? List.of() : List.of(own.checkRange(layer.page)))
                .step(Step.of("clear-entry", this::clear)
                        .asking("unmap.pages-cleared")
                        .asking(layer.iommu.tables().tableDecisions()))
                .stepIf(!layer.can.stores().snooped(), () -> Step.of("write-back", this::writeBack));
        Step free = Step.of("free-iova", this::free)
                .asking("iova.pages-freed")
                .asking(iovas.freeDecisions())
                .quietly();
        List<Step> sync = layer.setting.flush.wraps() ? List.of() : invalidations.ofPage("");
        if (layer.setting.flush == Flush.QUEUE) {
            layer.types
                    .strictOrDeferred(layer.domain, sync, free, queues.queueing(invalidations))
                    .forEach(plan::step);
        } else {
            plan.at("sync", sync).step(free);
        }
        return plan.step(Step.of("return", this::unmapped).asking(iovas.takenDecisions()))
                .stepIf(coherent, () -> Step.of("free-frame", heap::freeBuffer))
                .stepIf(layer.setting.bounceFrames > 0, () -> Step.of("free-bounced", heap::freeBuffer))
                .steps();
    }

    private int clear(long[] s, int cpu) {
        int d = layer.space(s, cpu);
        int p = entry(s, cpu);
        int end = Math.min(p + pagesCleared.decide(s, 1, 0, 0), layer.pages.size());
        for (int at = p; at < end; at++) {
            layer.iommu.tables().store(s, d, at, 0, Rights.NONE);
        }
        layer.owed.set(s, d, p, layer.can.stores().snooped() ? LayerState.OWED : LayerState.UNSEEN);
        return NEXT;
    }

    /** The page whose entry and bit an unmap comes to. */
    private int entry(long[] s, int cpu) {
        return own == null ? layer.page(s, cpu) : own.entry(layer.page(s, cpu));
    }

    /** When addresses wrap an unmap pays nothing before; else it frees what nobody can reach any more, but for a fault. */
    private int free(long[] s, int cpu) {
        int d = layer.space(s, cpu);
        int p = entry(s, cpu);
        if (!iovas.isFree(s, d)) {
            return BLOCKED;
        }
        if (pagesFreed.decide(s, 1, 0, 0) == 1) {
            iovas.free(s, d, cpu, p);
        } else {
            iovas.freeAll(s, d, layer.page(s, cpu), 2);
        }
        boolean paid = layer.setting.flush.wraps() || layer.owed.get(s, d, p) == LayerState.SETTLED;
        if (paid && layer.iommu.tables().rights(s, d, p) == Rights.NONE) {
            layer.end(s, d, layer.page(s, cpu));
        }
        return NEXT;
    }

    /** What was freed or queued ended then: another call may have been handed it, and be about to unmap it again. The rest ends here. */
    private int unmapped(long[] s, int cpu) {
        int d = layer.space(s, cpu);
        int p = layer.page(s, cpu);
        if (entry(s, cpu) != p || !iovas.isTaken(s, d, p)) {
            layer.end(s, d, p);
        }
        return NEXT;
    }

    // --- the timer

    private boolean beginTimeout(long[] s, int cpu, int domain) {
        layer.domain.set(s, cpu, domain);
        return queues.isTimerOn(s, layer.spaceOf(domain));
    }

    // --- identity: a frame is at its own number, and nothing is stored

    private boolean beginIdentity(long[] s, int cpu, int domain, int frame, int direction) {
        if (layer.phase.get(s, layer.spaceOf(domain), frame) != LayerState.NONE) {
            return false;
        }
        if (!beginMap(s, cpu, domain, frame, direction)) {
            return false;
        }
        layer.page.set(s, cpu, frame);
        open(s, cpu);
        return true;
    }
}
