package dev.moat.logic.judge;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Numbers indexed by some bits of packed states. One thread at a time adds, and others read meanwhile. A number is
 * written after its key and read before it, so a reader that sees the number sees the whole key.
 *
 * <p>{@code @shape} a place has a key and a number. The key is the words of a packed state with a bit that counts, the
 * other bits cleared. The number is 0 if the place is empty. Open addressing, at most three quarters full.
 */
final class Places {
    private static final int FIRST = 1 << 3;
    private static final long MIX_0 = 0x9E3779B97F4A7C15L;
    private static final long MIX_1 = 0xC2B2AE3D27D4EB4FL;
    private static final long MIX_2 = 0xD6E8FEB86659FD93L;

    /** Of each word of a packed state those that count. */
    private final long[] bits;
    /** The words of a packed state that a key has, and the bits of them. */
    private final int[] from;

    private final long[] masks;
    /** By what each of these words is multiplied for a hash. */
    private final long[] factors;
    /** The same of the first words, at hand. */
    private final int from0;

    private final int from1;
    private final int from2;
    private final long mask0;
    private final long mask1;
    private final long mask2;
    private final int words;
    private final int size;
    private final int shift;
    private final long[] table;
    private int count;

    /** @param bits those that count, of each word of a packed state; kept */
    Places(long[] bits) {
        this(bits, FIRST);
    }

    private Places(long[] bits, int size) {
        this.bits = bits;
        this.size = size;
        from = IntStream.range(0, bits.length).filter(w -> bits[w] != 0).toArray();
        masks = Arrays.stream(from).mapToLong(w -> bits[w]).toArray();
        factors = IntStream.range(0, from.length).mapToLong(Places::factor).toArray();
        words = from.length;
        from0 = words > 0 ? from[0] : 0;
        from1 = words > 1 ? from[1] : 0;
        from2 = words > 2 ? from[2] : 0;
        mask0 = words > 0 ? masks[0] : 0;
        mask1 = words > 1 ? masks[1] : 0;
        mask2 = words > 2 ? masks[2] : 0;
        shift = Long.numberOfLeadingZeros(size) + 1;
        table = new long[size * (words + 1)];
    }

    /** The bits that count. */
    long[] bits() {
        return bits;
    }

    /** How many numbers there are. */
    int count() {
        return count;
    }

    boolean isFull() {
        return 4 * (count + 1) > 3 * size;
    }

    /** Memory taken, about. */
    long bytes() {
        return 8L * (table.length + 3L * words + 24);
    }

    /** The number of states that agree with the one that begins at a word, 0 when there is none. */
    int find(long[] packed, int at) {
        // Keys are short, and this is asked more often than anything else: what a loop does for each word is written
        // out.
        return switch (words) {
            case 1 -> find(packed[at + from0] & mask0);
            case 2 -> find(packed[at + from0] & mask0, packed[at + from1] & mask1);
            case 3 -> find(packed[at + from0] & mask0, packed[at + from1] & mask1, packed[at + from2] & mask2);
            default -> findLong(packed, at);
        };
    }

    private int find(long a) {
        for (int i = place(a * MIX_0); ; i = next(i)) {
            int number = (int) table[i + 1];
            if (number == 0) {
                return 0;
            }
            VarHandle.acquireFence();
            if (table[i] == a) {
                return number;
            }
        }
    }

    private int find(long a, long b) {
        for (int i = place(a * MIX_0 ^ b * MIX_1); ; i = next(i)) {
            int number = (int) table[i + 2];
            if (number == 0) {
                return 0;
            }
            VarHandle.acquireFence();
            if (table[i] == a && table[i + 1] == b) {
                return number;
            }
        }
    }

    private int find(long a, long b, long c) {
        for (int i = place(a * MIX_0 ^ b * MIX_1 ^ c * MIX_2); ; i = next(i)) {
            int number = (int) table[i + 3];
            if (number == 0) {
                return 0;
            }
            VarHandle.acquireFence();
            if (table[i] == a && table[i + 1] == b && table[i + 2] == c) {
                return number;
            }
        }
    }

    private int findLong(long[] packed, int at) {
        for (int i = place(hash(packed, at)); ; i = next(i)) {
            int number = (int) table[i + words];
            if (number == 0) {
                return 0;
            }
            VarHandle.acquireFence();
            // Most questions are answered by the first key that is looked at.
            long differs = 0;
            for (int k = 0; k < words; k++) {
                differs |= table[i + k] ^ (packed[at + from[k]] & masks[k]);
            }
            if (differs == 0) {
                return number;
            }
        }
    }

    private long hash(long[] packed, int at) {
        long hash = 0;
        for (int k = 0; k < words; k++) {
            hash ^= (packed[at + from[k]] & masks[k]) * factors[k];
        }
        return hash;
    }

    /** By what word k of a key is multiplied. */
    private static long factor(int k) {
        return switch (k) {
            case 0 -> MIX_0;
            case 1 -> MIX_1;
            case 2 -> MIX_2;
            default -> factor(k - 1) * MIX_2;
        };
    }

    /** Where the places of a hash begin: what decides are bits that depend on all of it. */
    private int place(long hash) {
        return (int) (((hash ^ (hash >>> 32)) * MIX_0) >>> shift) * (words + 1);
    }

    private int next(int i) {
        int next = i + words + 1;
        return next == table.length ? 0 : next;
    }

    /** Gives states that agree with one, and have no number yet, one that is not 0. To be called when it is not full. */
    void put(long[] packed, int at, int number) {
        int i = empty(hash(packed, at));
        for (int k = 0; k < words; k++) {
            table[i + k] = packed[at + from[k]] & masks[k];
        }
        VarHandle.releaseFence();
        table[i + words] = number;
    }

    /** The place that the next number of a hash gets. */
    private int empty(long hash) {
        int i = place(hash);
        while (table[i + words] != 0) {
            i = next(i);
        }
        count++;
        return i;
    }

    /** The same numbers with room for twice as many. */
    Places larger() {
        Places made = new Places(bits, 2 * size);
        for (int i = 0; i < table.length; i += words + 1) {
            if (table[i + words] != 0) {
                long hash = 0;
                for (int k = 0; k < words; k++) {
                    hash ^= table[i + k] * factors[k];
                }
                // Others see it when all of it is there.
                System.arraycopy(table, i, made.table, made.empty(hash), words + 1);
            }
        }
        return made;
    }

    /**
     * How many of the numbers would differ by their keys if only these bits counted; told by hashes of all 64 bits, so that it may be
     * less by chance.
     */
    long distinct(long[] among) {
        long[] seen = new long[2 * size];
        int distinct = 0;
        for (int i = 0; i < table.length; i += words + 1) {
            if (table[i + words] != 0) {
                long hash = 1;
                for (int k = 0; k < words; k++) {
                    hash = (hash ^ (table[i + k] & among[from[k]])) * MIX_0;
                    hash ^= hash >>> 32;
                }
                // 0 marks an empty place.
                hash = hash == 0 ? 1 : hash;
                int at = (int) ((hash * MIX_0) >>> (shift - 1));
                while (seen[at] != 0 && seen[at] != hash) {
                    at = at + 1 == seen.length ? 0 : at + 1;
                }
                distinct += seen[at] == 0 ? 1 : 0;
                seen[at] = hash;
            }
        }
        return distinct;
    }
}
