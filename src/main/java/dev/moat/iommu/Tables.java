package dev.moat.iommu;

import dev.moat.state.Footprint;
import java.util.List;

/**
 * The tables of spaces, as software stores and reads them. A stored entry is not necessarily seen by a unit yet, see {@link
 * Visibility}. {@code @unit} pages and frames are indices; rights are {@link dev.moat.iommu.Rights}.
 */
public interface Tables {
    /** What {@link #frame} answers when no entry leads to a modelled frame. */
    int ELSEWHERE = -1;

    /** The rights that an entry will have when software wants these: the least that can be said and allows them all. */
    default int expressed(int rights) {
        return rights;
    }

    /** The decisions that the driver may ask in {@link #store} and {@link #leads}. */
    default List<String> tableDecisions() {
        return List.of();
    }

    /** The rights of a page's entry, {@link dev.moat.iommu.Rights#NONE} when it is absent or there is no table for it. */
    int rights(long[] s, int space, int page);

    /** The frame that a page's entry leads to, or {@link #ELSEWHERE}. */
    int frame(long[] s, int space, int page);

    /** Whether a page's entry is what {@link #store} with these arguments would make it. */
    boolean leads(long[] s, int space, int page, int frame, int rights);

    /**
     * Stores a page's entry; nothing happens where there is no table for it.
     *
     * @param frame an index, or the number of frames for the scratch page of {@link dev.moat.iommu.Sizes.Need#SCRATCH_FRAME}
     * @param rights {@link dev.moat.iommu.Rights#NONE} for an absent entry
     */
    void store(long[] s, int space, int page, int frame, int rights);

    /**
     * What a walk of the tables as they are stored comes to, whatever is cached and seen: the relations {@code mapR} and
     * {@code mapW}.
     *
     * @return the frame, or {@link #ELSEWHERE} when the walk is blocked or ends outside of the modelled memory
     */
    int walk(long[] s, int space, int page, boolean write);

    /** Adds what {@link #walk} of one page reads. */
    void read(Footprint footprint, int space, int page);

    /** Adds what {@link #walk} of any page reads. */
    void read(Footprint footprint);

    /** Tables as pages of memory; meaningful with {@link dev.moat.iommu.Sizes.Need#TABLE_FRAMES}. */
    default TablePages pages() {
        return TablePages.FIXED;
    }
}
