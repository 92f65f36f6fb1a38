package dev.moat.logic.judge;

import java.util.Arrays;

/**
 * States in which some conjuncts were found to hold, as far as these read them. A state that agrees with one of them in all
 * that is read need not be judged. Each key has one place, where the last one that belongs there stays: it forgets, and is never
 * wrong. For one thread.
 *
 * <p>{@code @shape} a key is the words of a packed state of which some bit is read, the others cleared; {@code table} has
 * the keys of all places, one after the other. An empty place is all zeros, so a key without a bit is never known.
 */
final class Held {
    private static final int FIRST = 1 << 6;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final int[] words;
    private final long[] masks;
    private final long[] key;
    private final int most;
    private long[] table;
    private int places = FIRST;
    private int learned;
    private int at;

    /**
     * @param reads the bits of a packed state that are read
     * @param most words that the table may have
     */
    Held(long[] reads, long most) {
        int[] word = new int[reads.length];
        int n = 0;
        for (int w = 0; w < reads.length; w++) {
            word[n] = w;
            n += reads[w] == 0 ? 0 : 1;
        }
        words = Arrays.copyOf(word, n);
        masks = Arrays.stream(words).mapToLong(w -> reads[w]).toArray();
        key = new long[n];
        table = new long[FIRST * n];
        this.most = (int) Math.min(Integer.MAX_VALUE / 8, most / Math.max(1, n));
    }

    /** Whether the state that is packed from {@code from} on agrees with one that was learned. */
    boolean has(long[] packed, int from) {
        long any = 0;
        for (int k = 0; k < key.length; k++) {
            key[k] = packed[from + words[k]] & masks[k];
            any |= key[k];
        }
        at = place(key, 0);
        for (int k = 0; k < key.length; k++) {
            if (table[at + k] != key[k]) {
                return false;
            }
        }
        return any != 0;
    }

    /** Where the key that begins there belongs. */
    private int place(long[] from, int start) {
        long hash = 0;
        for (int k = start; k < start + key.length; k++) {
            hash = (hash ^ from[k]) * MIX;
            hash ^= hash >>> 32;
        }
        // Of a product the highest bits depend on all bits of the factor.
        return (int) ((((hash * MIX) >>> 32) * places) >>> 32) * key.length;
    }

    /** Notes the state that was asked about last. */
    void learn() {
        System.arraycopy(key, 0, table, at, key.length);
        if (++learned == places && 4 * places <= most) {
            grow();
        }
    }

    private void grow() {
        long[] old = table;
        places *= 4;
        learned = 0;
        table = new long[places * key.length];
        for (int i = 0; i < old.length; i += key.length) {
            System.arraycopy(old, i, table, place(old, i), key.length);
        }
    }
}
