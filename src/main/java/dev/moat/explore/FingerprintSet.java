package dev.moat.explore;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.Arrays;

/**
 * A set of 64-bit fingerprints in partitions of open-addressing tables. Each partition has a single writer at a time
 * and no reader while it is written; readers of all partitions run together while nobody writes.
 *
 * <p>{@code @shape} the highest bits of a fingerprint choose the partition, the lowest its home in the table.
 */
final class FingerprintSet {
    /** Number of partitions, fixed so that nothing depends on the number of workers. */
    public static final int PARTITIONS = 16;

    private static final int PARTITION_SHIFT = 60;
    private static final int FIRST_CAPACITY = 1 << 10;
    private static final int LAST_CAPACITY = 1 << 30;

    private final long[][] table = new long[PARTITIONS][FIRST_CAPACITY];
    private final int[] count = new int[PARTITIONS];

    /** The partition of a fingerprint. */
    public static int partition(long fingerprint) {
        return (int) (fingerprint >>> PARTITION_SHIFT);
    }

    /** The word at the fingerprint's home; reading it early lets several cache misses overlap. */
    public long home(long fingerprint) {
        long[] t = table[partition(fingerprint)];
        return t[(int) fingerprint & (t.length - 1)];
    }

    /** Whether the fingerprint is present; {@code home} is what {@link #home} answered since the last write. */
    public boolean contains(long fingerprint, long home) {
        if (home == fingerprint) {
            return true;
        }
        if (home == 0) {
            return false;
        }
        long[] t = table[partition(fingerprint)];
        int mask = t.length - 1;
        int i = (int) fingerprint & mask;
        while (true) {
            i = (i + 1) & mask;
            long found = t[i];
            if (found == fingerprint) {
                return true;
            }
            if (found == 0) {
                return false;
            }
        }
    }

    /** Adds a fingerprint; false when it was present. */
    public boolean add(long fingerprint) {
        int p = partition(fingerprint);
        long[] t = table[p];
        int mask = t.length - 1;
        int i = (int) fingerprint & mask;
        while (t[i] != 0) {
            if (t[i] == fingerprint) {
                return false;
            }
            i = (i + 1) & mask;
        }
        t[i] = fingerprint;
        if (++count[p] > most(t.length)) {
            grow(p);
        }
        return true;
    }

    /** With how many fingerprints a table of this size does not grow yet. */
    private static int most(int capacity) {
        return capacity / 8 * 5;
    }

    private static int twice(int capacity) {
        if (capacity == LAST_CAPACITY) {
            throw new IllegalStateException("a partition of the state set is full");
        }
        return 2 * capacity;
    }

    private void grow(int p) {
        long[] old = table[p];
        long[] t = new long[twice(old.length)];
        int mask = t.length - 1;
        for (long f : old) {
            if (f != 0) {
                int i = (int) f & mask;
                while (t[i] != 0) {
                    i = (i + 1) & mask;
                }
                t[i] = f;
            }
        }
        table[p] = t;
    }

    /** Writes all fingerprints: for each partition their number, then themselves, in the order of its table. */
    public void write(DataOutput out) throws IOException {
        for (int p = 0; p < PARTITIONS; p++) {
            out.writeInt(count[p]);
            for (long f : table[p]) {
                if (f != 0) {
                    out.writeLong(f);
                }
            }
        }
    }

    /**
     * Reads what {@link #write} wrote into a set that is empty; its tables then have the size that they had.
     *
     * @param most fingerprints that there can be
     * @throws StreamCorruptedException when a partition has more
     */
    public void read(DataInput in, long most) throws IOException {
        for (int p = 0; p < PARTITIONS; p++) {
            int left = in.readInt();
            if (left < 0 || left > Math.min(most, most(LAST_CAPACITY))) {
                throw new StreamCorruptedException("fingerprints");
            }
            // In one go: in the order of a large table they crowd at the beginning of a small one, and each has to pass
            // all of
            // those before it.
            int capacity = FIRST_CAPACITY;
            while (left > most(capacity)) {
                capacity = twice(capacity);
            }
            table[p] = new long[capacity];
            for (; left > 0; left--) {
                add(in.readLong());
            }
        }
    }

    /** Number of fingerprints. */
    public long size() {
        return Arrays.stream(count).asLongStream().sum();
    }

    /** Bytes of all tables. */
    public long bytes() {
        return Arrays.stream(table).mapToLong(t -> 8L * t.length).sum();
    }
}
