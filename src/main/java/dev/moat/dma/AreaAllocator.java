package dev.moat.dma;

/**
 * Runs of free pages in a bitmap, as Linux searches it for Calgary and GART: the next fit after a hint, within a segment
 * boundary, aligned; the caller wraps and keeps the hint.
 *
 * <p>{@code @shape} one bit per page in consecutive words of the state, bit i in word i/64 at i mod 64; a set bit is taken.
 * {@code @unit} pages; numbers are unsigned. Nothing but the state is read or written, nothing is allocated.
 * {@code @source} LINUX-AREA. {@code @oracle} SlowArea in the tests.
 */
public final class AreaAllocator {
    /** There is no such run. */
    public static final long NONE = -1;
    /** The run is longer than a segment, and there is a free place: Linux's search would never come back. Nothing is taken. */
    public static final long ENDLESS = -2;
    /** The boundary is no power of two: Linux stops with a BUG, once there is a free place. */
    public static final long BUG = -3;

    private static final int WORD = Long.SIZE;

    private final int first;
    private final int words;

    /**
     * @param firstWord of the state, where bit 0 is
     * @param words how many words the bitmap has
     */
    public AreaAllocator(int firstWord, int words) {
        first = firstWord;
        this.words = words;
    }

    /** Bits that there are room for; a search may be told of fewer. */
    public int capacity() {
        return words * WORD;
    }

    /** Whether a page is taken. */
    public boolean isTaken(long[] s, int page) {
        return (s[first + page / WORD] >>> (page % WORD) & 1) != 0;
    }

    /**
     * Takes a run. A negative count is what Linux's does with one that does not fit an int: see {@link #lastMask}.
     *
     * @throws IllegalArgumentException when the run goes beyond the words of the bitmap
     */
    public void take(long[] s, int start, int count) {
        change(s, start, count, true);
    }

    /** Frees a run, whoever took it; otherwise like {@link #take}. */
    public void free(long[] s, int start, int count) {
        change(s, start, count, false);
    }

    private void change(long[] s, int start, int count, boolean taken) {
        if (count == 0) {
            return;
        }
        if (start < 0 || start >= capacity() || (count > 0 && count > capacity() - start)) {
            throw new IllegalArgumentException(
                    "pages " + start + " to " + ((long) start + count - 1) + " of a bitmap of " + capacity());
        }
        int end = start + count;
        int last = count < 0 ? start / WORD : (end - 1) / WORD;
        for (int w = start / WORD; w <= last; w++) {
            long mask = w == start / WORD ? -1L << start : -1L;
            mask &= w == last ? lastMask(end) : -1L;
            s[first + w] = taken ? s[first + w] | mask : s[first + w] & ~mask;
        }
    }

    /**
     * The bits of the last word before an end. With a count that is negative as an int, only one word is changed, from the
     * start's bit to the end's, both modulo the word: such a count comes from a window whose end lies before its start.
     */
    private static long lastMask(int end) {
        return -1L >>> -end;
    }

    /**
     * The first run from a page on, whatever its boundary.
     *
     * @param size pages that are looked at, 1 to {@link #capacity}
     * @param start where the search begins; beyond the size there is nothing
     * @param count pages in a row
     * @param alignMask a power of two less one: the run's first page plus the offset is a multiple of the power
     * @return its first page, or a number above the size when there is none
     */
    public long nextZeroArea(long[] s, long size, long start, long count, long alignMask, long alignOffset) {
        long from = start;
        while (true) {
            long index = nextFree(s, size, from);
            index = ((index + alignOffset + alignMask) & ~alignMask) - alignOffset;
            long end = index + count;
            if (Long.compareUnsigned(end, size) > 0) {
                return end;
            }
            long taken = nextTaken(s, end, index);
            if (taken == end) {
                return index;
            }
            from = taken + 1;
        }
    }

    /**
     * Finds a run without taking it. The last page of the size is never part of one.
     *
     * @param size pages that are looked at, 1 to {@link #capacity}
     * @param start where the search begins
     * @param count pages in a row; for 0, the first free page
     * @param shift pages by which the boundaries lie before multiples of the boundary
     * @param boundary pages of a segment that no run crosses
     * @param alignMask a power of two less one; the run begins at a multiple of the power, counted from page 0
     * @return its first page, {@link #NONE}, {@link #ENDLESS} or {@link #BUG}
     */
    public long find(long[] s, long size, long start, long count, long shift, long boundary, long alignMask) {
        long limit = size - 1;
        long from = start;
        while (true) {
            long index = nextZeroArea(s, limit, from, count, alignMask, 0);
            if (Long.compareUnsigned(index, limit) >= 0) {
                return NONE;
            }
            if (Long.bitCount(boundary) != 1) {
                return BUG;
            }
            if (!spansBoundary(index, count, shift, boundary)) {
                return index;
            }
            from = ((shift + index + boundary - 1) & -boundary) - shift;
            if (from == index) {
                return ENDLESS;
            }
        }
    }

    /** {@link #find}, and takes what it found. */
    public long allocate(long[] s, long size, long start, long count, long shift, long boundary, long alignMask) {
        long index = find(s, size, start, count, shift, boundary, alignMask);
        if (index >= 0) {
            take(s, (int) index, (int) count);
        }
        return index;
    }

    /**
     * Whether a run crosses a boundary.
     *
     * @param boundary pages, a power of two
     */
    public static boolean spansBoundary(long index, long count, long shift, long boundary) {
        return Long.compareUnsigned(((shift + index) & (boundary - 1)) + count, boundary) > 0;
    }

    /**
     * Pages that some bytes touch.
     *
     * @param address byte address, of which only the offset in its page counts
     * @param length bytes
     * @param page bytes of a page, a power of two
     */
    public static long pages(long address, long length, long page) {
        return Long.divideUnsigned((address & (page - 1)) + length + page - 1, page);
    }

    /**
     * Pages of an area that a device reaches; no check that the area begins within its reach, as Linux has none.
     *
     * @param size pages of the area
     * @param offset page number of its first page
     * @param mask the highest page number that the device reaches
     */
    public static long reachablePages(long size, long offset, long mask) {
        return Long.compareUnsigned(size + offset, mask) > 0 ? mask - offset + 1 : size;
    }

    private long nextFree(long[] s, long size, long start) {
        return next(s, size, start, -1L);
    }

    private long nextTaken(long[] s, long size, long start) {
        return next(s, size, start, 0);
    }

    /** The first bit from the start on that is set after the word was flipped; the size if there is none. */
    private long next(long[] s, long size, long start, long flip) {
        if (Long.compareUnsigned(start, size) >= 0) {
            return size;
        }
        int last = (int) ((size - 1) / WORD);
        int w = (int) (start / WORD);
        long rest = (s[first + w] ^ flip) & -1L << start;
        while (rest == 0 && w < last) {
            w++;
            rest = s[first + w] ^ flip;
        }
        return rest == 0 ? size : Math.min(size, (long) w * WORD + Long.numberOfTrailingZeros(rest));
    }
}
