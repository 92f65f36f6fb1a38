package dev.moat.spark;

import dev.moat.spark.row.Counts;
import dev.moat.spark.row.Parcel;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;

/** What the driver is told of a level's new states: of one part of the visited set, or of all. */
final class Summary implements Serializable {
    private static final long serialVersionUID = 1L;

    final Counts counts = new Counts();
    /** New states by the stretch of their parents. */
    final long[] children = Order.counters();

    /** Of the parcels of a partition. */
    static Iterator<Summary> of(Iterator<Parcel> parcels, int width, long parents) {
        Summary summary = new Summary();
        while (parcels.hasNext()) {
            Parcel parcel = parcels.next();
            Order.count(parcel.rows(), width, parents, summary.children);
            Counts more = parcel.counts();
            if (more != null) {
                summary.counts.add(more);
            }
        }
        return List.of(summary).iterator();
    }

    /** Of all parts. */
    static Summary of(List<Summary> parts) {
        Summary all = new Summary();
        for (Summary part : parts) {
            all.counts.add(part.counts);
            for (int i = 0; i < all.children.length; i++) {
                all.children[i] += part.children[i];
            }
        }
        return all;
    }
}
