package dev.moat.bits;

import java.util.stream.IntStream;

/** Some bits of an array's words, few of which have any. Immutable. */
public final class SomeBits {
    /** The words that have such bits, and these. */
    private final int[] words;

    private final long[] bits;

    /** @param bits of each word */
    public SomeBits(long[] bits) {
        words = IntStream.range(0, bits.length).filter(w -> bits[w] != 0).toArray();
        this.bits = IntStream.of(words).mapToLong(w -> bits[w]).toArray();
    }

    /** Whether two arrays differ in any of them; both have as many words as were told of, or more. */
    public boolean differ(long[] one, long[] other) {
        long differing = 0;
        for (int k = 0; k < words.length; k++) {
            differing |= (one[words[k]] ^ other[words[k]]) & bits[k];
        }
        return differing != 0;
    }
}
