package dev.moat.spark;

import dev.moat.spark.row.Parcel;
import dev.moat.spark.row.Rows;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import scala.Tuple2;

/**
 * How the states of a level are numbered: as a sequential search finds them, by parent and letter. Parents are divided into stretches of equal
 * length, of which the driver knows how many children each has; so it knows which number the first of them gets.
 */
final class Order implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int STRETCHES = 4096;
    /** A range of fewer states is not worth a task. */
    private static final int SMALL = 1024;
    /** A range of more states, of which there are two copies for a while, is too much for a task. */
    private static final int LARGE = 1 << 22;

    private final long parents;
    /** States whose parent lies before each stretch; last, all. */
    private final long[] before = new long[STRETCHES + 1];

    private final int ranges;

    /**
     * @param parents states of the level above, 1 for the initial state's
     * @param children of each stretch
     * @param most ranges, at least 1; more only where these would be too large
     */
    Order(long parents, long[] children, int most) {
        this.parents = parents;
        for (int i = 0; i < STRETCHES; i++) {
            before[i + 1] = before[i] + children[i];
        }
        long least = Math.min(STRETCHES, (size() + LARGE - 1) / LARGE);
        ranges = (int) Math.max(Math.max(1, least), Math.min(most, size() / SMALL));
    }

    /** How many states the level has. */
    long size() {
        return before[STRETCHES];
    }

    /** Into how many ranges it is divided. */
    int ranges() {
        return ranges;
    }

    /** The stretch of a state's parent. */
    private static int stretch(long order, long parents) {
        return (int) (Rows.parent(order) * STRETCHES / parents);
    }

    private int range(int stretch) {
        return (int) (before[stretch] * ranges / Math.max(1, size()));
    }

    /** The number of the first state of a range. */
    long first(int range) {
        int stretch = 0;
        while (stretch < STRETCHES && range(stretch) < range) {
            stretch++;
        }
        return before[stretch];
    }

    /** Adds the rows of a parcel to the children of each stretch. */
    static void count(long[] rows, int width, long parents, long[] children) {
        for (int at = 0; at < rows.length; at += width) {
            children[stretch(rows[at + Rows.ORDER], parents)]++;
        }
    }

    /** What {@link #count} counts in. */
    static long[] counters() {
        return new long[STRETCHES];
    }

    /** The rows of a parcel for each range. */
    Iterator<Tuple2<Integer, Parcel>> shared(Parcel parcel, int width) {
        Rows[] out = new Rows[ranges];
        long[] rows = parcel.rows();
        for (int at = 0; at < rows.length; at += width) {
            int range = range(stretch(rows[at + Rows.ORDER], parents));
            if (out[range] == null) {
                out[range] = new Rows(width);
            }
            out[range].add(rows, at);
        }
        List<Tuple2<Integer, Parcel>> shared = new ArrayList<>();
        for (int i = 0; i < ranges; i++) {
            if (out[i] != null) {
                shared.add(new Tuple2<>(i, new Parcel(out[i].take(), null)));
            }
        }
        return shared.iterator();
    }

    /** The stretch that the state of a number is in. */
    int stretchOf(long number) {
        int stretch = 0;
        while (before[stretch + 1] <= number) {
            stretch++;
        }
        return stretch;
    }

    /** The number of the first state of a stretch. */
    long firstOf(int stretch) {
        return before[stretch];
    }

    /** Whether a state is in a stretch. */
    boolean isIn(int stretch, long order) {
        return stretch(order, parents) == stretch;
    }
}
