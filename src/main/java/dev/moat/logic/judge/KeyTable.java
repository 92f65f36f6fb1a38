package dev.moat.logic.judge;

import java.util.Arrays;

/**
 * A set of keys, each made of some bits of a state ({@link KeyPacking}) and a number that says which bits.
 *
 * <p>{@code @shape} {@code keys} has the words of all keys, one after the other; {@code index} is an open-addressing table of
 * where they begin: 0 for nothing, otherwise that place plus one, and in the upper half a hash of the key.
 */
public final class KeyTable {
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private long[] index = new long[1 << 10];
    private long[] keys = new long[1 << 10];
    private int count;
    private int used;
    /** The key that was asked for last, its length in words, and its hash. */
    private final long[] key;

    private int length;
    private int hash;

    /** @param words of a state */
    public KeyTable(int words) {
        key = new long[words + 1];
    }

    /**
     * Whether the set has a key.
     *
     * @param number of the footprint, less than two to the power of {@link KeyPacking#RESERVED}
     * @param s the state
     * @param parts that are in {@code parts[from]} to {@code parts[to - 1]}, as of {@link KeyPacking#parts}
     */
    public boolean has(int number, long[] s, long[] parts, int from, int to) {
        pack(number, s, parts, from, to);
        int last = index.length - 1;
        for (int i = hash & last; index[i] != 0; i = (i + 1) & last) {
            if ((int) (index[i] >>> 32) == hash && isKey((int) index[i] - 1)) {
                return true;
            }
        }
        return false;
    }

    private void pack(int number, long[] s, long[] parts, int from, int to) {
        long h = 0;
        long packed = number;
        int n = 0;
        for (int k = from; k < to; k += 2) {
            long place = parts[k];
            packed |= Long.rotateLeft(s[(char) place] & parts[k + 1], (int) (place >>> 16));
            if (place < 0) {
                key[n++] = packed;
                h = (h ^ packed) * MIX;
                h ^= h >>> 32;
                packed = 0;
            }
        }
        length = n;
        // Of a product the highest bits depend on all bits of the factor.
        hash = (int) ((h * MIX) >>> 32);
    }

    private boolean isKey(int at) {
        // Keys of one footprint are of one length, and the first word tells which footprint.
        for (int k = 0; k < length; k++) {
            if (keys[at + k] != key[k]) {
                return false;
            }
        }
        return true;
    }

    /** Adds a key that it does not have; parameters as of {@link #has}. */
    public void add(int number, long[] s, long[] parts, int from, int to) {
        pack(number, s, parts, from, to);
        // As much again as a key is long, so that a comparison stays inside.
        if (used + 2 * key.length > keys.length) {
            keys = Arrays.copyOf(keys, keys.length + keys.length / 2 + 2 * key.length);
        }
        System.arraycopy(key, 0, keys, used, length);
        if (++count * 2 > index.length) {
            grow();
        }
        place(index, (long) hash << 32 | (used + 1));
        used += length;
    }

    private void grow() {
        long[] more = new long[index.length * 2];
        for (long entry : index) {
            if (entry != 0) {
                place(more, entry);
            }
        }
        index = more;
    }

    private static void place(long[] table, long entry) {
        int last = table.length - 1;
        int i = (int) (entry >>> 32) & last;
        while (table[i] != 0) {
            i = (i + 1) & last;
        }
        table[i] = entry;
    }

    /** Removes all keys; their room is kept. */
    public void clear() {
        Arrays.fill(index, 0);
        count = 0;
        used = 0;
    }

    /** Memory in use. */
    public long bytes() {
        return 8L * (index.length + used);
    }
}
