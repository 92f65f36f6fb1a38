package dev.moat.spark.row;

import java.io.Serializable;

/** A part of the visited set: 64-bit fingerprints, none of which is 0, in an open-addressing table. */
public final class Known implements Serializable {
    private static final long serialVersionUID = 1L;

    private long[] table;
    private int count;

    /** An empty part. */
    public Known() {
        table = new long[64];
    }

    private Known(Known other) {
        table = other.table.clone();
        count = other.count;
    }

    /** A copy to be changed: Spark may ask for the one before again. */
    public Known copy() {
        return new Known(this);
    }

    /** Whether a fingerprint is here. */
    public boolean contains(long print) {
        int mask = table.length - 1;
        int i = (int) print & mask;
        while (table[i] != 0) {
            if (table[i] == print) {
                return true;
            }
            i = (i + 1) & mask;
        }
        return false;
    }

    /** Adds a fingerprint that is not here. */
    public void add(long print) {
        if (++count > table.length / 8 * 5) {
            grow();
        }
        put(print);
    }

    private void put(long print) {
        int mask = table.length - 1;
        int i = (int) print & mask;
        while (table[i] != 0) {
            i = (i + 1) & mask;
        }
        table[i] = print;
    }

    private void grow() {
        long[] old = table;
        if (old.length >= 1 << 29) {
            throw new IllegalStateException("a part of the visited set is full; more parts: spark.default.parallelism");
        }
        table = new long[old.length * 2];
        for (long print : old) {
            if (print != 0) {
                put(print);
            }
        }
    }
}
