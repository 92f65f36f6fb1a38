package dev.moat.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Stores states without the bits that never vary. A run is a stretch of varying bits of one working word that goes,
 * unsplit, into one packed word.
 *
 * <p>{@code @shape} a packed state is {@code long[words()]}; run r moves {@code width[r]} bits from bit
 * {@code from[r]} of working word {@code source[r]} to bit {@code to[r]} of packed word {@code target[r]}.
 */
public final class Packing {
    private final int words;
    private final int[] source;
    private final int[] from;
    private final int[] target;
    private final int[] to;
    private final long[] mask;
    private final long[] fixed;
    private final long[] never;

    Packing(Schema schema) {
        int n = schema.words();
        long[] varying = new long[n];
        fixed = new long[n];
        for (Slots f : schema.families()) {
            for (int i = 0; i < f.size(); i++) {
                varying[f.wordOf(i)] |= f.varying() << f.shiftOf(i);
                fixed[f.wordOf(i)] |= (f.fixed() & ~f.varying()) << f.shiftOf(i);
            }
        }
        List<int[]> runs = runs(varying);
        source = column(runs, 0);
        from = column(runs, 1);
        target = column(runs, 3);
        to = column(runs, 4);
        mask = new long[runs.size()];
        for (int r = 0; r < mask.length; r++) {
            int width = runs.get(r)[2];
            mask[r] = width == 64 ? -1L : (1L << width) - 1;
        }
        words = runs.isEmpty() ? 1 : target[runs.size() - 1] + 1;
        never = new long[n];
        for (int i = 0; i < n; i++) {
            never[i] = ~varying[i];
        }
    }

    private static int[] column(List<int[]> runs, int c) {
        return runs.stream().mapToInt(r -> r[c]).toArray();
    }

    /** Runs as {source, from, width, target, to}, laid out one after the other; a run never straddles a word. */
    private static List<int[]> runs(long[] varying) {
        List<int[]> runs = new ArrayList<>();
        int out = 0;
        int bit = 0;
        for (int i = 0; i < varying.length; i++) {
            long rest = varying[i];
            while (rest != 0) {
                int lo = Long.numberOfTrailingZeros(rest);
                int width = Long.numberOfTrailingZeros(~(rest >>> lo));
                if (bit + width > 64) {
                    out++;
                    bit = 0;
                }
                runs.add(new int[] {i, lo, width, out, bit});
                bit += width;
                rest = lo + width >= 64 ? 0 : rest & (-1L << (lo + width));
            }
        }
        return runs;
    }

    /** Words of a packed state. */
    public int words() {
        return words;
    }

    /**
     * Packs a working state into {@code packed[at..at+words())}.
     *
     * @throws IllegalStateException when a bit differs that was declared never to vary: the schema is wrong, and
     *     two different states would be taken for one
     */
    public void pack(long[] s, long[] packed, int at) {
        long wrong = 0;
        for (int i = 0; i < never.length; i++) {
            wrong |= (s[i] ^ fixed[i]) & never[i];
        }
        if (wrong != 0) {
            throw changed(wrong, s);
        }
        move(s, packed, at);
    }

    /** Packs the bits in which two states differ; throws as {@link #pack} does. */
    public void packDifference(long[] bits, long[] packed, int at) {
        long wrong = 0;
        for (int i = 0; i < never.length; i++) {
            wrong |= bits[i] & never[i];
        }
        if (wrong != 0) {
            throw changed(wrong, bits);
        }
        move(bits, packed, at);
    }

    private static IllegalStateException changed(long bits, long[] s) {
        return new IllegalStateException("a bit changed that the schema declares as fixed: 0x" + Long.toHexString(bits)
                + " in " + Arrays.toString(s));
    }

    private void move(long[] s, long[] packed, int at) {
        // Runs are in the order of packed words; each of these is stored once, for a load right after a store is slow.
        int word = 0;
        long bits = 0;
        for (int r = 0; r < source.length; r++) {
            if (target[r] != word) {
                packed[at + word] = bits;
                word = target[r];
                bits = 0;
            }
            bits |= ((s[source[r]] >>> from[r]) & mask[r]) << to[r];
        }
        packed[at + word] = bits;
    }

    /** The bits of a packed state that hold what is in a footprint. */
    public long[] mask(Footprint reads) {
        long[] working = new long[never.length];
        for (int i = 0; i < never.length; i++) {
            working[i] = reads.word(i);
        }
        long[] bits = new long[words];
        mask(working, bits);
        return bits;
    }

    /** The same for bits of a working state; they replace what is in {@code packed}. */
    public void mask(long[] bits, long[] packed) {
        move(bits, packed, 0);
    }

    /** The inverse of {@link #pack}. */
    public void unpack(long[] packed, int at, long[] s) {
        System.arraycopy(fixed, 0, s, 0, fixed.length);
        int word = 0;
        long bits = 0;
        for (int r = 0; r < source.length; r++) {
            if (source[r] != word) {
                s[word] |= bits;
                word = source[r];
                bits = 0;
            }
            bits |= ((packed[at + target[r]] >>> to[r]) & mask[r]) << from[r];
        }
        if (bits != 0) {
            s[word] |= bits;
        }
    }

    /**
     * A working state that follows packed ones: the next one is reached by the bits in which it differs from the last, of which there are
     * few where one is the other's successor or stands beside it. For one thread; allocates nothing per state.
     *
     * <p>{@code @oracle} {@link #unpack}.
     */
    public final class Follower {
        private final long[] last = new long[words];
        private final long[] state = fixed.clone();
        /** {@code @shape} working word times 64 and bit of it, by packed word times 64 and bit. */
        private final int[] places = new int[words * Long.SIZE];

        /** One that has reached the state whose packed words are 0. */
        public Follower() {
            for (int r = 0; r < source.length; r++) {
                for (int i = 0; i < Long.bitCount(mask[r]); i++) {
                    places[target[r] * Long.SIZE + to[r] + i] = source[r] * Long.SIZE + from[r] + i;
                }
            }
        }

        /** Follows to the packed state that begins at a word; answers {@link #state}. */
        public long[] follow(long[] packed, int at) {
            for (int w = 0; w < words; w++) {
                long rest = packed[at + w] ^ last[w];
                last[w] = packed[at + w];
                for (; rest != 0; rest &= rest - 1) {
                    int place = places[w * Long.SIZE + Long.numberOfTrailingZeros(rest)];
                    state[place >>> 6] ^= 1L << place;
                }
            }
            return state;
        }

        /** What {@link #unpack} makes of the packed state that was followed to last; always the same array, and not to be changed. */
        public long[] state() {
            return state;
        }
    }
}
