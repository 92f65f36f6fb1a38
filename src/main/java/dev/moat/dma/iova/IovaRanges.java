package dev.moat.dma.iova;

import java.util.Arrays;

/**
 * Ranges of page numbers in rising order, in words of a state. Linux keeps a red-black tree; what it does with it depends on
 * the order of the ranges only, so here they stand in sorted blocks: a range is found by two binary searches, an insertion or
 * removal moves at most one block, and a search for a gap passes over blocks that are known to have none of the size.
 *
 * <p>{@code @shape} {@code [ranges][blocks in use][rank to block: blocks][block to rank: blocks][entries of a block: blocks]
 * [room: blocks][lo: blocks * length][hi: blocks * length]}; words that hold nothing are 0. With one block the words are a
 * function of the set of ranges, as states of a search have to be. A <i>place</i> is the number of a range's {@code lo}
 * word; it is good until the next insertion or removal. Bounds are inclusive.
 */
final class IovaRanges {
    /** No place. */
    static final int NONE = -1;

    private static final int COUNT = 0;
    private static final int USED = 1;
    private static final int ORDER = 2;
    private static final int LARGEST_BLOCK = 64;

    private final int base;
    private final long start;
    private final int capacity;
    private final int blocks;
    private final int length;
    private final int rankOf;
    private final int sizeOf;
    private final int roomOf;
    private final int lows;
    private final int highs;

    /**
     * @param base first word
     * @param start lowest page number that is given out
     * @param capacity of ranges, at least 1; all of it can be used
     */
    IovaRanges(int base, long start, int capacity) {
        this(base, start, capacity, LARGEST_BLOCK);
    }

    /** @param largest ranges of a block, at least 2 */
    IovaRanges(int base, long start, int capacity, int largest) {
        this.start = start;
        this.base = base;
        this.capacity = capacity;
        // Two neighbours have more than half a block in common, or they would have been joined.
        blocks = capacity <= largest ? 1 : Math.addExact(Math.multiplyExact(4, capacity / largest), 6);
        length = Math.min(capacity, largest);
        rankOf = base + ORDER + blocks;
        sizeOf = rankOf + blocks;
        roomOf = sizeOf + blocks;
        lows = roomOf + blocks;
        highs = lows + Math.multiplyExact(blocks, length);
    }

    /** First word behind this. */
    int end() {
        return Math.addExact(highs, blocks * length);
    }

    /** Leaves no range. */
    void clear(long[] s) {
        Arrays.fill(s, base, end(), 0);
        s[base + USED] = 1;
        for (int i = 0; i < blocks; i++) {
            s[base + ORDER + i] = i;
            s[rankOf + i] = i;
        }
    }

    /** Number of ranges. */
    int count(long[] s) {
        return (int) s[base + COUNT];
    }

    /** Whether there is no room for one more. */
    boolean isFull(long[] s) {
        return s[base + COUNT] == capacity;
    }

    long lo(long[] s, int place) {
        return s[lows + place];
    }

    long hi(long[] s, int place) {
        return s[highs + place];
    }

    /** Moves the lower end of a range; it stays above the range below. */
    void setLo(long[] s, int place, long lo) {
        s[lows + place] = lo;
    }

    /** The lowest range; there is one. */
    int first(long[] s) {
        return block(s, 0) * length;
    }

    /** The range above, or none. */
    int above(long[] s, int place) {
        int block = place / length;
        if (place - block * length + 1 < s[sizeOf + block]) {
            return place + 1;
        }
        int rank = (int) s[rankOf + block] + 1;
        return rank < s[base + USED] ? block(s, rank) * length : NONE;
    }

    /** The range below, or none. */
    int below(long[] s, int place) {
        int block = place / length;
        if (place > block * length) {
            return place - 1;
        }
        int rank = (int) s[rankOf + block] - 1;
        if (rank < 0) {
            return NONE;
        }
        return top(s, rank);
    }

    /** The range with the highest lower end that is not above a page number, or none. */
    int atOrBelow(long[] s, long pfn) {
        int rank = rank(s, pfn);
        return rank < 0 ? NONE : withinBlock(s, block(s, rank), pfn);
    }

    /** Rank of the last block that begins at or below a page number, -1 when none does. */
    private int rank(long[] s, long pfn) {
        int from = 0;
        int to = s[base + COUNT] == 0 ? 0 : (int) s[base + USED];
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (Long.compareUnsigned(s[lows + block(s, middle) * length], pfn) <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from - 1;
    }

    private int withinBlock(long[] s, int block, long pfn) {
        int from = block * length + 1;
        int to = block * length + (int) s[sizeOf + block];
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (Long.compareUnsigned(s[lows + middle], pfn) <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from - 1;
    }

    /**
     * Adds a range; there is room for it.
     *
     * @return its place, or none when there is one with the same lower end, with nothing changed
     */
    int insert(long[] s, long lo, long hi) {
        int below = atOrBelow(s, lo);
        if (below != NONE && s[lows + below] == lo) {
            return NONE;
        }
        int block = below == NONE ? block(s, 0) : below / length;
        int offset = below == NONE ? 0 : below - block * length + 1;
        if (s[sizeOf + block] == length) {
            split(s, block);
            int kept = (int) s[sizeOf + block];
            if (offset > kept) {
                block = block(s, (int) s[rankOf + block] + 1);
                offset -= kept;
            }
        }
        int place = block * length + offset;
        move(s, place, place + 1, (int) s[sizeOf + block] - offset);
        s[lows + place] = lo;
        s[highs + place] = hi;
        s[sizeOf + block]++;
        s[base + COUNT]++;
        int under = below(s, place);
        noteRoom(s, block, room(under == NONE ? -1 : hi(s, under), lo));
        return place;
    }

    /** Takes a range out that is not the highest. */
    void remove(long[] s, int place) {
        int block = place / length;
        int next = above(s, place);
        int below = below(s, place);
        noteRoom(s, next / length, room(below == NONE ? -1 : hi(s, below), lo(s, next)));
        int size = (int) s[sizeOf + block] - 1;
        move(s, place + 1, place, block * length + size - place);
        clear(s, block * length + size, 1);
        s[sizeOf + block] = size;
        s[base + COUNT]--;
        int rank = (int) s[rankOf + block];
        if (rank + 1 < s[base + USED] && areFew(s, rank)) {
            join(s, rank);
        }
        if (rank > 0 && areFew(s, rank - 1)) {
            join(s, rank - 1);
        }
    }

    /** Whether the block of this rank and the one above should be one: together at most half a block, or one is empty. */
    private boolean areFew(long[] s, int rank) {
        long lower = s[sizeOf + block(s, rank)];
        long upper = s[sizeOf + block(s, rank + 1)];
        return lower == 0 || upper == 0 || lower + upper <= length >>> 1;
    }

    /**
     * The highest pages that are free below a range, going down from it.
     *
     * @param from the range to begin below
     * @param size pages wanted
     * @param mask of the alignment of the lowest one
     * @param end first page number behind what is allowed
     * @return the lowest page, or {@link IovaDomain#NONE}
     */
    long fit(long[] s, int from, long size, long mask, long end) {
        int place = from;
        long needed = needed(size, mask);
        while (true) {
            int block = place / length;
            int rank = (int) s[rankOf + block];
            boolean whole = blocks > 1 && place == top(s, rank);
            if (whole && rank > 0 && s[roomOf + block] < needed) {
                place = top(s, rank - 1);
                continue;
            }
            long room = 0;
            for (int next = place; next >= block * length; next--) {
                place = next > block * length ? next - 1 : rank > 0 ? top(s, rank - 1) : NONE;
                long high = smaller(end, s[lows + next]);
                long candidate = (high - size) & mask;
                boolean tooLow = Long.compareUnsigned(high, size) < 0 || Long.compareUnsigned(candidate, start) < 0;
                if (tooLow || place == NONE || Long.compareUnsigned(candidate, s[highs + place]) > 0) {
                    return tooLow ? IovaDomain.NONE : candidate;
                }
                if (whole) {
                    room = Math.max(room, room(s[highs + place], s[lows + next]));
                }
            }
            if (whole) {
                s[roomOf + block] = room;
            }
        }
    }

    private static long smaller(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? a : b;
    }

    /**
     * What room a gap has at least if the pages fit in: an aligned block of a power of two that is not larger than they are, or of
     * half of it if they need not be aligned.
     */
    private static long needed(long size, long mask) {
        int order = Long.SIZE - Long.numberOfLeadingZeros(size);
        return mask == -1 && order > 1 ? order - 1 : order;
    }

    /** The largest aligned power of two of pages between two ranges, its exponent plus one; 0 for no page. */
    private static long room(long hi, long lo) {
        long pages = lo - hi - 1;
        if (pages == 0) {
            return 0;
        }
        int order = Long.SIZE - 1 - Long.numberOfLeadingZeros(pages);
        long align = 1L << order;
        long first = (hi + align) & -align;
        return Long.compareUnsigned(lo - first, align) < 0 ? order : order + 1L;
    }

    /** The highest range of the block of this rank. */
    private int top(long[] s, int rank) {
        int block = block(s, rank);
        return block * length + (int) s[sizeOf + block] - 1;
    }

    /** No gap below a range of a block has more room than its word says; a search that has looked at all of them makes it exact. */
    private void noteRoom(long[] s, int block, long room) {
        if (blocks > 1) {
            s[roomOf + block] = Math.max(s[roomOf + block], room);
        }
    }

    private int block(long[] s, int rank) {
        return (int) s[base + ORDER + rank];
    }

    /** The upper half of a full block becomes a block of its own. */
    private void split(long[] s, int block) {
        int used = (int) s[base + USED];
        int fresh = block(s, used);
        int kept = length >>> 1;
        System.arraycopy(s, lows + block * length + kept, s, lows + fresh * length, length - kept);
        System.arraycopy(s, highs + block * length + kept, s, highs + fresh * length, length - kept);
        clear(s, block * length + kept, length - kept);
        s[sizeOf + fresh] = s[sizeOf + block] - kept;
        s[sizeOf + block] = kept;
        s[roomOf + fresh] = s[roomOf + block];
        for (int rank = used; rank > s[rankOf + block] + 1; rank--) {
            setRank(s, block(s, rank - 1), rank);
        }
        setRank(s, fresh, (int) s[rankOf + block] + 1);
        s[base + USED]++;
    }

    /** The block above the one of this rank is poured into it. */
    private void join(long[] s, int rank) {
        int block = block(s, rank);
        int upper = block(s, rank + 1);
        int from = (int) s[sizeOf + block];
        int size = (int) s[sizeOf + upper];
        System.arraycopy(s, lows + upper * length, s, lows + block * length + from, size);
        System.arraycopy(s, highs + upper * length, s, highs + block * length + from, size);
        clear(s, upper * length, size);
        s[sizeOf + block] += size;
        s[sizeOf + upper] = 0;
        noteRoom(s, block, s[roomOf + upper]);
        s[roomOf + upper] = 0;
        int last = (int) s[base + USED] - 1;
        for (int i = rank + 1; i < last; i++) {
            setRank(s, block(s, i + 1), i);
        }
        setRank(s, upper, last);
        s[base + USED] = last;
    }

    private void setRank(long[] s, int block, int rank) {
        s[base + ORDER + rank] = block;
        s[rankOf + block] = rank;
    }

    private void move(long[] s, int from, int to, int ranges) {
        System.arraycopy(s, lows + from, s, lows + to, ranges);
        System.arraycopy(s, highs + from, s, highs + to, ranges);
    }

    private void clear(long[] s, int place, int ranges) {
        Arrays.fill(s, lows + place, lows + place + ranges, 0);
        Arrays.fill(s, highs + place, highs + place + ranges, 0);
    }
}
