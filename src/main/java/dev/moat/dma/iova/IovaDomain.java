package dev.moat.dma.iova;

import java.util.function.Consumer;

/**
 * The ranges of I/O virtual page numbers that are allocated in one address space, and how the next one is chosen: Linux's
 * {@code struct iova_domain} without its caches. An allocation goes down from a <i>hint</i>, one for limits below 4 GiB and one
 * for those above, to the first gap that is large enough; holes above the hint are seen only when nothing is left below it. Reserved
 * ranges are ordinary ones. The highest page number is always taken, by the range that every walk starts from.
 *
 * <p>{@code @shape} {@code [hint below 4 GiB][hint above][smallest size that has failed]} and the ranges; a hint is the lower end
 * of its range. {@code @unit} pages of the granule; page numbers and sizes are unsigned. Nothing here allocates memory. The
 * functions change the given words only; what Linux warns of is told to the consumer. {@code @source} LINUX-IOVA.
 * {@code @oracle} SlowIova in the tests.
 */
public final class IovaDomain {
    /** No page number: neither allocated nor reserved by anybody, as it is the sentinel's. */
    public static final long NONE = -1;

    private static final int LOW_HINT = 0;
    private static final int HIGH_HINT = 1;
    private static final int FAILED_SIZE = 2;
    static final int RANGES = 3;
    private static final long LARGEST_GRANULE = 4096;

    private final int base;
    private final IovaRanges ranges;
    private final long firstHigh;
    private final long lastPfn;
    private final Consumer<IovaWarning> warnings;

    /**
     * @param base the first word
     * @param granule bytes of a page, a power of two, at most those of a CPU's page
     * @param start lowest page number that is handed out; Linux's callers give at least 1
     * @param capacity most ranges at any time; an allocation beyond fails
     * @param warnings told of what Linux warns of
     * @throws IllegalArgumentException for a granule that Linux answers with BUG
     */
    public IovaDomain(int base, long granule, long start, int capacity, Consumer<IovaWarning> warnings) {
        this(base, granule, new IovaRanges(base + RANGES, start, Math.addExact(capacity, 1)), warnings);
    }

    /** @param ranges behind this domain's own words */
    IovaDomain(int base, long granule, IovaRanges ranges, Consumer<IovaWarning> warnings) {
        if (Long.bitCount(granule) != 1 || Long.compareUnsigned(granule, LARGEST_GRANULE) > 0) {
            throw new IllegalArgumentException(
                    "granule " + Long.toUnsignedString(granule) + " is no power of two of at most " + LARGEST_GRANULE);
        }
        this.base = base;
        this.warnings = warnings;
        firstHigh = 1L << (32 - Long.numberOfTrailingZeros(granule));
        lastPfn = -1L >>> Long.numberOfTrailingZeros(granule);
        this.ranges = ranges;
    }

    /** First word behind this. */
    public int end() {
        return ranges.end();
    }

    /** The domain with nothing allocated. */
    public void initialise(long[] s) {
        ranges.clear(s);
        ranges.insert(s, NONE, NONE);
        s[base + LOW_HINT] = NONE;
        s[base + HIGH_HINT] = NONE;
        s[base + FAILED_SIZE] = firstHigh;
    }

    /**
     * Allocates pages.
     *
     * @param size at least 1
     * @param limit highest page number allowed; {@link #NONE} allows nothing
     * @param aligned to the smallest power of two that is not below the size
     * @return the lowest page, or {@link #NONE}; the size that failed is remembered, whatever its limit: below 4 GiB, that many
     *     pages or more are refused without a search until something that begins below 4 GiB is freed
     */
    public long allocate(long[] s, long size, long limit, boolean aligned) {
        long end = limit + 1;
        boolean low = Long.compareUnsigned(end, firstHigh) <= 0;
        if (ranges.isFull(s) || (low && Long.compareUnsigned(size, s[base + FAILED_SIZE]) >= 0)) {
            return NONE;
        }
        // A shift by 64, for size 0 or beyond half of everything, is one by 0 as on the CPUs that Linux was recorded
        // on.
        long mask = aligned ? -1L << (Long.SIZE - Long.numberOfLeadingZeros(size - 1)) : -1L;
        int hint = ranges.atOrBelow(s, s[base + (low ? LOW_HINT : HIGH_HINT)]);
        long above = ranges.hi(s, hint);
        long found = ranges.fit(s, hint, size, mask, end);
        if (found == NONE && Long.compareUnsigned(above, end) < 0) {
            // Below the hint there is nothing, so this finds what is above it, or nothing again.
            found = ranges.fit(s, highestToTry(s, end), size, mask, end);
        }
        if (found == NONE) {
            s[base + FAILED_SIZE] = size;
            return NONE;
        }
        insert(s, found, found + size - 1);
        return found;
    }

    /** The lowest range that is not below the end, which is where everything below the end is seen from. */
    private int highestToTry(long[] s, long end) {
        if (Long.compareUnsigned(end, firstHigh) > 0) {
            return ranges.atOrBelow(s, NONE);
        }
        int below = ranges.atOrBelow(s, end);
        if (below == IovaRanges.NONE) {
            return ranges.first(s);
        }
        return Long.compareUnsigned(ranges.hi(s, below), end) >= 0 ? below : ranges.above(s, below);
    }

    private void insert(long[] s, long lo, long hi) {
        if (ranges.insert(s, lo, hi) == IovaRanges.NONE) {
            warnings.accept(IovaWarning.RANGE_EXISTS);
            return;
        }
        s[base + (Long.compareUnsigned(hi, firstHigh) < 0 ? LOW_HINT : HIGH_HINT)] = lo;
    }

    /**
     * Frees the range that a page is in, reserved or not, whatever part of it was meant; a page that is in none is passed over,
     * and so is the sentinel's.
     *
     * @return whether there was one
     */
    public boolean free(long[] s, long pfn) {
        int place = find(s, pfn);
        if (place == IovaRanges.NONE || ranges.above(s, place) == IovaRanges.NONE) {
            return false;
        }
        long lo = ranges.lo(s, place);
        long next = ranges.lo(s, ranges.above(s, place));
        long hint = s[base + LOW_HINT];
        boolean low = Long.compareUnsigned(ranges.hi(s, place), firstHigh) < 0;
        if (lo == hint || (low && Long.compareUnsigned(lo, hint) >= 0)) {
            s[base + LOW_HINT] = next;
        }
        if (Long.compareUnsigned(lo, firstHigh) < 0) {
            s[base + FAILED_SIZE] = firstHigh;
        }
        if (Long.compareUnsigned(lo, s[base + HIGH_HINT]) >= 0) {
            s[base + HIGH_HINT] = next;
        }
        ranges.remove(s, place);
        return true;
    }

    /**
     * Makes sure that pages are taken. The part that is free becomes reserved: a range that the request reaches into from
     * below grows down to it, what lies above that range goes on as a request of its own. Ranges that only touch stay apart.
     *
     * @return the place of the range that holds the end of the request; -1 when it could not be reserved
     */
    public int reserve(long[] s, long lo, long hi) {
        if (Long.compareUnsigned(lo | hi, lastPfn) > 0) {
            warnings.accept(IovaWarning.RESERVED_BEYOND_ADDRESSES);
            return IovaRanges.NONE;
        }
        long from = lo;
        boolean overlap = false;
        for (int place = ranges.first(s); place != IovaRanges.NONE; place = ranges.above(s, place)) {
            boolean meets = Long.compareUnsigned(from, ranges.hi(s, place)) <= 0
                    && Long.compareUnsigned(hi, ranges.lo(s, place)) >= 0;
            if (meets) {
                growDown(s, place, from);
                if (Long.compareUnsigned(hi, ranges.hi(s, place)) <= 0) {
                    return place;
                }
                from = ranges.hi(s, place) + 1;
                overlap = true;
            } else if (overlap) {
                break;
            }
        }
        if (ranges.isFull(s)) {
            return IovaRanges.NONE;
        }
        int place = ranges.insert(s, from, hi);
        if (place == IovaRanges.NONE) {
            warnings.accept(IovaWarning.RANGE_EXISTS);
            return ranges.atOrBelow(s, from);
        }
        return place;
    }

    /** Gives a range the pages down to this one, if that is below it; a hint at the range stays at it. */
    private void growDown(long[] s, int place, long lo) {
        long old = ranges.lo(s, place);
        if (Long.compareUnsigned(lo, old) >= 0) {
            return;
        }
        ranges.setLo(s, place, lo);
        for (int hint = LOW_HINT; hint <= HIGH_HINT; hint++) {
            if (s[base + hint] == old) {
                s[base + hint] = lo;
            }
        }
    }

    /** The place of the range that a page is in, -1 when it is in none; of {@link #NONE}, the sentinel's. */
    public int find(long[] s, long pfn) {
        int place = ranges.atOrBelow(s, pfn);
        return place == IovaRanges.NONE || Long.compareUnsigned(pfn, ranges.hi(s, place)) > 0 ? IovaRanges.NONE : place;
    }

    /** Lower end of the range at a place. */
    public long lo(long[] s, int place) {
        return ranges.lo(s, place);
    }

    /** Upper end of the range at a place, inclusive. */
    public long hi(long[] s, int place) {
        return ranges.hi(s, place);
    }

    /** The place of the lowest range; at the latest, the sentinel's. */
    public int lowest(long[] s) {
        return ranges.first(s);
    }

    /** The place of the range above; -1 above the sentinel. */
    public int above(long[] s, int place) {
        return ranges.above(s, place);
    }

    /** Number of ranges without the sentinel. */
    public int count(long[] s) {
        return ranges.count(s) - 1;
    }

    /** Lower end of the range that the next search with a limit below 4 GiB starts from; {@link #NONE} for the sentinel. */
    public long lowHint(long[] s) {
        return s[base + LOW_HINT];
    }

    /** The same for limits above. */
    public long highHint(long[] s) {
        return s[base + HIGH_HINT];
    }

    /** Sizes from this one on are refused for limits below 4 GiB without a search. */
    public long failedSize(long[] s) {
        return s[base + FAILED_SIZE];
    }

    /** Told of what Linux warns of. */
    void warn(IovaWarning warning) {
        warnings.accept(warning);
    }
}
