package dev.moat.logic.ground;

import dev.moat.bits.Projection;

/**
 * Recent values of something that depends on a few bits of a state. For one thread.
 *
 * <p>{@code @shape} {@code table} has places of a key ({@link Projection}) and a value, one after the other. An empty
 * place is all zeros. Each key has one place, which keeps the last entry.
 */
final class KnownValues {
    /** Of a value: it is known. */
    static final long KNOWN = 1L << 63;

    /** Places at first, and at most: by fours. */
    private static final int FIRST = 1 << 5;

    private static final int MOST = 1 << 13;

    private final Projection reads;
    private final long[] key;
    private final int stride;
    private final long most;
    private long[] table;
    /** 64 less the number of bits that tell a place. */
    private int shift;
    /** Since the table has this size. */
    private int learned;
    /** Of the state that was asked about last. */
    private int place;

    /**
     * Nothing known yet.
     *
     * @param bits of each word of a state those that it depends on
     * @param mostWords that it may take, but for the first few places
     */
    KnownValues(long[] bits, long mostWords) {
        reads = new Projection(bits);
        key = new long[reads.words()];
        stride = key.length + 1;
        most = Math.min((long) MOST * stride, mostWords);
        table = new long[FIRST * stride];
        shift = Long.numberOfLeadingZeros(FIRST) + 1;
    }

    /** The value in a state, with {@link #KNOWN}, or 0. */
    long find(long[] s) {
        place = place(reads.key(s, 0, key));
        for (int k = 0; k < key.length; k++) {
            if (table[place + k] != key[k]) {
                return 0;
            }
        }
        return table[place + key.length];
    }

    private int place(long hash) {
        return (int) (hash >>> shift) * stride;
    }

    /** Notes the value in the state that was asked about last. */
    void learn(long value) {
        System.arraycopy(key, 0, table, place, key.length);
        table[place + key.length] = value | KNOWN;
        if (++learned > 1 << (Long.SIZE - shift) && 4L * table.length <= most) {
            grow();
        }
    }

    private void grow() {
        long[] old = table;
        learned = 0;
        shift -= 2;
        table = new long[4 * old.length];
        for (int at = 0; at < old.length; at += stride) {
            if (old[at + key.length] != 0) {
                System.arraycopy(old, at, table, place(reads.hash(old, at)), stride);
            }
        }
    }
}
