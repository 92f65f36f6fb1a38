package dev.moat.dma.layer.pool;

import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Step;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * What lies in each frame of the pool: in its front, where the part is, and behind that. A frame is taken with what whoever had it before
 * has left, as other devices bounce by the same pool; the part is copied, in every direction, and the rest filled with zeros before an
 * entry leads there. {@code @source} Linux 6.12 dma-iommu.c, iommu_dma_map_page, swiotlb.c, swiotlb_tbl_map_single; until 2650073f1b58 (6.10)
 * the area before the buffer was left, and where a device was to write only zeros were put over the part, too.
 *
 * <p>What a device writes there is its own, and not followed.
 */
public final class BouncedParts {
    private static final int FORMER = 0;
    private static final int ZEROS = 1;
    private static final int MAPPED = 2;
    private static final int OF_PAGE = 3;
    private static final Sort CONTENTS = new Sort("Content", List.of("former", "zeros", "mapped", "of-page"));

    private static final int FRONT = 0;
    private static final int PART = 1;
    private static final int BACK = 2;
    private static final Sort PLACES = new Sort("Place", List.of("front", "part", "back"));

    private static final String COPIES = "bounce.copies-page";
    private static final String CLEARS = "bounce.clears";

    private final int first;
    private final Slots content;
    /** {@code bounce.copies-page}: to 1 when all of the page is copied, as if its size was mapped. */
    private final Decision copiesPage;
    /** {@code bounce.clears}: (0 for the front, 2 for the back) to 1 when it is filled with zeros. */
    private final Decision clears;

    /**
     * @param pool its frames
     * @param first frame of it among all
     * @param taken whether part of a page is bounced by a frame of the pool
     */
    public BouncedParts(ModelBuilder model, Sort pool, int first, Liveness taken) {
        this.first = first;
        content = model.schema()
                .slots("pool.content", Role.HYPERVISOR, Writer.HYPERVISOR, pool, PLACES)
                .live((s, i) -> taken.isLive(s, i / PLACES.size()))
                .of(CONTENTS);
        boolean any = pool.size() > 0;
        Decision part = (s, a, b, c) -> 0;
        copiesPage = any ? model.decision(COPIES, part) : part;
        Decision both = (s, place, b, c) -> 1;
        clears = any ? model.decision(CLEARS, both) : both;
    }

    /**
     * Steps of a map whose frame is of the pool, before its entry.
     *
     * @param wanted of each CPU, the frame
     */
    public List<Step> filling(Slots wanted) {
        return List.of(
                Step.of("copy-part", (s, cpu) -> copy(s, (int) wanted.get(s, cpu)))
                        .asking(COPIES)
                        .quietly(),
                Step.of("clear-rest", (s, cpu) -> clear(s, (int) wanted.get(s, cpu)))
                        .asking(CLEARS)
                        .quietly());
    }

    private int copy(long[] s, int frame) {
        if (frame >= first) {
            int rest = copiesPage.decide(s, 0, 0, 0) != 0 ? OF_PAGE : FORMER;
            content.set(s, frame - first, FRONT, rest);
            content.set(s, frame - first, PART, MAPPED);
            content.set(s, frame - first, BACK, rest);
        }
        return NEXT;
    }

    /** What was copied stays. */
    private int clear(long[] s, int frame) {
        for (int place = FRONT; place <= BACK && frame >= first; place += BACK) {
            boolean copied = content.get(s, frame - first, place) == OF_PAGE;
            if (!copied && clears.decide(s, place, 0, 0) != 0) {
                content.set(s, frame - first, place, ZEROS);
            }
        }
        return NEXT;
    }

    /** Whether a frame of the pool has anything but what is mapped, and zeros. */
    public boolean hasOthersBytes(long[] s, int frame) {
        for (int place = 0; place < PLACES.size() && frame >= first; place++) {
            long there = content.get(s, frame - first, place);
            if (there == FORMER || there == OF_PAGE) {
                return true;
            }
        }
        return false;
    }

    /** Adds what {@link #hasOthersBytes} reads. */
    public void read(Footprint footprint) {
        footprint.all(content);
    }
}
