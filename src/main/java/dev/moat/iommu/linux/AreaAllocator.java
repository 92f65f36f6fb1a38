package dev.moat.iommu.linux;

import dev.moat.bits.BitField;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * Runs of free pages in a bitmap, as Linux searches it for Calgary and GART: the next fit after a hint, within a segment
 * boundary, aligned; the caller wraps and keeps the hint.
 *
 * <p>{@code @shape} one bit per page in words of the state, bit i in word i/64 at i mod 64; a set bit is taken.
 * {@code @unit} pages; numbers are unsigned. Nothing but the state is read or written, nothing is allocated.
 * {@code @source} LINUX-AREA. {@code @oracle} SlowArea in the tests.
 */
public final class AreaAllocator {
    /** There is no such run. */
    public static final long NONE = -1;
    /**
     * Linux's search would never come back: the run is longer than a segment, and there is a free place; or the next multiple of
     * the power is none of 64 bits, and what it becomes then is taken. Nothing is taken. Of {@link #nextZeroArea}, whose answer may be
     * any number, {@link #isEndless} tells.
     */
    public static final long ENDLESS = -2;
    /** The boundary is no power of two: Linux stops with a BUG, once there is a free place. */
    public static final long BUG = -3;

    private static final int WORD = Long.SIZE;

    private static final List<BitField> BITS = List.of(new BitField("PAGES", WORD - 1, 0));

    private final Slots map;
    /** Words before the first one that is in the state; their pages are taken for ever. */
    private final int before;

    /**
     * Declares a bitmap; at first every page is free.
     *
     * @param bits room for so many pages, rounded up to whole words; a search may be told of fewer
     */
    public AreaAllocator(SchemaBuilder schema, String name, int bits) {
        before = 0;
        map = words(schema, name, (bits + WORD - 1) / WORD).word(BITS, -1L);
    }

    /**
     * Declares one word of a bitmap, for a search: the pages before it are taken, as are those in it that are not usable.
     *
     * @param word number of the word in the bitmap
     * @param usable bits of the word that are free at first
     */
    public AreaAllocator(SchemaBuilder schema, String name, int word, long usable) {
        before = word;
        map = words(schema, name, 1).fixed(~usable).word(BITS, usable);
    }

    private static SlotsBuilder words(SchemaBuilder schema, String name, int words) {
        Sort sort = Sort.numbered("Word", "w", words);
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, sort);
    }

    /** Pages that there is room for. */
    public int capacity() {
        return (before + map.size()) * WORD;
    }

    /** Whether a page is taken. */
    public boolean isTaken(long[] s, int page) {
        return page / WORD < before || (map.get(s, page / WORD - before) >>> (page % WORD) & 1) != 0;
    }

    /** Frees every page that can be free. */
    public void clear(long[] s) {
        for (int i = 0; i < map.size(); i++) {
            map.set(s, i, map.fixed());
        }
    }

    /** Words that are in the state. */
    public int words() {
        return map.size();
    }

    /** One of them, for showing what changed. */
    public long word(long[] s, int i) {
        return map.get(s, i);
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
        if (start < before * WORD || start >= capacity() || (count > 0 && count > capacity() - start)) {
            throw new IllegalArgumentException(
                    "pages " + start + " to " + ((long) start + count - 1) + " of a bitmap of " + capacity());
        }
        int end = start + count;
        int last = count < 0 ? start / WORD : (end - 1) / WORD;
        for (int w = start / WORD; w <= last; w++) {
            long mask = w == start / WORD ? -1L << start : -1L;
            mask &= w == last ? lastMask(end) : -1L;
            long word = map.get(s, w - before);
            map.set(s, w - before, taken ? word | mask : word & ~mask);
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
     * @param size pages that are looked at, at most {@link #capacity}
     * @param start where the search begins; beyond the size there is nothing
     * @param count pages in a row
     * @param alignMask a power of two less one: the run's first page plus the offset is a multiple of the power
     * @return its first page, or a number above the size when there is none; the size itself, which is the first page of a run of no pages only, when
     *     Linux's search would never come back
     */
    public long nextZeroArea(long[] s, long size, long start, long count, long alignMask, long alignOffset) {
        long from = start;
        long mark = NONE;
        long returns = 0;
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
            // A search that goes back goes round if it ever comes to where it has gone back to before.
            if (Long.compareUnsigned(taken + 1, from) <= 0) {
                if (taken + 1 == mark) {
                    return size;
                }
                mark = (returns & (returns - 1)) == 0 ? taken + 1 : mark;
                returns++;
            }
            from = taken + 1;
        }
    }

    /** Whether an answer of {@link #nextZeroArea} says that Linux's search would never come back. */
    public static boolean isEndless(long found, long size, long count) {
        return found == size && count != 0;
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
            if (isEndless(index, limit, count)) {
                return ENDLESS;
            }
            if (Long.compareUnsigned(index, limit) >= 0) {
                return NONE;
            }
            if (Long.bitCount(boundary) != 1) {
                return BUG;
            }
            if (!spansBoundary(index, count, shift, boundary)) {
                return index;
            }
            long next = ((shift + index + boundary - 1) & -boundary) - shift;
            if (next == index || next == from) {
                return ENDLESS;
            }
            from = next;
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
        long first = (long) before * WORD;
        return next(s, size, start >= 0 && start < first ? first : start, -1L);
    }

    private long nextTaken(long[] s, long size, long start) {
        return start >= 0 && start < (long) before * WORD && start < size ? start : next(s, size, start, 0);
    }

    /** The first bit from the start on that is set once its word is flipped by the mask; the size if there is none. */
    private long next(long[] s, long size, long start, long flip) {
        if (Long.compareUnsigned(start, size) >= 0) {
            return size;
        }
        int last = (int) ((size - 1) / WORD);
        int w = (int) (start / WORD);
        long rest = (map.get(s, w - before) ^ flip) & -1L << start;
        while (rest == 0 && w < last) {
            w++;
            rest = map.get(s, w - before) ^ flip;
        }
        return rest == 0 ? size : Math.min(size, (long) w * WORD + Long.numberOfTrailingZeros(rest));
    }
}
