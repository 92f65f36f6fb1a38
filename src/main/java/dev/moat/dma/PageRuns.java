package dev.moat.dma;

import dev.moat.state.Slots;
import java.util.function.IntPredicate;

/**
 * Pages of some spaces, each of them taken or free, one slot a page: what a search keeps in place of Linux's tree and bitmap.
 *
 * <p>{@code @shape} slots of one bit, by space and page; 1 is taken. {@code @oracle} SlowArea in the tests, for {@link #next}.
 */
public final class PageRuns {
    /** There is no such run. */
    public static final int NONE = -1;

    private final Slots taken;
    private final int pages;

    /** @param pages of each space */
    public PageRuns(Slots taken, int pages) {
        this.taken = taken;
        this.pages = pages;
    }

    /** Whether a page is taken. */
    public boolean isTaken(long[] s, int space, int page) {
        return taken.get(s, space, page) != 0;
    }

    /** Takes pages, whoever has them. Those behind the last page are passed over. */
    public void take(long[] s, int space, int first, int count) {
        set(s, space, first, count, 1);
    }

    /** Frees pages; otherwise like {@link #take}. */
    public void free(long[] s, int space, int first, int count) {
        set(s, space, first, count, 0);
    }

    private void set(long[] s, int space, int first, int count, int value) {
        for (int p = first; p < Math.min(first + count, pages); p++) {
            taken.set(s, space, p, value);
        }
    }

    /**
     * The highest run of free pages, or {@link #NONE}.
     *
     * @param end the page behind the last one that is looked at
     * @param step a power of two, of which the first page is a multiple
     */
    public int highest(long[] s, int space, int end, int count, int step) {
        int p = (end - count) & -step;
        while (p >= 0 && !isFree(s, space, p, count)) {
            p -= step;
        }
        return Math.max(p, NONE);
    }

    /**
     * The first run of free pages from a page on, or {@link #NONE}.
     *
     * @param fits whether a run may begin at a page
     */
    public int next(long[] s, int space, int from, int count, IntPredicate fits) {
        for (int p = from; p + count <= pages; p++) {
            if (isFree(s, space, p, count) && fits.test(p)) {
                return p;
            }
        }
        return NONE;
    }

    private boolean isFree(long[] s, int space, int first, int count) {
        for (int p = first; p < first + count; p++) {
            if (isTaken(s, space, p)) {
                return false;
            }
        }
        return true;
    }

    /** Pages that are taken for a number of pages: the smallest power of two that is not below it. */
    public static int roundUp(int count) {
        return Math.max(1, Integer.highestOneBit(2 * count - 1));
    }
}
