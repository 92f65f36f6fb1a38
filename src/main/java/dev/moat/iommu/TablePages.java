package dev.moat.iommu;

import dev.moat.state.Footprint;
import java.util.List;

/**
 * Leaf tables as pages of memory: software takes a frame, fills it, links it, unlinks it and gives it back, and may replace a
 * full one by a superpage. A leaf table has the index of the frame that it is in.
 *
 * <p>Where leaf tables are not in frames ({@link dev.moat.iommu.Sizes.Need#TABLE_FRAMES}) each page has its table from the start.
 */
public interface TablePages {
    /** Where every page has its table from the start, and nobody asks. */
    TablePages FIXED = new TablePages() {};

    /** There is no such table. */
    int NONE = -1;

    /** The decisions that {@link #fillFromSuperpage} may ask. */
    default List<String> pageDecisions() {
        return List.of();
    }

    /** The decisions that {@link #link}, {@link #unlink}, {@link #merge} and {@link #storeSuperpage} may ask. */
    default List<String> linkDecisions() {
        return List.of();
    }

    /** The frame that is the leaf table of a page, or {@link #NONE}, also below a superpage. */
    default int of(long[] s, int space, int page) {
        return NONE;
    }

    /** Whether two pages have their entries in one leaf table; where {@link #of} finds any. */
    default boolean areTogether(int page, int other) {
        return false;
    }

    /** Whether a page lies in a superpage. */
    default boolean isSuperpage(long[] s, int space, int page) {
        return false;
    }

    /** Makes every entry of a table in a frame absent. */
    default void clear(long[] s, int table) {}

    /** Makes every entry of a table in a frame lead to one frame: what whoever had the page before may have left in it. */
    default void fill(long[] s, int table, int frame, int rights) {}

    /** Fills a table in a frame with the entries that a page's superpage stands for. */
    default void fillFromSuperpage(long[] s, int table, int space, int page) {}

    /** Makes the entry above lead to a table in a frame, with all rights. */
    default void link(long[] s, int space, int page, int table) {}

    /** Makes the entry above absent. */
    default void unlink(long[] s, int space, int page) {}

    /**
     * Whether the leaf table of a page, which is there, amounts to a superpage: as many frames in a row as it has entries, the
     * first one aligned.
     *
     * @param sameRights whether their rights have to be equal; if not, those of the page count
     */
    default boolean canMerge(long[] s, int space, int page, boolean sameRights) {
        return false;
    }

    /** Makes the entry above a superpage in place of the leaf table; where {@link #canMerge} says so. */
    default void merge(long[] s, int space, int page, boolean sameRights) {}

    /**
     * Makes the entry above a superpage in place of whatever it is.
     *
     * @param frame the first of as many frames in a row as a leaf table has entries, aligned to that number
     */
    default void storeSuperpage(long[] s, int space, int page, int frame, int rights) {}

    /** Whether no entry of the table in a frame is present. */
    default boolean isEmpty(long[] s, int table) {
        return false;
    }

    /** Adds what {@link #isEmpty} reads. */
    default void readContent(Footprint footprint) {}

    /** Whether a walk can go on in a frame as in a leaf table: an entry above leads there, or one is cached that did. */
    default boolean isWalked(long[] s, int frame) {
        return false;
    }

    /** Adds what {@link #isWalked} reads. */
    default void readWalked(Footprint footprint) {}
}
