package dev.moat.dma.layer.range;

import dev.moat.dma.layer.setting.Flush;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Sort;
import java.util.List;

/**
 * The two callbacks that the thread of 2011 adds to the IOMMU API. {@code alloc_iova_range} is two steps between which the other CPU
 * acts when the lock is missing: what is found, and what is taken. Whoever asks sees neither how ranges are kept nor where the next search begins.
 *
 * <p>{@code @shape} spaces and pages are indices, and a call is a step: no allocation. {@code @source} Marek Szyprowski, 2011: 2 more callbacks
 * in the IOMMU API.
 */
public interface RangeCallbacks {
    /** What {@link #find} answers when there is no such range. */
    int FULL = -1;
    /** What it answers when everything has to be forgotten before the search goes on, by {@link #findFromStart}. */
    int FLUSH_FIRST = -2;

    /**
     * What a run has.
     *
     * @param spaces a bitmap each
     * @param boundary pages of a segment that no run crosses; 0 for none
     * @param firstPage number of the aperture's first page, from which a bitmap counts
     */
    record Shape(Sort spaces, Sort pages, int boundary, int firstPage) {}

    /**
     * What a driver has whose addresses wrap.
     *
     * @param flush one that {@link Flush#wraps}
     */
    static RangeCallbacks of(Flush flush, Shape shape, ModelBuilder model) {
        return new BitmapInState(flush, shape, model);
    }

    /** Keeps a page from ever being handed out; for initial states. */
    void reserve(long[] s, int space, int page);

    /**
     * Looks for as many free pages in a row as a list has, and changes nothing but what is owed.
     *
     * @return the first page, or {@link #FULL} or {@link #FLUSH_FIRST}
     */
    int find(long[] s, int space, int count);

    /** The same once more, after everything was forgotten: the first page or {@link #FULL}. */
    int findFromStart(long[] s, int space, int count);

    /** Takes what was found. */
    void take(long[] s, int space, int first, int count);

    /** {@code free_iova_range}: gives a range back, as it was taken. */
    void free(long[] s, int space, int first, int count);

    /** Whether a map has to have everything forgotten before it returns. */
    boolean owesFlush(long[] s, int space);

    /** That was done. */
    void flushed(long[] s, int space);

    /** Whether a page is handed out, or reserved. */
    boolean isTaken(long[] s, int space, int page);

    /** Adds what {@link #isTaken} reads. */
    void read(Footprint footprint);

    /** The decisions that a search for a list asks. */
    List<String> listDecisions();

    /** The decisions that {@link #take} asks. */
    List<String> takeDecisions();

    /** The decisions that {@link #free} asks. */
    List<String> freeDecisions();
}
