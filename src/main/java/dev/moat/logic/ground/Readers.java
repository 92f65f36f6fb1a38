package dev.moat.logic.ground;

import dev.moat.bits.Words;
import dev.moat.limit.StoppedException;
import dev.moat.state.Footprint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An index from state bits to those that may read them. Immutable.
 *
 * <p>{@code @shape} bits of the state that have the same readers form a region: {@code regionOf[word * 64 + bit]} is its
 * number, or -1; within one word, {@code regionMask[r]} holds its bits; {@code readers[r]} is a set, 64 to a word.
 */
public final class Readers {
    private final int setWords;
    private final int[] regionOf;
    private final long[] regionMask;
    private final long[][] readers;

    /**
     * @param reads what each reader may read, by its number
     * @throws StoppedException when the thread is interrupted
     */
    public Readers(Footprint[] reads, int words) {
        setWords = (reads.length + 63) >>> 6;
        regionOf = new int[words * 64];
        Arrays.fill(regionOf, -1);
        List<Long> masks = new ArrayList<>();
        List<long[]> sets = new ArrayList<>();
        for (int w = 0; w < words; w++) {
            if ((w & 0xf) == 0) {
                StoppedException.look();
            }
            addRegions(w, reads, masks, sets);
        }
        regionMask = masks.stream().mapToLong(Long::longValue).toArray();
        readers = sets.toArray(new long[0][]);
    }

    /** Splits a word's regions by one reader after the other: into the bits that it may read, and those that it may not. */
    private void addRegions(int w, Footprint[] reads, List<Long> masks, List<long[]> sets) {
        long[] mask = new long[64];
        long[][] set = new long[64][];
        int regions = 0;
        for (int i = 0; i < reads.length; i++) {
            long rest = reads[i].word(w);
            int known = regions;
            for (int r = 0; rest != 0 && r < known; r++) {
                long both = mask[r] & rest;
                rest ^= both;
                int to = r;
                if (both != 0 && both != mask[r]) {
                    to = regions++;
                    mask[r] ^= both;
                    mask[to] = both;
                    set[to] = set[r].clone();
                }
                if (both != 0) {
                    set[to][i >>> 6] |= 1L << i;
                }
            }
            if (rest != 0) {
                mask[regions] = rest;
                set[regions] = new long[setWords];
                set[regions++][i >>> 6] |= 1L << i;
            }
        }
        for (int r = 0; r < regions; r++) {
            for (long rest = mask[r]; rest != 0; rest &= rest - 1) {
                regionOf[w * 64 + Long.numberOfTrailingZeros(rest)] = masks.size();
            }
            masks.add(mask[r]);
            sets.add(set[r]);
        }
    }

    /** Bits of a word of the state that somebody may read. */
    public long readable(int word) {
        long bits = 0;
        for (int bit = 0; bit < 64; bit++) {
            bits |= regionOf[(word << 6) + bit] < 0 ? 0 : 1L << bit;
        }
        return bits;
    }

    /** Words of a set of readers. */
    public int setWords() {
        return setWords;
    }

    /**
     * Collects the readers of every bit in which two states differ.
     *
     * @param before with no more words than a state has
     * @param set overwritten with them, unless there are none
     * @return whether there are any
     */
    public boolean ofChange(long[] before, long[] after, long[] set) {
        boolean any = false;
        for (int w = Words.differing(before, after, 0, 0);
                w < before.length;
                w = Words.differing(before, after, 0, w + 1)) {
            long changed = before[w] ^ after[w];
            while (changed != 0) {
                int region = regionOf[(w << 6) + Long.numberOfTrailingZeros(changed)];
                if (region < 0) {
                    changed &= changed - 1;
                    continue;
                }
                changed &= ~regionMask[region];
                add(readers[region], set, any);
                any = true;
            }
        }
        return any;
    }

    private static void add(long[] more, long[] set, boolean any) {
        for (int i = 0; i < more.length; i++) {
            set[i] = any ? set[i] | more[i] : more[i];
        }
    }
}
