package dev.moat.spark;

import dev.moat.spark.row.Counts;
import dev.moat.spark.row.Known;
import dev.moat.spark.row.Parcel;
import dev.moat.spark.row.Rows;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/** Finds, among the candidates of one part of the visited set, the states that are new. */
final class Insertion {
    private static final int MOST_PLACES = 1 << 30;

    private final Known known;
    private final int width;
    private final Rows kept;
    /** Numbers of rows, from 1, by fingerprint. */
    private int[] index = new int[64];

    private Insertion(Known known, int width) {
        this.known = known;
        this.width = width;
        kept = new Rows(width);
    }

    /**
     * The new states as one parcel, of equal candidates the first by order, with all counts that came along.
     *
     * @param visited one part of the visited set
     * @param candidates those that belong there, in any order
     * @param width words of a row
     */
    static Iterator<Parcel> fresh(Iterator<Known> visited, Iterator<Tuple2<Integer, Parcel>> candidates, int width) {
        Insertion part = new Insertion(visited.next(), width);
        Counts counts = null;
        while (candidates.hasNext()) {
            Parcel parcel = candidates.next()._2();
            part.insert(parcel.rows());
            counts = sum(counts, parcel.counts());
        }
        return List.of(new Parcel(part.kept.take(), counts)).iterator();
    }

    private static @Nullable Counts sum(@Nullable Counts sum, @Nullable Counts more) {
        if (more == null) {
            return sum;
        }
        Counts all = sum == null ? new Counts() : sum;
        all.add(more);
        return all;
    }

    private void insert(long[] rows) {
        for (int at = 0; at < rows.length; at += width) {
            if (!known.contains(rows[at + Rows.PRINT])) {
                keep(rows, at);
            }
        }
    }

    private void keep(long[] rows, int at) {
        long print = rows[at + Rows.PRINT];
        int mask = index.length - 1;
        int i = (int) print & mask;
        while (index[i] != 0) {
            int has = (index[i] - 1) * width;
            if (kept.words()[has + Rows.PRINT] == print) {
                if (rows[at + Rows.ORDER] < kept.words()[has + Rows.ORDER]) {
                    System.arraycopy(rows, at, kept.words(), has, width);
                }
                return;
            }
            i = (i + 1) & mask;
        }
        kept.add(rows, at);
        index[i] = kept.size();
        if (kept.size() > index.length / 2) {
            grow();
        }
    }

    private void grow() {
        if (index.length == MOST_PLACES) {
            throw Rows.full(kept.size());
        }
        index = new int[index.length * 2];
        int mask = index.length - 1;
        for (int n = 0; n < kept.size(); n++) {
            int i = (int) kept.words()[n * width + Rows.PRINT] & mask;
            while (index[i] != 0) {
                i = (i + 1) & mask;
            }
            index[i] = n + 1;
        }
    }

    /** One part of the visited set with the states of another level; the part before is unchanged. */
    static Iterator<Known> grown(Iterator<Known> visited, Iterator<Parcel> fresh, int width) {
        Known grown = visited.next().copy();
        while (fresh.hasNext()) {
            long[] rows = fresh.next().rows();
            for (int at = 0; at < rows.length; at += width) {
                grown.add(rows[at + Rows.PRINT]);
            }
        }
        return List.of(grown).iterator();
    }
}
