package dev.moat.logic.ground;

import dev.moat.state.Schema;
import dev.moat.state.Slots;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Bits of a component's states that some code reads although they are the same in all reached states ({@link
 * Slots#varying}). Results about states are looked up by the other bits, so a lookup first checks that these have
 * their usual value. Immutable.
 */
public final class UnvaryingBits {
    private final long[] varying;
    /** The words that have such bits, these bits, and what they usually are. */
    private final int[] words;

    private final long[] bits;
    private final long[] usual;

    /** @param readers of the bits that anybody reads */
    public UnvaryingBits(Readers readers, Schema schema) {
        varying = varying(schema);
        words = IntStream.range(0, schema.words())
                .filter(w -> (readers.readable(w) & ~varying[w]) != 0)
                .toArray();
        bits = Arrays.stream(words)
                .mapToLong(w -> readers.readable(w) & ~varying[w])
                .toArray();
        long[] blank = schema.blank();
        usual = Arrays.stream(words).mapToLong(w -> blank[w]).toArray();
    }

    /** The bits of each word of a state that may differ between states. */
    static long[] varying(Schema schema) {
        long[] varying = new long[schema.words()];
        for (Slots f : schema.families()) {
            for (int i = 0; i < f.size(); i++) {
                varying[f.wordOf(i)] |= f.varying() << f.shiftOf(i);
            }
        }
        return varying;
    }

    /** The bits of each word of a state that may differ between states; not to be changed. */
    public long[] varying() {
        return varying;
    }

    /** Whether one of the others is not as usual. */
    public boolean isOdd(long[] s) {
        long strange = 0;
        for (int k = 0; k < words.length; k++) {
            strange |= (s[words[k]] ^ usual[k]) & bits[k];
        }
        return strange != 0;
    }
}
