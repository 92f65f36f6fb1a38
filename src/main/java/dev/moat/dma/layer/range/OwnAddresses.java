package dev.moat.dma.layer.range;

import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.state.Slots;

/**
 * Memory that a device reaches, where it keeps its own address: no table translates that, nothing is recorded of it, and an unmap of it does
 * nothing. There is no memory below the aperture. {@code @source} Linux 6.1 amd_gart_64.c: need_iommu, gart_unmap_page; aperture_64.c.
 *
 * <p>{@code @unit} pages, and frames by the number of the page that is their own address.
 */
public final class OwnAddresses {
    private final int reach;
    private final int first;
    private final int last;
    /** {@code map.own-address}: (frame, whether the device reaches it) to 1 when it keeps its own address. */
    private final Decision keeps;
    /** {@code aperture.hole}: (frame below the aperture) to 1 when the kernel has no memory there. */
    private final Decision hole;
    /** {@code unmap.in-aperture}: (page, whether tables translate it) to 1 when an unmap clears an entry. */
    private final Decision inside;

    /**
     * @param reach pages that devices reach
     * @param first page of the aperture
     * @param last page of it
     */
    public OwnAddresses(int reach, int first, int last, ModelBuilder model) {
        this.reach = reach;
        this.first = first;
        this.last = last;
        keeps = model.decision("map.own-address", (s, frame, reached, c) -> reached);
        hole = model.decision("aperture.hole", (s, frame, b, c) -> 1);
        inside = model.decision("unmap.in-aperture", (s, page, is, c) -> is);
    }

    private boolean isTranslated(int page) {
        return page >= first && page <= last;
    }

    /** Whether there is memory with a frame's number. */
    public boolean isMemory(long[] s, int frame) {
        return !isTranslated(frame) || hole.decide(s, frame, 0, 0) == 0;
    }

    /** Whether a frame is mapped at its own address. */
    public boolean isKept(long[] s, int frame) {
        return keeps.decide(s, frame, frame < reach ? 1 : 0, 0) != 0;
    }

    private boolean isCleared(long[] s, int page) {
        return inside.decide(s, page, isTranslated(page) ? 1 : 0, 0) != 0;
    }

    /**
     * Step of a map: goes on to its return where a frame keeps its own address.
     *
     * @param wanted of each CPU, the frame
     */
    public Step checkNeed(Slots wanted) {
        return Step.of("check-need", (s, cpu) -> isKept(s, (int) wanted.get(s, cpu)) ? Outcome.DONE : Outcome.NEXT)
                .asking("map.own-address")
                .quietly()
                .on(Outcome.DONE, "return");
    }

    /**
     * Step of an unmap: goes on to its return where there is no entry.
     *
     * @param page of each CPU
     */
    public Step checkRange(Slots page) {
        return Step.of("check-range", (s, cpu) -> isCleared(s, (int) page.get(s, cpu)) ? Outcome.NEXT : Outcome.DONE)
                .asking("unmap.in-aperture")
                .quietly()
                .on(Outcome.DONE, "return");
    }

    /** The page whose entry an address comes to. The table has no end here: what lies behind it in memory is the table once more. */
    public int entry(int page) {
        return first + Math.floorMod(page - first, last - first + 1);
    }
}
