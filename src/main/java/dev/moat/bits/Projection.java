package dev.moat.bits;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Some bits of a few words, as a key. Two arrays have the same key when they agree in these bits. Immutable.
 *
 * <p>{@code @shape} a key has these bits and no others, each once, in as few words as it takes to turn words until no two bits
 * meet; words of which no bit belongs to it are left out.
 */
public final class Projection {
    private static final long MIX = 0x9E3779B97F4A7C15L;

    /** Words, the bits of them that are read, and by how much they are turned to the left, in the order of a key's words. */
    private final int[] words;

    private final long[] masks;
    private final int[] turns;
    /** Where in that order each word of a key ends. */
    private final int[] ends;

    /** @param bits of each word those that a key has */
    public Projection(long[] bits) {
        int[] turn = new int[bits.length];
        List<Long> taken = new ArrayList<>();
        List<List<Integer>> from = new ArrayList<>();
        for (int w = 0; w < bits.length; w++) {
            int place = bits[w] == 0 ? -1 : place(bits[w], taken);
            if (place >= 64 * taken.size()) {
                taken.add(0L);
                from.add(new ArrayList<>());
            }
            if (place >= 0) {
                turn[w] = place & 63;
                taken.set(place >>> 6, taken.get(place >>> 6) | Long.rotateLeft(bits[w], turn[w]));
                from.get(place >>> 6).add(w);
            }
        }
        words = from.stream().flatMap(List::stream).mapToInt(w -> w).toArray();
        masks = Arrays.stream(words).mapToLong(w -> bits[w]).toArray();
        turns = Arrays.stream(words).map(w -> turn[w]).toArray();
        ends = from.stream().mapToInt(List::size).toArray();
        Arrays.parallelPrefix(ends, Integer::sum);
    }

    /** The first turn, behind those of other words of a key, by which bits meet none that are taken. */
    private static int place(long bits, List<Long> taken) {
        int place = 0;
        while (place < 64 * taken.size() && (Long.rotateLeft(bits, place & 63) & taken.get(place >>> 6)) != 0) {
            place++;
        }
        return place;
    }

    /** Words of a key. */
    public int words() {
        return ends.length;
    }

    /**
     * Makes the key of the words from {@code at} on.
     *
     * @param key overwritten
     * @return its {@link #hash}
     */
    public long key(long[] from, int at, long[] key) {
        long hash = 0;
        for (int w = 0, k = 0; w < ends.length; w++) {
            long word = 0;
            for (; k < ends[w]; k++) {
                word |= Long.rotateLeft(from[at + words[k]] & masks[k], turns[k]);
            }
            key[w] = word;
            hash = mix(hash, word);
        }
        return hash * MIX;
    }

    /** A number of the key that begins at a word; of its bits the highest depend on all of the key. */
    public long hash(long[] keys, int at) {
        long hash = 0;
        for (int k = at; k < at + ends.length; k++) {
            hash = mix(hash, keys[k]);
        }
        return hash * MIX;
    }

    private static long mix(long hash, long word) {
        long mixed = (hash ^ word) * MIX;
        return mixed ^ (mixed >>> 32);
    }
}
