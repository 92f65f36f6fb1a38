package dev.moat.explore.effect;

import dev.moat.bits.Projection;
import java.util.Arrays;

/**
 * The effects of one part of an alphabet, by what the part reads of packed states. For one thread.
 *
 * <p>{@code @shape} a place has the words of a key, the {@link Projection} of a packed state to the bits that are read,
 * and the number of an effect, 0 where it is empty. Open addressing, at most three quarters full.
 */
final class EffectTable {
    private static final int FIRST = 1 << 4;

    /** The letters {@code [first, end)}. */
    final int first;

    final int end;
    /** How often it was asked, and how often in vain. */
    int uses;

    int misses;
    private final Bounds bounds;
    /** Whether the claims of what its letters do are judged each time. */
    private boolean asks;

    private final long[] mask;
    private Projection reads;
    private long[] key = new long[0];
    private int stride = 1;
    private int places = FIRST;
    private int count;
    private long[] table = new long[FIRST];

    /**
     * @param packedWords of a packed state
     * @param bounds of a worker
     */
    EffectTable(int first, int end, int packedWords, Bounds bounds) {
        this.first = first;
        this.end = end;
        this.bounds = bounds;
        mask = new long[packedWords];
        reads = new Projection(mask);
    }

    /** The effect in the state that begins at a word, 0 when it is not known. */
    int find(long[] packed, int at) {
        uses++;
        int i = place(reads.key(packed, at, key));
        while (true) {
            long effect = table[i + stride - 1];
            if (effect == 0 || isKey(i)) {
                return (int) effect;
            }
            i += stride;
            i = i == table.length ? 0 : i;
        }
    }

    private int place(long hash) {
        return (int) (((hash >>> 32) * places) >>> 32) * stride;
    }

    private boolean isKey(int i) {
        for (int k = 0; k < key.length; k++) {
            if (table[i + k] != key[k]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Notes an effect that {@link #find} did not find.
     *
     * @param bits of packed states on which it depends; if the part did not depend on all of them so far, all others are forgotten
     * @param claimed on which it depends besides; overwritten
     */
    void add(long[] packed, int at, long[] bits, long[] claimed, int effect) {
        misses++;
        for (int w = 0; w < mask.length; w++) {
            claimed[w] |= bits[w];
        }
        if (extend(claimed) || isFull()) {
            clear();
        }
        put(packed, at, effect);
    }

    /** Whether there is no room for one more. */
    private boolean isFull() {
        return 4 * (count + 1) > 3 * places && 16L * table.length > bounds.ofOne();
    }

    private void put(long[] packed, int at, long value) {
        if (4 * (count + 1) > 3 * places) {
            grow();
        }
        int i = place(reads.key(packed, at, key));
        while (table[i + stride - 1] != 0 && !isKey(i)) {
            i += stride;
            i = i == table.length ? 0 : i;
        }
        count += table[i + stride - 1] == 0 ? 1 : 0;
        System.arraycopy(key, 0, table, i, key.length);
        table[i + stride - 1] = value;
    }

    /** Whether it has been asked in vain too often of late. */
    boolean isPoor() {
        if (uses < bounds.ofTable()) {
            return false;
        }
        boolean poor = misses > bounds.ofTable() / 16;
        uses = 0;
        misses = 0;
        return poor;
    }

    boolean asks() {
        return asks;
    }

    /** Has claims judged each time from now on. */
    void ask() {
        asks = true;
        Arrays.fill(mask, 0);
        project();
        clear();
    }

    /** Has keys of the bits that the part was seen to depend on. */
    private void project() {
        reads = new Projection(mask);
        key = new long[reads.words()];
        stride = key.length + 1;
    }

    private boolean extend(long[] bits) {
        boolean more = false;
        for (int w = 0; w < mask.length; w++) {
            more |= (bits[w] & ~mask[w]) != 0;
            mask[w] |= bits[w];
        }
        if (more) {
            project();
        }
        return more;
    }

    private void grow() {
        long[] old = table;
        places *= 2;
        table = new long[places * stride];
        for (int from = 0; from < old.length; from += stride) {
            if (old[from + stride - 1] != 0) {
                int i = place(reads.hash(old, from));
                while (table[i + stride - 1] != 0) {
                    i += stride;
                    i = i == table.length ? 0 : i;
                }
                System.arraycopy(old, from, table, i, stride);
            }
        }
    }

    /** Forgets all effects, not what the part depends on. */
    void clear() {
        places = FIRST;
        table = new long[FIRST * stride];
        count = 0;
    }

    /** Memory taken. */
    long bytes() {
        return 8L * table.length;
    }
}
