package dev.moat.explore;

import dev.moat.bits.Words;

/**
 * 64-bit fingerprints of working states: the exclusive or of a number for each bit that is set, so that a successor's
 * fingerprint follows from the bits that changed. Never 0, which marks an empty place in the set.
 */
public final class Fingerprint {
    /**
     * A de Bruijn number: its products with the powers of two differ in their six highest bits. Where a bit is told by these it needs not
     * be counted, for which Java's first compiler has no instruction.
     */
    private static final long DE_BRUIJN = 0x03F79D71B4CB0A89L;

    private static final int HIGHEST = 58;

    /** {@code @shape} of each word 64, in the order of those six bits. */
    private final long[] number;

    /** @param words of a working state */
    public Fingerprint(int words) {
        number = new long[words * Long.SIZE];
        long x = 0x9E3779B97F4A7C15L;
        for (int i = 0; i < number.length; i++) {
            x += 0x9E3779B97F4A7C15L;
            number[place(i >>> 6, 1L << i)] = mixed(x);
        }
    }

    /** The contribution of these bits of word i. */
    public long part(int i, long bits) {
        long sum = 0;
        for (long rest = bits; rest != 0; rest &= rest - 1) {
            sum ^= number[place(i, rest & -rest)];
        }
        return sum;
    }

    /** Where the number of a bit of word i is. */
    private static int place(int i, long bit) {
        return (i << 6) + (int) ((bit * DE_BRUIJN) >>> HIGHEST);
    }

    /** The contribution of all words of a state. */
    public long sum(long[] s) {
        long sum = 0;
        for (int i = 0; i < s.length; i++) {
            sum ^= part(i, s[i]);
        }
        return sum;
    }

    /** The sum of a successor that begins at word {@code at}, given its predecessor with its sum. */
    public long sumSince(long[] before, long sum, long[] s, int at) {
        long result = sum;
        for (int i = Words.differing(before, s, at, 0); i < before.length; i = Words.differing(before, s, at, i + 1)) {
            result ^= part(i, s[at + i] ^ before[i]);
        }
        return result;
    }

    /** The fingerprint for a sum. */
    public static long of(long sum) {
        return sum == 0 ? 1 : sum;
    }

    /** A bijection of 64 bits with full avalanche (two rounds of multiply and xor-shift). */
    public static long mixed(long x) {
        long h = (x ^ (x >>> 27)) * 0x3C79AC492BA7B653L;
        h = (h ^ (h >>> 33)) * 0x1C69B3F74AC4AE35L;
        return h ^ (h >>> 27);
    }
}
