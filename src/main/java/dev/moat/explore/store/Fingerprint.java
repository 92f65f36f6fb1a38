package dev.moat.explore.store;

/**
 * 64-bit fingerprints of working states: the sum over the words of a strong mix of word and position, so that a
 * successor's fingerprint costs only the words that changed. Never 0, which marks an empty place in the set.
 */
public final class Fingerprint {
    private final long[] salt;

    /** @param words of a packed state */
    public Fingerprint(int words) {
        salt = new long[words];
        long x = 0x9E3779B97F4A7C15L;
        for (int i = 0; i < words; i++) {
            x += 0x9E3779B97F4A7C15L;
            salt[i] = scramble(x);
        }
    }

    /** The contribution of word i. */
    long part(int i, long word) {
        return scramble(word ^ salt[i]);
    }

    /** The contribution of all words, and each of them in {@code parts}. */
    public long sum(long[] s, long[] parts) {
        long sum = 0;
        for (int i = 0; i < salt.length; i++) {
            parts[i] = part(i, s[i]);
            sum += parts[i];
        }
        return sum;
    }

    /** The sum of a successor, given its predecessor with sum and parts. */
    public long sumSince(long[] before, long sum, long[] parts, long[] s, int at) {
        long result = sum;
        for (int i = 0; i < parts.length; i++) {
            long word = s[at + i];
            if (word != before[i]) {
                result += part(i, word) - parts[i];
            }
        }
        return result;
    }

    /** The fingerprint for a sum. */
    public static long of(long sum) {
        return sum == 0 ? 1 : sum;
    }

    /** A bijection of 64 bits with full avalanche (two rounds of multiply and xor-shift). */
    private static long scramble(long x) {
        long h = (x ^ (x >>> 27)) * 0x3C79AC492BA7B653L;
        h = (h ^ (h >>> 33)) * 0x1C69B3F74AC4AE35L;
        return h ^ (h >>> 27);
    }
}
