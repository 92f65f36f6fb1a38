package dev.moat.spark;

import dev.moat.spark.row.Counts;
import dev.moat.spark.row.Known;
import dev.moat.spark.row.Parcel;
import dev.moat.spark.row.Rows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;

/**
 * The levels of a search as partitioned data, the last one in memory, those before in checkpoints: these are the parent log. All
 * methods run on the thread that calls jobs.
 */
final class Levels {
    /** Levels after which the visited set is checkpointed too; what is lost before is made anew from so many levels. */
    private static final int EVERY = 8;

    private final Broadcast<Blueprint> plan;
    private final int width;
    private final int parts;
    private final List<JavaRDD<Parcel>> found = new ArrayList<>();
    private final List<Order> orders = new ArrayList<>();
    private JavaRDD<Known> visited;

    /** The level of the initial state. */
    Levels(JavaSparkContext spark, Broadcast<Blueprint> plan, long[] initial, int parts) {
        this.plan = plan;
        this.width = initial.length;
        this.parts = parts;
        List<Known> empty = new ArrayList<>();
        List<Parcel> first = new ArrayList<>();
        int home = Expansion.part(initial[Rows.PRINT], parts);
        for (int i = 0; i < parts; i++) {
            empty.add(new Known());
            first.add(new Parcel(i == home ? initial : new long[0], null));
        }
        visited = spark.parallelize(empty, parts);
        found.add(spark.parallelize(first, parts));
        long[] one = Order.counters();
        one[0] = 1;
        orders.add(new Order(1, one, parts));
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }

    /** How many states the last level has. */
    long size() {
        return last(orders).size();
    }

    /** Bytes of the rows of the last level. */
    long bytes() {
        return size() * width * Long.BYTES;
    }

    /**
     * Expands the last level; what is new is the last level then.
     *
     * @param unwitnessed bits of the invariants whose witness was not seen so far
     * @return what was counted on the way
     */
    Counts descend(long unwitnessed) {
        JavaRDD<Parcel> level = last(found);
        Order order = last(orders);
        JavaRDD<Known> before = visited;
        visited = grown(before, level);
        JavaRDD<Parcel> fresh = fresh(candidates(level, order, unwitnessed));
        Summary summary = summary(fresh, order.size());
        before.unpersist(false);
        level.unpersist(false);
        found.add(fresh);
        orders.add(new Order(order.size(), summary.children, parts));
        return summary.counts;
    }

    private JavaRDD<Known> grown(JavaRDD<Known> before, JavaRDD<Parcel> level) {
        int words = width;
        JavaRDD<Known> grown = before.zipPartitions(level, (known, parcels) -> Insertion.grown(known, parcels, words));
        grown.persist(StorageLevel.MEMORY_AND_DISK());
        if (found.size() % EVERY == 0) {
            grown.checkpoint();
            grown.count();
        }
        return grown;
    }

    private JavaPairRDD<Integer, Parcel> candidates(JavaRDD<Parcel> level, Order order, long unwitnessed) {
        int words = width;
        int targets = parts;
        Broadcast<Blueprint> shipped = plan;
        return level.flatMapToPair(parcel -> order.shared(parcel, words))
                .partitionBy(new HashPartitioner(order.ranges()))
                .mapPartitionsToPair(parcels -> {
                    if (!parcels.hasNext()) {
                        return Collections.emptyIterator();
                    }
                    Rows rows = new Rows(words);
                    int range = 0;
                    while (parcels.hasNext()) {
                        var next = parcels.next();
                        range = next._1();
                        long[] some = next._2().rows();
                        for (int at = 0; at < some.length; at += words) {
                            rows.add(some, at);
                        }
                    }
                    Workshop workshop = Workshop.of(shipped.value());
                    return new Expansion(workshop, rows.sorted(), order.first(range), unwitnessed, targets);
                })
                .partitionBy(new HashPartitioner(targets));
    }

    private JavaRDD<Parcel> fresh(JavaPairRDD<Integer, Parcel> candidates) {
        int words = width;
        JavaRDD<Parcel> fresh = visited.zipPartitions(candidates, (known, sent) -> Insertion.fresh(known, sent, words));
        fresh.persist(StorageLevel.MEMORY_AND_DISK());
        fresh.checkpoint();
        return fresh;
    }

    private Summary summary(JavaRDD<Parcel> fresh, long parents) {
        int words = width;
        return Summary.of(fresh.mapPartitions(parcels -> Summary.of(parcels, words, parents))
                .collect());
    }

    /**
     * The letters from the initial state to a state.
     *
     * @param level the state's, 0 for the initial one's
     * @param number of the state in its level
     */
    List<Integer> path(int level, long number) {
        List<Integer> letters = new ArrayList<>();
        long at = number;
        for (int i = level; i > 0; i--) {
            long order = order(i, at);
            letters.add(Rows.letter(order));
            at = Rows.parent(order);
        }
        Collections.reverse(letters);
        return letters;
    }

    /** By which parent and letter a state was found. */
    private long order(int level, long number) {
        int words = width;
        Order order = orders.get(level);
        int stretch = order.stretchOf(number);
        List<Long> near = new ArrayList<>(found.get(level)
                .flatMap(parcel -> {
                    List<Long> some = new ArrayList<>();
                    long[] rows = parcel.rows();
                    for (int at = 0; at < rows.length; at += words) {
                        if (order.isIn(stretch, rows[at + Rows.ORDER])) {
                            some.add(rows[at + Rows.ORDER]);
                        }
                    }
                    return some.iterator();
                })
                .collect());
        Collections.sort(near);
        return near.get((int) (number - order.firstOf(stretch)));
    }
}
