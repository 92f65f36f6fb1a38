package dev.moat.explore;

import dev.moat.state.Packing;

/**
 * Sums of fingerprints of packed states, equal to {@link Fingerprint#sum} of the unpacked states. Immutable.
 *
 * <p>{@code @shape} {@code table[(word * 8 + byte) * 256 + value]} is the contribution of a byte's value.
 */
final class PackedPrint {
    private final long[] table;
    private final long fixed;
    private final int words;

    PackedPrint(Fingerprint fingerprint, Packing packing, int workingWords) {
        words = packing.words();
        table = new long[words * 8 * 256];
        long[] packed = new long[words];
        long[] s = new long[workingWords];
        packing.unpack(packed, 0, s);
        fixed = fingerprint.sum(s);
        for (int b = 0; b < words * 64; b++) {
            packed[b >>> 6] = 1L << b;
            packing.unpack(packed, 0, s);
            packed[b >>> 6] = 0;
            long bit = fingerprint.sum(s) ^ fixed;
            int from = (b >>> 3) << 8;
            int half = 1 << (b & 7);
            for (int value = half; value < 2 * half; value++) {
                table[from + value] = table[from + value - half] ^ bit;
            }
        }
    }

    /** Memory taken. */
    static long bytes(Packing packing) {
        return 8L * packing.words() * 8 * 256;
    }

    /** The sum of the state that begins at a word. */
    long sum(long[] packed, int at) {
        long sum = fixed;
        for (int w = 0; w < words; w++) {
            long rest = packed[at + w];
            for (int from = w << 11; rest != 0; from += 256) {
                sum ^= table[from + (int) (rest & 0xFF)];
                rest >>>= 8;
            }
        }
        return sum;
    }
}
