package dev.moat.logic.judge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * States in which some conjuncts were found to hold, as far as these read them. A state that agrees with one of them in all
 * that is read need not be judged. Each key has two places, where the last two that belong there stay: it forgets, and is never
 * wrong. For one thread.
 *
 * <p>{@code @shape} a key has the bits of a packed state that are read and no others, in as few words as it takes to turn words until no
 * two bits meet; {@code table} has the keys of all places, one after the other. An empty place is all zeros, so a key without a bit is
 * never known.
 */
final class Held {
    private static final int FIRST = 1 << 6;
    private static final long MIX = 0x9E3779B97F4A7C15L;

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

    /** Words of a packed state, the bits of them that are read, and by how much they are turned to the left, in the order of a key's words. */
    private final int[] words;

    private final long[] masks;
    private final int[] turns;
    /** Where in that order each word of a key ends. */
    private final int[] ends;

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
        int[] turn = new int[reads.length];
        List<Long> taken = new ArrayList<>();
        List<List<Integer>> from = new ArrayList<>();
        for (int w = 0; w < reads.length; w++) {
            int place = reads[w] == 0 ? -1 : place(reads[w], taken);
            if (place >= 64 * taken.size()) {
                taken.add(0L);
                from.add(new ArrayList<>());
            }
            if (place >= 0) {
                turn[w] = place & 63;
                taken.set(place >>> 6, taken.get(place >>> 6) | Long.rotateLeft(reads[w], turn[w]));
                from.get(place >>> 6).add(w);
            }
        }
        words = from.stream().flatMap(List::stream).mapToInt(w -> w).toArray();
        masks = Arrays.stream(words).mapToLong(w -> reads[w]).toArray();
        turns = Arrays.stream(words).map(w -> turn[w]).toArray();
        ends = from.stream().mapToInt(List::size).toArray();
        Arrays.parallelPrefix(ends, Integer::sum);
        key = new long[ends.length];
        table = new long[FIRST * 2 * key.length];
        this.room = room;
    }

    /** The first turn, behind those of other words of a key, by which bits meet none that are taken. */
    private static int place(long bits, List<Long> taken) {
        int place = 0;
        while (place < 64 * taken.size() && (Long.rotateLeft(bits, place & 63) & taken.get(place >>> 6)) != 0) {
            place++;
        }
        return place;
    }

    /** Whether the state that is packed from {@code from} on agrees with one that was learned. */
    boolean has(long[] packed, int from) {
        long any = 0;
        long hash = 0;
        for (int w = 0, k = 0; w < key.length; w++) {
            long word = 0;
            for (; k < ends[w]; k++) {
                word |= Long.rotateLeft(packed[from + words[k]] & masks[k], turns[k]);
            }
            key[w] = word;
            any |= word;
            hash = mix(hash, word);
        }
        at = place(hash);
        return (isKey(at) || isKey(at + key.length)) && any != 0;
    }

    private boolean isKey(int from) {
        for (int k = 0; k < key.length; k++) {
            if (table[from + k] != key[k]) {
                return false;
            }
        }
        return true;
    }

    private static long mix(long hash, long word) {
        long mixed = (hash ^ word) * MIX;
        return mixed ^ (mixed >>> 32);
    }

    /** Where the pair of a hash begins. */
    private int place(long hash) {
        // Of a product the highest bits depend on all bits of the factor.
        return (int) ((((hash * MIX) >>> 32) * pairs) >>> 32) * 2 * key.length;
    }

    /** Where the pair begins that the key belongs to which begins there. */
    private int place(long[] from, int start) {
        long hash = 0;
        for (int k = start; k < start + key.length; k++) {
            hash = mix(hash, from[k]);
        }
        return place(hash);
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
            put(old, i + key.length, place(old, i + key.length));
            put(old, i, place(old, i));
        }
    }
}
