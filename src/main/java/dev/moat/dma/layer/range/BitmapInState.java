package dev.moat.dma.layer.range;

import dev.moat.dma.PageRuns;
import dev.moat.dma.layer.setting.Flush;
import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Writer;
import java.util.List;

/**
 * The bitmap of a domain, one bit a page: the next free run after the last one within a segment, as in {@link AreaAllocator}.
 * {@code @source} Linux 6.1 amd_gart_64.c: alloc_iommu, free_iommu; pci-calgary_64.c: iommu_range_alloc, iommu_free.
 */
final class BitmapInState implements RangeCallbacks {
    private final Flush flush;
    private final Shape shape;
    private final Slots bits;
    private final PageRuns pages;
    /** Where the next search begins. */
    private final Slots hint;
    /** Whether everything has to be forgotten before the map returns. */
    private final Slots needFlush;
    /** {@code iova.free-moves-hint}: (page freed, where the next search begins) to 1 when that is behind the page from now on. */
    private final Decision movesHint;
    /** {@code area.boundary}: (pages of a segment) to those that a search looks at. */
    private final Decision boundary;
    /** {@code area.shift}: (page number of the aperture's first page) to the one from which boundaries are counted. */
    private final Decision shift;
    /** {@code area.flushes}: (whether every map is to flush) to 1 when this one owes it whatever its search came to. */
    private final Decision flushes;

    BitmapInState(Flush flush, Shape shape, ModelBuilder model) {
        this.flush = flush;
        this.shape = shape;
        SchemaBuilder schema = model.schema();
        bits = schema.slots("iova", Role.HYPERVISOR, Writer.HYPERVISOR, shape.spaces(), shape.pages())
                .bits(1);
        pages = new PageRuns(bits, shape.pages().size());
        hint = schema.slots("hint", Role.HYPERVISOR, Writer.HYPERVISOR, shape.spaces())
                .bits(SlotsBuilder.bitsFor(shape.pages().size()));
        needFlush = schema.slots("need-flush", Role.HYPERVISOR, Writer.HYPERVISOR, shape.spaces())
                .bits(isCalgary() ? 0 : 1);
        movesHint = model.decision("iova.free-moves-hint", (s, p, next, c) -> !isCalgary() && p >= next ? 1 : 0);
        Decision same = (s, number, b, c) -> number;
        boundary = shape.boundary() > 0 ? model.decision("area.boundary", same) : same;
        shift = shape.boundary() > 0 ? model.decision("area.shift", same) : same;
        flushes = flush == Flush.FULL_FLUSH ? model.decision("area.flushes", same) : same;
    }

    private boolean isCalgary() {
        return flush == Flush.WRAP_CALGARY;
    }

    @Override
    public void reserve(long[] s, int space, int page) {
        pages.take(s, space, page, 1);
    }

    @Override
    public int find(long[] s, int space, int count) {
        int page = next(s, space, (int) hint.get(s, space), count);
        if (page != PageRuns.NONE) {
            return page;
        }
        if (isCalgary()) {
            return FLUSH_FIRST;
        }
        needFlush.set(s, space, 1);
        return findFromStart(s, space, count);
    }

    @Override
    public int findFromStart(long[] s, int space, int count) {
        int page = next(s, space, 0, count);
        return page == PageRuns.NONE ? FULL : page;
    }

    private int next(long[] s, int space, int from, int count) {
        return pages.next(s, space, from, count, p -> !crosses(s, p, count));
    }

    /** Pages are counted from the aperture's first one, as a bitmap's bits are, and boundaries from address 0. */
    private boolean crosses(long[] s, int page, int count) {
        int segment = count == 1 ? 0 : boundary.decide(s, shape.boundary(), 0, 0);
        int first = shape.firstPage();
        return segment > 0 && AreaAllocator.spansBoundary(page - first, count, shift.decide(s, first, 0, 0), segment);
    }

    @Override
    public void take(long[] s, int space, int first, int count) {
        pages.take(s, space, first, count);
        // Linux begins at the start again where this is its number of pages, which is one more: the last one is never
        // handed out.
        hint.set(s, space, first + count);
        if (flushes.decide(s, flush == Flush.FULL_FLUSH ? 1 : 0, 0, 0) != 0) {
            needFlush.set(s, space, 1);
        }
    }

    @Override
    public void free(long[] s, int space, int first, int count) {
        pages.free(s, space, first, count);
        if (movesHint.decide(s, first, (int) hint.get(s, space), 0) != 0) {
            hint.set(s, space, Math.min(first + count, shape.pages().size()));
        }
    }

    @Override
    public boolean owesFlush(long[] s, int space) {
        return needFlush.get(s, space) != 0;
    }

    @Override
    public void flushed(long[] s, int space) {
        needFlush.set(s, space, 0);
    }

    @Override
    public boolean isTaken(long[] s, int space, int page) {
        return pages.isTaken(s, space, page);
    }

    @Override
    public void read(Footprint footprint) {
        footprint.all(bits);
    }

    @Override
    public List<String> listDecisions() {
        return shape.boundary() > 0 ? List.of("area.boundary", "area.shift") : List.of();
    }

    @Override
    public List<String> takeDecisions() {
        return flush == Flush.FULL_FLUSH ? List.of("area.flushes") : List.of();
    }

    @Override
    public List<String> freeDecisions() {
        return List.of("iova.free-moves-hint");
    }
}
