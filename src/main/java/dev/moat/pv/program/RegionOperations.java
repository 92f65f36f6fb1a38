package dev.moat.pv.program;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.pv.state.LayerSetting;
import dev.moat.pv.state.LayerState;
import dev.moat.pv.state.Whole;
import java.util.List;

/** Coherent memory, the pool's set-up, the balloon and aliases: the operations whose steps others can come between. */
public final class RegionOperations {
    private final Whole whole;
    private final LayerState layer;
    private final ModelBuilder model;
    private final Exchange exchange;
    /** {@code region.looks-at}: (pages of what is allocated) to those whose frames are looked at before none is exchanged. */
    private final Decision looksAt;
    /** {@code free.exchanges-back}: (page, 1 if its frames were exchanged) to 1 when they go back to Xen. */
    private final Decision exchangesBack;
    /** {@code free.pages}: (pages of what was allocated) to those that are freed. */
    private final Decision freedPages;
    /** {@code pool.limit}: (frames below 4 GiB) to the frames that will do for the pool at most. */
    private final Decision poolLimit;
    /** {@code pool.exchanges}: (pages of the pool, pages of a segment) to those whose frames are exchanged. */
    private final Decision exchangedPages;
    /** {@code pool.hands-out}: (segments that were set up, all of them) to those whose slots are handed out. */
    private final Decision handsOut;
    /** {@code pool.serves-unset}: 1 when a pool that could not be set up is used. */
    private final Decision servesUnset;

    public RegionOperations(Whole whole, Exchange exchange, ModelBuilder model) {
        this.whole = whole;
        layer = whole.state();
        this.exchange = exchange;
        this.model = model;
        looksAt = model.decision("region.looks-at", (s, pages, b, c) -> pages);
        exchangesBack = model.decision("free.exchanges-back", (s, page, remapped, c) -> remapped);
        freedPages = model.decision("free.pages", (s, pages, b, c) -> pages);
        poolLimit = model.decision("pool.limit", (s, low, all, c) -> low);
        exchangedPages = model.decision("pool.exchanges", (s, pages, segment, c) -> pages);
        handsOut = model.decision("pool.hands-out", (s, setUp, all, c) -> setUp);
        servesUnset = model.decision("pool.serves-unset", (s, a, b, c) -> 0);
    }

    public void declare() {
        LayerSetting setting = layer.setting;
        if (setting.coherent) {
            operation("alloc_coherent", this::beginAllocation, allocation(), page());
            operation("free_coherent", this::beginFree, freeing(), page());
        }
        if (setting.balloon) {
            operation("decrease_reservation", this::beginBalloon, ballooning(), page());
        }
        if (setting.setsUp) {
            operation("swiotlb_init", (s, cpu, a) -> beginSetUp(s, cpu), settingUp());
        }
        if (setting.vmap != LayerSetting.Vmap.NONE) {
            operation("vmap", this::beginAlias, aliasing(), page());
        }
    }

    private Argument page() {
        return new Argument("page", layer.setting.gfns);
    }

    private interface Begin {
        boolean begin(long[] s, int cpu, int page);
    }

    private void operation(String name, Begin begin, OperationPlan plan, Argument... arguments) {
        model.operation(new Operation(
                name,
                Actor.GUEST,
                List.of(arguments),
                ModelBuilder.all(),
                (s, cpu, page, b, c, d, e) -> begin.begin(s, cpu, page) && layer.clearLocals(s, cpu),
                plan.steps(),
                null));
    }

    private boolean isBuffer(int page) {
        return !layer.isPool(page)
                && page + layer.runPages() <= layer.setting.firstBuffer() + layer.setting.bufferPages;
    }

    /** The pages are a run of the kernel's own that no driver uses; an operation of another CPU may be about them. */
    private boolean isIdle(long[] s, int page) {
        boolean idle = isBuffer(page);
        for (int i = 0; idle && i < layer.runPages(); i++) {
            idle = layer.use.get(s, page + i) == LayerState.IDLE
                    && layer.p2m.get(s, page + i) != 0
                    && !whole.mappings().isMapped(s, page + i);
        }
        return idle;
    }

    private boolean beginAllocation(long[] s, int cpu, int page) {
        if (!layer.isFirstOfRun(page) || !isIdle(s, page) || !layer.device.isDriven(s)) {
            return false;
        }
        layer.page.set(s, cpu, page);
        layer.limit.set(s, cpu, layer.setting.reach);
        return true;
    }

    private OperationPlan allocation() {
        OperationPlan plan =
                new OperationPlan().step(Step.of("fit", this::takeIfFit).asking("region.looks-at"));
        exchange.begin(plan, LayerState.IDLE);
        exchange.swap(plan, true);
        exchange.remap(plan, Exchange.UNLOCK)
                .step(Step.of("remapped", this::allocated).quietly());
        return exchange.end(plan);
    }

    /** Memory that the device can address as one piece needs no exchange. */
    private int takeIfFit(long[] s, int cpu) {
        int page = (int) layer.page.get(s, cpu);
        int first = (int) layer.p2m.get(s, page) - 1;
        int pages = looksAt.decide(s, layer.runPages(), 0, 0);
        boolean fits = first >= 0 && first % layer.runPages() == 0 && first + pages <= layer.setting.reach;
        for (int i = 0; fits && i < pages; i++) {
            fits = layer.p2m.get(s, page + i) == first + i + 1;
        }
        if (!fits) {
            return Outcome.NEXT;
        }
        setUse(s, page, layer.runPages(), LayerState.COHERENT);
        return Outcome.DONE;
    }

    private void setUse(long[] s, int page, int pages, int use) {
        for (int i = 0; i < pages; i++) {
            layer.use.set(s, page + i, use);
        }
    }

    private int allocated(long[] s, int cpu) {
        setUse(s, (int) layer.page.get(s, cpu), layer.runPages(), LayerState.COHERENT);
        layer.remapped.set(s, (int) layer.page.get(s, cpu), 1);
        return Outcome.NEXT;
    }

    private boolean beginFree(long[] s, int cpu, int page) {
        if (!isBuffer(page)
                || !layer.isFirstOfRun(page)
                || layer.use.get(s, page) != LayerState.COHERENT
                || isAnotherFreeing(s, page)) {
            return false;
        }
        layer.page.set(s, cpu, page);
        return true;
    }

    private boolean isAnotherFreeing(long[] s, int page) {
        for (int cpu = 0; cpu < layer.pc.size(); cpu++) {
            if (layer.pc.get(s, cpu) != 0 && layer.page.get(s, cpu) == page) {
                return true;
            }
        }
        return false;
    }

    private OperationPlan freeing() {
        OperationPlan plan = new OperationPlan()
                .step(Step.of("condition", this::freeIfPlain).asking("free.exchanges-back", "free.pages"));
        exchange.begin(plan, LayerState.COHERENT);
        exchange.swap(plan, true, exchange.zap((s, cpu) -> pagesToFree(s)).asking("free.pages"));
        exchange.remap(plan, "freed")
                .step(Step.of("freed", this::freed).quietly().asking("free.pages"));
        return exchange.end(plan);
    }

    /** As many as the order of the size that the driver gives. */
    private int pagesToFree(long[] s) {
        return freedPages.decide(s, layer.runPages(), 0, 0);
    }

    private int freeIfPlain(long[] s, int cpu) {
        int page = (int) layer.page.get(s, cpu);
        if (exchangesBack.decide(s, page, (int) layer.remapped.get(s, page), 0) != 0) {
            return Outcome.NEXT;
        }
        setUse(s, page, pagesToFree(s), LayerState.IDLE);
        return Outcome.DONE;
    }

    /** Linux frees the pages whether Xen took the frames back or not. */
    private int freed(long[] s, int cpu) {
        layer.remapped.set(s, (int) layer.page.get(s, cpu), 0);
        setUse(s, (int) layer.page.get(s, cpu), pagesToFree(s), LayerState.IDLE);
        return Outcome.NEXT;
    }

    private boolean beginBalloon(long[] s, int cpu, int page) {
        if (!isIdle(s, page)) {
            return false;
        }
        layer.page.set(s, cpu, page);
        return true;
    }

    private OperationPlan ballooning() {
        OperationPlan plan = new OperationPlan();
        exchange.begin(plan, LayerState.IDLE);
        exchange.swap(plan, false);
        plan.step(Step.of("ballooned", this::ballooned)
                .on(Outcome.NEXT, Exchange.UNLOCK)
                .quietly());
        exchange.remap(plan, Exchange.UNLOCK);
        return exchange.end(plan);
    }

    private int ballooned(long[] s, int cpu) {
        setUse(s, (int) layer.page.get(s, cpu), layer.runPages(), LayerState.BALLOONED);
        for (int i = 0; i < layer.runPages(); i++) {
            layer.in.set(s, cpu, i, 0);
        }
        return Outcome.NEXT;
    }

    private boolean beginSetUp(long[] s, int cpu) {
        if (layer.isReady(s) || !isCpuFirst(s, cpu)) {
            return false;
        }
        layer.page.set(s, cpu, 0);
        layer.limit.set(s, cpu, layer.runPages());
        return true;
    }

    /** The kernel does this once, while it boots. */
    private boolean isCpuFirst(long[] s, int cpu) {
        for (int other = 0; other < layer.pc.size(); other++) {
            if (layer.pc.get(s, other) != 0) {
                return false;
            }
        }
        return cpu == 0;
    }

    private OperationPlan settingUp() {
        OperationPlan plan = new OperationPlan();
        exchange.begin(plan, LayerState.IDLE);
        exchange.swap(plan, true);
        exchange.remap(plan, "more-bits")
                .step(Step.of("next-segment", this::nextSegment)
                        .dropping("reservation-lock")
                        .asking("region.locks")
                        .asking("pool.exchanges", "pool.hands-out")
                        .on(Outcome.LOOP, "zero")
                        .on(Outcome.DONE, Exchange.UNLOCK));
        plan.step(Step.of("more-bits", this::moreBits)
                .asking("pool.limit", "pool.serves-unset")
                .dropping("reservation-lock")
                .asking("region.locks")
                .on(Outcome.LOOP, "zero")
                .on(Outcome.NEXT, layer.setting.halving ? "halve" : Exchange.UNLOCK));
        plan.stepIf(
                layer.setting.halving,
                () -> Step.of("halve", this::halve)
                        .asking("pool.serves-unset")
                        .dropping("reservation-lock")
                        .asking("region.locks")
                        .on(Outcome.LOOP, "zero")
                        .on(Outcome.NEXT, Exchange.UNLOCK));
        return exchange.end(plan);
    }

    private int nextSegment(long[] s, int cpu) {
        for (int i = 0; i < layer.runPages(); i++) {
            layer.out.set(s, cpu, i, 0);
        }
        int next = (int) layer.page.get(s, cpu) + layer.runPages();
        if (next >= exchangedPages.decide(s, layer.pagesInUse(s), layer.runPages(), 0)) {
            serve(s);
            return Outcome.DONE;
        }
        layer.page.set(s, cpu, next);
        exchange.drop(s, cpu);
        return Outcome.LOOP;
    }

    /** The number of address bits grows until there is memory; that it did is kept for the next segment. */
    private int moreBits(long[] s, int cpu) {
        long limit = layer.limit.get(s, cpu) + layer.runPages();
        if (limit > poolLimit.decide(s, layer.setting.low, layer.setting.frames.size(), 0)) {
            return layer.setting.halving ? Outcome.NEXT : giveUp(s);
        }
        layer.limit.set(s, cpu, limit);
        exchange.drop(s, cpu);
        return Outcome.LOOP;
    }

    /** The pool is used, as far as it was set up: slots behind that are never free. */
    private void serve(long[] s) {
        if (layer.setting.halving) {
            int all = layer.setting.segments;
            int kept = handsOut.decide(s, (int) layer.poolSegments.get(s, 0), all, 0);
            layer.poolSegments.set(s, 0, kept);
            for (int slot = kept * layer.setting.segmentSlots; slot < layer.slots.size(); slot++) {
                layer.poolFree.set(s, slot, 0);
            }
        }
        layer.ready.set(s, 0, 1);
    }

    /** There is no pool; the next attempt begins with all of it. */
    private int giveUp(long[] s) {
        if (servesUnset.decide(s, 0, 0, 0) != 0) {
            layer.ready.set(s, 0, 1);
        } else if (layer.setting.halving) {
            layer.poolSegments.set(s, 0, layer.setting.segments);
        }
        return Outcome.NEXT;
    }

    /** Half the slots are tried from the first segment on, with the fewest address bits again; the last half is given up. */
    private int halve(long[] s, int cpu) {
        int segments = (int) layer.poolSegments.get(s, 0) / 2;
        if (segments == 0) {
            return giveUp(s);
        }
        layer.poolSegments.set(s, 0, segments);
        layer.page.set(s, cpu, 0);
        layer.limit.set(s, cpu, layer.runPages());
        exchange.drop(s, cpu);
        return Outcome.LOOP;
    }

    private boolean beginAlias(long[] s, int cpu, int page) {
        if (layer.isPool(page) || !isBuffer(page) || layer.alias.get(s, 0) != 0 || layer.p2m.get(s, page) == 0) {
            return false;
        }
        layer.page.set(s, cpu, page);
        return true;
    }

    /** The entry's value is computed, and then written; Xen validates it when it is. */
    private OperationPlan aliasing() {
        return new OperationPlan()
                .step(Step.of("compute", this::computeAlias))
                .step(Step.of("write", this::writeAlias));
    }

    private int computeAlias(long[] s, int cpu) {
        layer.out.set(s, cpu, 0, layer.p2m.get(s, (int) layer.page.get(s, cpu)));
        return Outcome.NEXT;
    }

    private int writeAlias(long[] s, int cpu) {
        int frame = (int) layer.out.get(s, cpu, 0) - 1;
        if (frame >= 0 && layer.isOurs(s, frame) && layer.alias.get(s, 0) == 0) {
            layer.alias.set(s, 0, frame + 1);
            layer.aliasGivenUp.set(s, 0, 0);
        }
        return Outcome.NEXT;
    }
}
