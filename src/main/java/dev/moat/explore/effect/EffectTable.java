package dev.moat.explore.effect;

import dev.moat.bits.Projection;
import java.lang.invoke.VarHandle;
import java.util.List;

/**
 * The effects of one part of an alphabet, by what the part reads of packed states. All workers of a search look into it at any
 * time; who adds to it waits for others that do.
 */
final class EffectTable {
    private static final int FIRST = 1 << 4;

    /** The letters {@code [first, end)}. */
    final int first;

    final int end;
    /** Whether the claims of what its letters do are judged each time. */
    final boolean asks;

    private final Bounds bounds;
    private final long[] mask;
    /** Of whoever adds. */
    private final long[] key;

    private volatile Places now;

    /**
     * Effects by keys. An effect is written behind its key and read before it, so that who sees it sees all of the key.
     *
     * <p>{@code @shape} a place has the words of a key, the {@link Projection} of a packed state to the bits that are read,
     * and the number of an effect, 0 where it is empty. Open addressing, at most three quarters full.
     */
    static final class Places {
        private final Projection reads;
        private final int words;
        private final int size;
        private final long[] table;
        private int count;

        private Places(Projection reads, int size) {
            this.reads = reads;
            this.size = size;
            words = reads.words();
            table = new long[size * (words + 1)];
        }

        /**
         * The effect in the state that begins at a word, 0 when it is not known.
         *
         * @param key overwritten; the words of a packed state
         */
        int find(long[] packed, int at, long[] key) {
            int i = place(reads.key(packed, at, key));
            while (true) {
                long effect = table[i + words];
                if (effect == 0) {
                    return 0;
                }
                VarHandle.acquireFence();
                if (isKey(i, key)) {
                    return (int) effect;
                }
                i = next(i);
            }
        }

        private int place(long hash) {
            return (int) (((hash >>> 32) * size) >>> 32) * (words + 1);
        }

        private int next(int i) {
            int next = i + words + 1;
            return next == table.length ? 0 : next;
        }

        private boolean isKey(int i, long[] key) {
            for (int k = 0; k < words; k++) {
                if (table[i + k] != key[k]) {
                    return false;
                }
            }
            return true;
        }

        private boolean isFull() {
            return 4 * (count + 1) > 3 * size;
        }

        private void put(long hash, long[] from, int at, long effect) {
            int i = place(hash);
            while (table[i + words] != 0) {
                i = next(i);
            }
            count++;
            System.arraycopy(from, at, table, i, words);
            VarHandle.releaseFence();
            table[i + words] = effect;
        }

        private Places larger() {
            Places made = new Places(reads, 2 * size);
            for (int i = 0; i < table.length; i += words + 1) {
                if (table[i + words] != 0) {
                    made.put(reads.hash(table, i), table, i, table[i + words]);
                }
            }
            return made;
        }
    }

    /**
     * @param mask the bits of packed states that a key has at first
     * @param asks whether the claims of what its letters do are judged each time
     * @param bounds of what all workers remember
     */
    private EffectTable(int first, int end, long[] mask, boolean asks, Bounds bounds) {
        this.first = first;
        this.end = end;
        this.asks = asks;
        this.bounds = bounds;
        this.mask = mask;
        key = new long[mask.length];
        now = new Places(new Projection(mask), FIRST);
    }

    /** One of which nothing is known, and no claim is judged again. */
    EffectTable(int first, int end, int packedWords, Bounds bounds) {
        this(first, end, new long[packedWords], false, bounds);
    }

    /** One of the same letters that knows no effect, but on what they depend. */
    synchronized EffectTable cleared() {
        return new EffectTable(first, end, mask.clone(), asks, bounds);
    }

    /** One of the same letters of which nothing is known, that has their claims judged each time. */
    EffectTable asking() {
        return new EffectTable(first, end, new long[mask.length], true, bounds);
    }

    /** Two of the same letters of which nothing is known. */
    List<EffectTable> halves() {
        int middle = (first + end) / 2;
        return List.of(
                new EffectTable(first, middle, mask.length, bounds), new EffectTable(middle, end, mask.length, bounds));
    }

    /** What is known now. What was known before is still true. */
    Places now() {
        return now;
    }

    /**
     * Notes an effect that was not found.
     *
     * @param bits of packed states on which it depends; if the part did not depend on all of them so far, all others are forgotten
     * @param claimed on which it depends besides; overwritten
     */
    synchronized void add(long[] packed, int at, long[] bits, long[] claimed, int effect) {
        for (int w = 0; w < mask.length; w++) {
            claimed[w] |= bits[w];
        }
        Places places = now;
        if (extend(claimed)) {
            places = new Places(new Projection(mask), FIRST);
        } else if (places.isFull()) {
            places = 16L * places.table.length > bounds.ofOne() ? new Places(places.reads, FIRST) : places.larger();
        }
        if (places.find(packed, at, key) == 0) {
            places.put(places.reads.hash(key, 0), key, 0, effect);
        }
        now = places;
    }

    private boolean extend(long[] bits) {
        boolean more = false;
        for (int w = 0; w < mask.length; w++) {
            more |= (bits[w] & ~mask[w]) != 0;
            mask[w] |= bits[w];
        }
        return more;
    }

    /** Memory taken. */
    long bytes() {
        return 8L * now.table.length;
    }
}
