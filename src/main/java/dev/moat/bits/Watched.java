package dev.moat.bits;

/**
 * States that note which of their bits are asked for and stored through slots: told from others by their length, which no schema's
 * states have. Components say of their code that it reads states only so.
 *
 * <p>{@code @shape} {@code long[LENGTH]}: the state in the first words, from word {@code MOST} on the bits that were read, from
 * {@code 2 * MOST} on the bits that were stored.
 */
public final class Watched {
    /** Words of the largest state that can be watched. */
    public static final int MOST = 1024;

    /** What tells them from other states. */
    public static final int LENGTH = 3 * MOST + 1;

    private Watched() {}

    /** A state to be watched, all zeros. */
    public static long[] state() {
        return new long[LENGTH];
    }

    /** Makes a watched state the same as another one, of which so many words, at most {@link #MOST}, count, with nothing read and nothing stored. */
    public static void load(long[] from, long[] watched, int words) {
        System.arraycopy(from, 0, watched, 0, words);
        for (int w = 0; w < words; w++) {
            watched[MOST + w] = 0;
            watched[2 * MOST + w] = 0;
        }
    }

    /** Bits of a word that were read since they were collected. */
    public static long read(long[] watched, int word) {
        return watched[MOST + word];
    }

    /** Adds the bits that were read or stored to a set of bits, and forgets them. */
    public static void collect(long[] watched, long[] bits) {
        for (int w = 0; w < bits.length; w++) {
            bits[w] |= watched[MOST + w] | watched[2 * MOST + w];
            watched[MOST + w] = 0;
            watched[2 * MOST + w] = 0;
        }
    }

    /** Notes that bits of a word were read. */
    public static void read(long[] s, int word, long bits) {
        s[MOST + word] |= bits;
    }

    /** Notes that they were stored. */
    public static void stored(long[] s, int word, long bits) {
        s[2 * MOST + word] |= bits;
    }
}
