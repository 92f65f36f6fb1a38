package dev.moat.logic.judge;

import dev.moat.bits.Projection;

/**
 * States in which some conjuncts were found to hold, as far as these read them. A state that agrees with one of them in all
 * that is read need not be judged. Each key has two places, where the last two that belong there stay: it forgets, and is never
 * wrong. For one thread.
 *
 * <p>{@code @shape} {@code table} has the keys of all places, one after the other; a key is the {@link Projection} of a packed state
 * to the bits that are read. An empty place is all zeros, so a key without a bit is never known.
 */
final class Held {
    private static final int FIRST = 1 << 6;

    /** Words that all of one thread may still take. */
    static final class Room {
        private long left;

        Room(long words) {
            left = words;
        }

        private int take(long asked) {
            int given = (int) Math.max(0, Math.min(asked, Math.min(left, Integer.MAX_VALUE / 2)));
            left -= given;
            return given;
        }
    }

    private final Projection reads;
    private final long[] key;
    private final Room room;
    private long[] table;
    private int pairs = FIRST;
    private int learned;
    private int at;

    /**
     * @param reads the bits of a packed state that are read
     * @param room of the table, besides the first few places
     */
    Held(long[] reads, Room room) {
        this.reads = new Projection(reads);
        key = new long[this.reads.words()];
        table = new long[FIRST * 2 * key.length];
        this.room = room;
    }

    /** Whether the state that is packed from {@code from} on agrees with one that was learned. */
    boolean has(long[] packed, int from) {
        at = place(reads.key(packed, from, key));
        if (!isKey(at) && !isKey(at + key.length)) {
            return false;
        }
        long any = 0;
        for (long word : key) {
            any |= word;
        }
        return any != 0;
    }

    private boolean isKey(int from) {
        for (int k = 0; k < key.length; k++) {
            if (table[from + k] != key[k]) {
                return false;
            }
        }
        return true;
    }

    /** Where the pair of a hash begins. */
    private int place(long hash) {
        return (int) (((hash >>> 32) * pairs) >>> 32) * 2 * key.length;
    }

    /** Notes the state that was asked about last. */
    void learn() {
        put(key, 0, at);
        if (++learned == pairs) {
            grow();
        }
    }

    private void put(long[] from, int start, int pair) {
        System.arraycopy(table, pair, table, pair + key.length, key.length);
        System.arraycopy(from, start, table, pair, key.length);
    }

    private void grow() {
        int length = 2 * key.length;
        int more = key.length == 0 ? 0 : room.take(3L * pairs * length) / length;
        if (more == 0) {
            return;
        }
        long[] old = table;
        pairs += more;
        learned = 0;
        table = new long[pairs * length];
        // The second of a pair is the older one.
        for (int i = 0; i < old.length; i += length) {
            put(old, i + key.length, place(reads.hash(old, i + key.length)));
            put(old, i, place(reads.hash(old, i)));
        }
    }
}
