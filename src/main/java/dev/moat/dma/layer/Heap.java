package dev.moat.dma.layer;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.dma.layer.pool.BouncedParts;
import dev.moat.iommu.Rights;
import dev.moat.iommu.TablePages;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Step;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames that are taken from a heap and go back. A pool to bounce parts of pages by. Coherent memory: taken before it is
 * mapped, given back when its unmap has returned ({@code iommu_dma_alloc}, {@code iommu_dma_free}). And tables of two
 * pages: taken by the map that finds none, given back by the unmap that covers one, or by the superpage that takes its
 * place, after the invalidation. {@code @source} Linux 6.1 intel/iommu.c: pfn_to_dma_pte with cmpxchg64,
 * dma_pte_clear_level, dma_pte_list_pagetables; iommu.h: iommu_iotlb_gather.freelist.
 */
final class Heap {
    private final LayerState layer;
    private final int first;
    /** Values of {@link #used}; from {@link #BUFFER} on what devices are led to. */
    private static final int TABLE = 1;

    private static final int BUFFER = 2;
    private static final int BOUNCED = 3;

    /** Of each frame of the heap: what it is taken for. */
    private final Slots used;
    /** {@code map.bounced}: (group, whether part of a page is mapped for one that is not trusted) to 1 when it is bounced. */
    private final Decision bounced;

    private final BouncedParts parts;
    /** {@code table.linked-already}: (whether the entry above leads to a table) to 1 when this CPU's own goes back. */
    private final Decision linkedAlready;

    Heap(LayerState layer, ModelBuilder model) {
        this.layer = layer;
        first = layer.setting.frames.size();
        SchemaBuilder schema = model.schema();
        Sort heap = Sort.numbered("HeapFrame", "t", layer.setting.moreFrames());
        used = schema.slots("heap.used", Role.HYPERVISOR, Writer.HYPERVISOR, heap)
                .bits(layer.setting.coherentFrames + layer.setting.bounceFrames > 0 ? 2 : 1);
        Decision needed = (s, group, is, c) -> is;
        bounced = layer.setting.bounceFrames > 0 ? model.decision("map.bounced", needed) : needed;
        Sort pool = heap.onlyIf(layer.setting.bounceFrames > 0);
        parts = new BouncedParts(model, pool, first, (s, i) -> used.get(s, i) == BOUNCED);
        Decision there = (s, table, b, c) -> table;
        linkedAlready = isOn() ? model.decision("table.linked-already", there) : there;
    }

    /** Whether tables come and go. */
    boolean isOn() {
        return layer.setting.tableFrames > 0;
    }

    private TablePages pages() {
        return layer.iommu.tables().pages();
    }

    /** Whether a frame is a table, or about to be one. */
    boolean isTable(long[] s, int frame) {
        return frame >= first && used.get(s, frame - first) == TABLE;
    }

    /** Whether it was taken for coherent memory, or to bounce a part of a page by. */
    boolean isBuffer(long[] s, int frame) {
        return frame >= first && used.get(s, frame - first) >= BUFFER;
    }

    /** Whether a mapping of it has begun and is not over. */
    boolean isMapped(long[] s, int frame) {
        boolean mapped = false;
        for (int i = 0; i < layer.phase.size(); i++) {
            mapped |= layer.phase.get(s, i) != LayerState.NONE && layer.frame.get(s, i) == frame;
        }
        return mapped;
    }

    /** Whether a call has it, which has taken it or is to give it back. */
    boolean isWanted(long[] s, int frame) {
        boolean wanted = false;
        for (int cpu = 0; cpu < layer.pc.size(); cpu++) {
            wanted |= layer.pc.get(s, cpu) != 0 && layer.wanted.get(s, cpu) == frame;
        }
        return wanted;
    }

    /** Whether it is in the heap. */
    boolean isFree(long[] s, int frame) {
        return frame >= first && used.get(s, frame - first) == 0;
    }

    /** Whether a call has the frame of a table that it has taken or unlinked. */
    boolean isKept(long[] s, int frame) {
        for (int cpu = 0; cpu < layer.setting.cpus.size() && isOn(); cpu++) {
            if (layer.table.get(s, cpu) == frame + 1) {
                return true;
            }
        }
        return false;
    }

    Slots used() {
        return used;
    }

    /**
     * The steps that see to it that there is a table for the call's page; none where every page has one.
     *
     * @param then the step that stores the entry
     * @param failed the one that goes on when the heap is empty
     */
    List<Step> making(String then, String failed) {
        if (!isOn()) {
            return List.of();
        }
        return List.of(
                Step.of("take-table", this::take).quietly().on(DONE, then).on(FAIL, failed),
                Step.of("clear-table", this::clear),
                Step.of("link-table", this::link).asking("table.linked-already").asking(pages().linkDecisions()));
    }

    private int take(long[] s, int cpu) {
        if (pages().of(s, layer.space(s, cpu), layer.page(s, cpu)) != TablePages.NONE) {
            return DONE;
        }
        int frame = lowest(s, TABLE);
        if (frame < 0) {
            return FAIL;
        }
        // What whoever had the frame before may have left in it: the entry that does the most harm.
        pages().fill(s, frame, 0, Rights.ALL);
        layer.table.set(s, cpu, frame + 1);
        return NEXT;
    }

    /** Takes the lowest free frame, or -1. */
    private int lowest(long[] s, int use) {
        for (int i = 0; i < used.size(); i++) {
            if (used.get(s, i) == 0) {
                used.set(s, i, use);
                return first + i;
            }
        }
        return -1;
    }

    /** Step: a frame of coherent memory is what the call is to map; FAIL when there is none. */
    int takeBuffer(long[] s, int cpu) {
        return takeFor(s, cpu, BUFFER);
    }

    private int takeFor(long[] s, int cpu, int use) {
        int frame = lowest(s, use);
        if (frame >= 0) {
            layer.wanted.set(s, cpu, frame);
        }
        return frame < 0 ? FAIL : NEXT;
    }

    /** Step: it goes back, as the frame does that a page was bounced by. A frame below them, to which a fault leads the call's address, is none of these. */
    int freeBuffer(long[] s, int cpu) {
        int frame = (int) layer.wanted.get(s, cpu);
        if (frame >= first) {
            used.set(s, frame - first, 0);
        }
        return NEXT;
    }

    /**
     * Steps of a map: part of a page gets a frame of the pool, for devices that are not to reach the rest; none without a pool.
     * {@code @source} Linux 6.12 dma-iommu.c: dev_use_swiotlb, iommu_dma_map_page.
     */
    List<Step> bouncing() {
        if (layer.setting.bounceFrames == 0) {
            return List.of();
        }
        List<Step> steps = new ArrayList<>();
        steps.add(
                Step.of("bounce", this::bounce).asking("map.bounced").quietly().on(FAIL, Step.END));
        steps.addAll(parts.filling(layer.wanted));
        return steps;
    }

    private int bounce(long[] s, int cpu) {
        int group = (int) layer.domain.get(s, cpu);
        boolean part = layer.wantedPart.get(s, cpu) != 0 && layer.setting.hasUntrusted(group);
        return bounced.decide(s, group, part ? 1 : 0, 0) == 0 ? NEXT : takeFor(s, cpu, BOUNCED);
    }

    /** Whether part of a page is bounced by a frame. */
    boolean isBounced(long[] s, int frame) {
        return frame >= first && used.get(s, frame - first) == BOUNCED;
    }

    BouncedParts parts() {
        return parts;
    }

    /** A map begins, of a page or of a part of one where that may be. */
    void wantPart(long[] s, int cpu, int part) {
        if (layer.setting.bounceFrames > 0) {
            layer.wantedPart.set(s, cpu, part);
        }
    }

    /** Its address is found. */
    void notePart(long[] s, int cpu, int space, int page) {
        if (layer.setting.bounceFrames > 0) {
            layer.partial.set(s, space, page, layer.wantedPart.get(s, cpu));
        }
    }

    private int clear(long[] s, int cpu) {
        pages().clear(s, (int) layer.table.get(s, cpu) - 1);
        return NEXT;
    }

    /** Makes the entry above lead to the call's table, unless another CPU was first. */
    private int link(long[] s, int cpu) {
        int space = layer.space(s, cpu);
        int page = layer.page(s, cpu);
        boolean there = pages().of(s, space, page) != TablePages.NONE;
        if (linkedAlready.decide(s, there ? 1 : 0, 0, 0) != 0) {
            return free(s, cpu);
        }
        pages().link(s, space, page, (int) layer.table.get(s, cpu) - 1);
        layer.table.set(s, cpu, 0);
        return NEXT;
    }

    /** Makes the entry above absent, which led to a table or was a superpage; the call has the table then. */
    void unlink(long[] s, int cpu) {
        int space = layer.space(s, cpu);
        int page = layer.page(s, cpu);
        layer.table.set(s, cpu, pages().of(s, space, page) + 1);
        pages().unlink(s, space, page);
    }

    /** Makes the entry above a superpage; the call has the table that it led to, if it did. */
    void storeSuperpage(long[] s, int cpu, int frame) {
        int space = layer.space(s, cpu);
        int page = layer.page(s, cpu);
        layer.table.set(s, cpu, pages().of(s, space, page) + 1);
        pages().storeSuperpage(s, space, page, frame, Rights.ALL);
    }

    /** Whether the call has a table that nothing leads to any more. */
    boolean hasUnlinked(long[] s, int cpu) {
        return layer.table.get(s, cpu) != 0;
    }

    boolean isSuperpage(long[] s, int space, int page) {
        return isOn() && pages().isSuperpage(s, space, page);
    }

    /** Step: the call's table, if it has one, goes back to the heap. */
    int free(long[] s, int cpu) {
        if (layer.table.get(s, cpu) != 0) {
            giveBack(s, (int) layer.table.get(s, cpu) - 1);
            layer.table.set(s, cpu, 0);
        }
        return NEXT;
    }

    /** Gives the frame of a table back. */
    void giveBack(long[] s, int frame) {
        used.set(s, frame - first, 0);
    }
}
