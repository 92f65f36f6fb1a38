package dev.moat.logic.judge;

import dev.moat.bits.Projection;
import java.util.concurrent.locks.StampedLock;

/**
 * States in which a check held, by the bits that it reads. A state that agrees with one of them in these bits need not
 * be judged. Each key has two places for its last two entries: it forgets, and is never wrong. All workers of a search
 * read and add at any time. A reader never waits; while another thread adds, it gets the answer "unknown".
 */
public final class HeldStates {
    private static final int FIRST = 1 << 6;

    /** Words that all of a search may still take. */
    public static final class Room {
        private long left;

        /** @param words that may be taken */
        public Room(long words) {
            left = words;
        }

        private synchronized int take(long asked) {
            int given = (int) Math.max(0, Math.min(asked, Math.min(left, Integer.MAX_VALUE / 2)));
            left -= given;
            return given;
        }
    }

    /**
     * Pairs of places.
     *
     * <p>{@code @shape} {@code table} has the keys of all places, one after the other; a key is the {@link Projection} of a packed state
     * to the bits that are read. An empty place is all zeros, so a key without a bit is never known.
     */
    private static final class Places {
        private final int pairs;
        private final int words;
        private final long[] table;

        private Places(int pairs, int words) {
            this.pairs = pairs;
            this.words = words;
            table = new long[pairs * 2 * words];
        }

        /** Where the pair of a hash begins. */
        private int pair(long hash) {
            return (int) (((hash >>> 32) * pairs) >>> 32) * 2 * words;
        }

        private boolean has(long[] key, int at) {
            return isKey(key, at) || isKey(key, at + words);
        }

        private boolean isKey(long[] key, int at) {
            for (int k = 0; k < words; k++) {
                if (table[at + k] != key[k]) {
                    return false;
                }
            }
            return true;
        }

        private void put(long[] from, int at, int pair) {
            System.arraycopy(table, pair, table, pair + words, words);
            System.arraycopy(from, at, table, pair, words);
        }
    }

    private final Projection reads;
    private final int words;
    private final Room room;
    /** Held by who learns. */
    private final StampedLock lock = new StampedLock();

    private Places places;
    private int learned;

    /**
     * @param reads the bits of a packed state that are read
     * @param room of the table, besides the first few places
     */
    public HeldStates(long[] reads, Room room) {
        this.reads = new Projection(reads);
        words = this.reads.words();
        places = new Places(FIRST, words);
        this.room = room;
    }

    /** Words of a key. */
    public int words() {
        return words;
    }

    /**
     * Whether the state that is packed from {@code from} on agrees with one that was learned.
     *
     * @param key overwritten; has the state's key afterwards
     */
    public boolean has(long[] packed, int from, long[] key) {
        long hash = reads.key(packed, from, key);
        long stamp = lock.tryOptimisticRead();
        Places now = places;
        // What another has written in the meantime may be half a key.
        if (!now.has(key, now.pair(hash)) || !lock.validate(stamp)) {
            return false;
        }
        long any = 0;
        for (int k = 0; k < words; k++) {
            any |= key[k];
        }
        return any != 0;
    }

    /** Notes the state that is packed from {@code from} on; {@code key} has its key afterwards. */
    public void learn(long[] packed, int from, long[] key) {
        reads.key(packed, from, key);
        learn(key);
    }

    /** Notes the state with this key. */
    void learn(long[] key) {
        long stamp = lock.writeLock();
        try {
            places.put(key, 0, places.pair(reads.hash(key, 0)));
            if (++learned == places.pairs) {
                grow();
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private void grow() {
        int length = 2 * words;
        Places old = places;
        int more = words == 0 ? 0 : room.take(3L * old.pairs * length) / length;
        if (more == 0) {
            return;
        }
        learned = 0;
        Places larger = new Places(old.pairs + more, words);
        // The second of a pair is the older one.
        for (int i = 0; i < old.table.length; i += length) {
            larger.put(old.table, i + words, larger.pair(reads.hash(old.table, i + words)));
            larger.put(old.table, i, larger.pair(reads.hash(old.table, i)));
        }
        places = larger;
    }
}
