package dev.moat.iommu.gart;

import dev.moat.iommu.gart.NodeRegisters.ApertureBase;
import dev.moat.iommu.gart.NodeRegisters.ApertureControl;
import dev.moat.state.Sort;
import java.util.List;

/**
 * Sizes of the northbridges of a machine and of their devices and memory. The entry format, and where aperture and
 * table are, do not depend on it.
 *
 * @param nodes northbridges, at least 1
 * @param requesters devices
 * @param behind the northbridge that each requester's accesses go through
 * @param pages I/O pages that devices use: what the TLBs hold, and what a search keeps of the table
 * @param firstPage 4 KiB page number of page 0
 * @param frames memory that entries lead to
 * @param firstFrame 4 KiB frame number of frame 0
 * @param unitShift address bits below which aperture and size are not counted; {@link NodeRegisters#UNIT_SHIFT} is
 *     real
 * @param parts what of the northbridges is in the state
 */
public record GartGeometry(
        Sort nodes,
        Sort requesters,
        List<Integer> behind,
        Sort pages,
        long firstPage,
        Sort frames,
        long firstFrame,
        int unitShift,
        List<Part> parts) {

    /** Parts that are in the state only where they are asked for. */
    public enum Part {
        /** A request is translated, and done later. */
        REQUESTS_IN_FLIGHT,
        /** That a request met an invalid entry is reported. */
        ERRORS
    }

    /** Throws {@link IllegalArgumentException} for sizes outside the bounds above, checked in their order. */
    public GartGeometry {
        behind = List.copyOf(behind);
        parts = parts.stream().distinct().sorted().toList();
        int count = nodes.size();
        require(count >= 1, "a northbridge");
        require(behind.size() == requesters.size(), "a northbridge for each requester");
        require(
                behind.stream().allMatch(node -> node >= 0 && node < count),
                "requesters behind the northbridges there are");
        require(firstPage >= 0, "page numbers that are not negative");
        require(firstFrame >= 0 && firstFrame + frames.size() - 1 <= Gpte.LAST_FRAME, "frames that an entry can name");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("the GART geometry needs " + what);
        }
    }

    /** Whether a part is there. */
    public boolean has(Part part) {
        return parts.contains(part);
    }

    /** {@code @unit} the 4 KiB page number at which the aperture begins that a base register names. */
    long aperturePage(long base) {
        return ApertureBase.BASE.get(base) << (unitShift - GartWalk.PAGE_SHIFT);
    }

    /** Pages of the aperture that a control register names. */
    long aperturePages(long control) {
        return 1L << (unitShift - GartWalk.PAGE_SHIFT + (int) ApertureControl.ORDER.get(control));
    }

    /** 4 KiB page number of a page. */
    public long pageNumber(int page) {
        return firstPage + page;
    }

    /** The page with this number, or -1. */
    public int pageAt(long number) {
        long n = number - firstPage;
        return n >= 0 && n < pages.size() ? (int) n : -1;
    }

    /** 4 KiB frame number of a frame. */
    public long frameNumber(int frame) {
        return firstFrame + frame;
    }

    /** The frame with this number, or -1. */
    public int frameAt(long number) {
        long n = number - firstFrame;
        return n >= 0 && n < frames.size() ? (int) n : -1;
    }
}
