package dev.moat.pv.program;

import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.OperationPlan;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.pv.state.Contents;
import dev.moat.pv.state.Hardware;
import dev.moat.pv.state.LayerSetting;
import dev.moat.pv.state.LayerState;
import dev.moat.pv.state.Whole;

/**
 * What Linux and Xen do to swap the frames under pages ({@code xen_create_contiguous_region}, {@code XENMEM_exchange}): the guest's
 * part under the reservation lock, Xen's part with every check, and every way back. Operations begin with steps of their own; the balloon
 * has Xen's part without what is given in return. {@code @source} LINUX-XEN-SWIOTLB; Xen {@code common/memory.c}.
 */
public final class Exchange {
    /** Where a failed attempt goes on, and where it ends. */
    private static final String REMAP = "remap";

    static final String UNLOCK = "unlock";

    private final LayerState layer;
    private final Hardware hardware;
    private final Contents contents;
    /** {@code region.locks}: 1 when the reservation lock is taken. */
    private final Decision locks;
    /** {@code region.zeroes}: 1 when pages are cleared before their frames are given away. */
    private final Decision zeroes;
    /**
     * {@code exchange.is-referenced}: (frame, 1 when it is about to be taken, 1 for entries of the kernel plus 2 for a guest's mapping)
     * to 1 when others still refer to it.
     */
    private final Decision referenced;
    /** {@code exchange.flushes-iotlb}: (1 after frames were freed) to 1 when caches of the IOMMU forget here. */
    private final Decision flushesIotlb;
    /** {@code exchange.flushes-cpu}: (own CPU, CPU) to 1 when a CPU's TLB is emptied before frames are freed. */
    private final Decision flushesCpu;
    /** {@code remap.frame}: (page, old frame, new one plus 1 or 0 when the exchange failed) to the frame that is put under it. */
    private final Decision frameBack;
    /** {@code remap.writes-pte}: (page) to 1 when the kernel's own entry is written, not only the p2m. */
    private final Decision writesPte;

    public Exchange(Whole whole, ModelBuilder model) {
        layer = whole.state();
        hardware = whole.hardware();
        contents = whole.contents();
        locks = model.decision("region.locks", (s, a, b, c) -> 1);
        zeroes = model.decision("region.zeroes", (s, a, b, c) -> 1);
        referenced = model.decision("exchange.is-referenced", (s, frame, taking, by) -> by == 0 ? 0 : 1);
        flushesIotlb = model.decision("exchange.flushes-iotlb", (s, after, b, c) -> 1 - after);
        flushesCpu = model.decision("exchange.flushes-cpu", (s, own, cpu, c) -> 1);
        frameBack = model.decision("remap.frame", (s, page, old, fresh) -> fresh != 0 ? fresh - 1 : old);
        writesPte = model.decision("remap.writes-pte", (s, page, b, c) -> 1);
    }

    /**
     * Clears the pages, purges aliases where that is the policy, takes the lock and looks whether the pages are still there. Purging may
     * sleep, so a caller in an interrupt cannot have this policy.
     *
     * @param use what the pages must still be used for
     */
    OperationPlan begin(OperationPlan plan, int use) {
        return plan.step(Step.of("zero", this::zero).asking("region.zeroes"))
                .stepIf(
                        layer.setting.vmap == LayerSetting.Vmap.PURGED,
                        () -> Step.of("purge-aliases", this::purgeAliases))
                .stepIf(
                        layer.setting.vmap == LayerSetting.Vmap.PURGED,
                        () -> Step.of("aliases-purged", this::aliasesPurged))
                .step(Step.of("lock", this::lock).taking("reservation-lock").asking("region.locks"))
                .step(Step.of("check-pages", (s, cpu) -> checkPages(s, cpu, use))
                        .on(Outcome.FAIL, UNLOCK)
                        .quietly());
    }

    /** From the kernel's entries to the frames being back in the heap and new ones, if any, being the domain's. */
    OperationPlan swap(OperationPlan plan, boolean inReturn) {
        return swap(plan, inReturn, zap((s, cpu) -> layer.runPages()));
    }

    /** Takes the frames from under so many pages, from the first of the run on. */
    Step zap(StepCode pages) {
        return Step.of("zap", (s, cpu) -> zap(s, cpu, pages.run(s, cpu)));
    }

    OperationPlan swap(OperationPlan plan, boolean inReturn, Step zap) {
        plan.step(zap)
                .step(Step.of("check-frames", this::checkFrames)
                        .on(Outcome.FAIL, REMAP)
                        .asking("exchange.is-referenced"))
                .step(Step.of("steal", this::steal)
                        .on(Outcome.FAIL, REMAP)
                        .asking("exchange.is-referenced")
                        .asking(hardware.storeDecisions()))
                .stepIf(inReturn, () -> Step.of("allocate", this::allocate).on(Outcome.FAIL, "give-back"))
                .step(Step.of("flush", this::flush)
                        .asking("exchange.flushes-iotlb", "exchange.flushes-cpu")
                        .asking(hardware.flushDecisions()))
                .step(Step.of("free", this::free));
        return inReturn
                ? plan.step(Step.of("assign", this::assign)
                                .on(Outcome.NEXT, REMAP)
                                .asking("exchange.flushes-iotlb")
                                .asking(hardware.mapDecisions()))
                        .step(Step.of("give-back", this::giveBack).asking(hardware.mapDecisions()))
                : plan;
    }

    /**
     * Puts frames under the pages again: the new ones, or the old ones when there are none.
     *
     * @param otherwise where it goes on then
     */
    OperationPlan remap(OperationPlan plan, String otherwise) {
        return plan.step(
                Step.of(REMAP, this::putBack).on(Outcome.FAIL, otherwise).asking("remap.frame", "remap.writes-pte"));
    }

    OperationPlan end(OperationPlan plan) {
        return plan.step(
                Step.of(UNLOCK, this::unlock).dropping("reservation-lock").asking("region.locks"));
    }

    private int first(long[] s, int cpu) {
        return (int) layer.page.get(s, cpu);
    }

    private int zero(long[] s, int cpu) {
        for (int i = 0; i < layer.runPages() && zeroes.decide(s, 0, 0, 0) != 0; i++) {
            contents.write(s, (first(s, cpu) + i) * Contents.HALVES, Contents.ZERO);
            contents.write(s, (first(s, cpu) + i) * Contents.HALVES + 1, Contents.ZERO);
        }
        return Outcome.NEXT;
    }

    private int lock(long[] s, int cpu) {
        boolean goesOn = locks.decide(s, 0, 0, 0) == 0 || layer.lock.take(s, cpu, 0);
        return goesOn ? Outcome.NEXT : Outcome.BLOCKED;
    }

    /** Drops the lock, where it is taken. */
    void drop(long[] s, int cpu) {
        if (locks.decide(s, 0, 0, 0) != 0) {
            layer.lock.drop(s, cpu, 0);
        }
    }

    private int unlock(long[] s, int cpu) {
        drop(s, cpu);
        return Outcome.DONE;
    }

    private int checkPages(long[] s, int cpu, int use) {
        for (int i = 0; i < layer.runPages(); i++) {
            if (layer.use.get(s, first(s, cpu) + i) != use || layer.p2m.get(s, first(s, cpu) + i) == 0) {
                return Outcome.FAIL;
            }
        }
        return Outcome.NEXT;
    }

    /** {@code vm_unmap_aliases}: takes a mutex, so it may sleep. */
    private int purgeAliases(long[] s, int cpu) {
        layer.sleeps.set(s, cpu, 1);
        if (layer.aliasGivenUp.get(s, 0) != 0) {
            layer.alias.set(s, 0, 0);
            layer.aliasGivenUp.set(s, 0, 0);
            layer.flushTlbs(s);
        }
        return Outcome.NEXT;
    }

    private int aliasesPurged(long[] s, int cpu) {
        layer.sleeps.set(s, cpu, 0);
        return Outcome.NEXT;
    }

    private int zap(long[] s, int cpu, int pages) {
        for (int i = 0; i < pages; i++) {
            int page = first(s, cpu) + i;
            layer.in.set(s, cpu, i, layer.p2m.get(s, page));
            layer.pte.set(s, page, 0);
            layer.p2m.set(s, page, 0);
        }
        return Outcome.NEXT;
    }

    /** Pages whose frames the exchange is about: those that a frame was taken from under, and the first in any case. */
    private int pages(long[] s, int cpu) {
        int pages = 1;
        while (pages < layer.runPages() && layer.in.get(s, cpu, pages) != 0) {
            pages++;
        }
        return pages;
    }

    private int checkFrames(long[] s, int cpu) {
        return canTake(s, cpu, 0) ? Outcome.NEXT : Outcome.FAIL;
    }

    private boolean canTake(long[] s, int cpu, int taking) {
        for (int i = 0; i < pages(s, cpu); i++) {
            int frame = (int) layer.in.get(s, cpu, i) - 1;
            if (frame < 0
                    || !layer.isOurs(s, frame)
                    || referenced.decide(s, frame, taking, references(s, frame)) != 0) {
                return false;
            }
        }
        return true;
    }

    private int references(long[] s, int frame) {
        return (layer.isMappedByKernel(s, frame) ? 1 : 0) + (layer.isLent(s, frame) ? 2 : 0);
    }

    /** Xen looks again and takes the frame in one compare-and-exchange; the device is kept out from now on. */
    private int steal(long[] s, int cpu) {
        if (!canTake(s, cpu, 1)) {
            return Outcome.FAIL;
        }
        for (int i = 0; i < pages(s, cpu); i++) {
            int frame = (int) layer.in.get(s, cpu, i) - 1;
            layer.holder.set(s, frame, LayerState.LEAVING);
            hardware.unmap(s, frame);
        }
        return Outcome.NEXT;
    }

    /** Frames for what is taken; those that are taken do not count. A limit of none asks for single ones, wherever they are. */
    private int allocate(long[] s, int cpu) {
        int limit = (int) layer.limit.get(s, cpu);
        if (limit == 0) {
            return allocateSingle(s, cpu);
        }
        int run = pages(s, cpu);
        for (int f = 0; f + run <= limit; f += run) {
            if (isFreeRun(s, f, run)) {
                for (int i = 0; i < run; i++) {
                    take(s, cpu, i, f + i);
                }
                return Outcome.NEXT;
            }
        }
        return Outcome.FAIL;
    }

    private int allocateSingle(long[] s, int cpu) {
        for (int i = 0; i < pages(s, cpu); i++) {
            int frame = layer.lastFree(s);
            if (frame < 0) {
                return Outcome.FAIL;
            }
            take(s, cpu, i, frame);
        }
        return Outcome.NEXT;
    }

    private boolean isFreeRun(long[] s, int first, int run) {
        for (int i = 0; i < run; i++) {
            if (layer.holder.get(s, first + i) != LayerState.HEAP) {
                return false;
            }
        }
        return true;
    }

    private void take(long[] s, int cpu, int i, int frame) {
        layer.holder.set(s, frame, LayerState.COMING);
        layer.out.set(s, cpu, i, frame + 1);
    }

    private int flush(long[] s, int cpu) {
        if (flushesIotlb.decide(s, 0, 0, 0) != 0) {
            hardware.flush(s);
        }
        for (int other = 0; other < layer.tlb.size(); other++) {
            if (flushesCpu.decide(s, cpu, other, 0) != 0) {
                layer.flushTlb(s, other);
            }
        }
        return Outcome.NEXT;
    }

    private int free(long[] s, int cpu) {
        for (int i = 0; i < pages(s, cpu); i++) {
            int frame = (int) layer.in.get(s, cpu, i) - 1;
            layer.holder.set(s, frame, LayerState.HEAP);
            layer.m2p.set(s, frame, 0);
        }
        return Outcome.NEXT;
    }

    /** Xen's table says at once whose number the new frames have. */
    private int assign(long[] s, int cpu) {
        if (flushesIotlb.decide(s, 1, 0, 0) != 0) {
            hardware.flush(s);
        }
        for (int i = 0; i < pages(s, cpu); i++) {
            int frame = (int) layer.out.get(s, cpu, i) - 1;
            layer.holder.set(s, frame, LayerState.OURS);
            layer.m2p.set(s, frame, first(s, cpu) + i + 1);
            hardware.map(s, frame);
        }
        return Outcome.NEXT;
    }

    /** Nothing fits: what was taken goes back to whom it belonged, and what was found to the heap. */
    private int giveBack(long[] s, int cpu) {
        for (int i = 0; i < pages(s, cpu); i++) {
            int frame = (int) layer.in.get(s, cpu, i) - 1;
            layer.holder.set(s, frame, LayerState.OURS);
            hardware.map(s, frame);
            int found = (int) layer.out.get(s, cpu, i) - 1;
            if (found >= 0) {
                layer.holder.set(s, found, LayerState.HEAP);
                layer.out.set(s, cpu, i, 0);
            }
        }
        return Outcome.NEXT;
    }

    /** The kernel's table and its own entry; Xen refuses an entry for a frame that is not the domain's. */
    private int putBack(long[] s, int cpu) {
        boolean exchanged = layer.out.get(s, cpu, 0) != 0;
        int pages = pages(s, cpu);
        for (int i = 0; i < pages; i++) {
            int page = first(s, cpu) + i;
            int frame = frameBack.decide(s, page, (int) layer.in.get(s, cpu, i) - 1, (int) layer.out.get(s, cpu, i));
            layer.p2m.set(s, page, frame + 1);
            if (writesPte.decide(s, page, 0, 0) != 0) {
                layer.pte.set(s, page, frame >= 0 && layer.isOurs(s, frame) ? frame + 1 : 0);
            }
            layer.in.set(s, cpu, i, 0);
        }
        layer.flushTlbs(s);
        return exchanged ? Outcome.NEXT : Outcome.FAIL;
    }
}
