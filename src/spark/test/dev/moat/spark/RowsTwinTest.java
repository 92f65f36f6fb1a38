package dev.moat.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.spark.row.Counts;
import dev.moat.spark.row.Known;
import dev.moat.spark.row.Parcel;
import dev.moat.spark.row.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Tuple2;

/** What partitions do with rows, beside the same by sets and maps. */
@Tag("spark")
class RowsTwinTest {
    private static final int WIDTH = 3;

    private static long[] row(long print, long order) {
        return new long[] {print, order, ~print};
    }

    private static Parcel parcel(List<long[]> rows) {
        Rows all = new Rows(WIDTH);
        rows.forEach(row -> all.add(row, 0));
        return new Parcel(all.take(), null);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, 5000})
    void whatIsNewIsNewOnceWithItsFirstOrder(int candidates) {
        Random dice = new Random(candidates);
        Known known = new Known();
        TreeSet<Long> visited = new TreeSet<>();
        for (int i = 0; i < candidates; i++) {
            long print = 1 + dice.nextInt(candidates);
            if (visited.add(print)) {
                known.add(print);
            }
        }
        Map<Long, Long> first = new HashMap<>();
        List<Tuple2<Integer, Parcel>> sent = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            List<long[]> rows = new ArrayList<>();
            for (int k = 0; k < candidates; k++) {
                long print = 1 + dice.nextInt(2 * candidates);
                long order = dice.nextInt(1 << 20);
                rows.add(row(print, order));
                if (!visited.contains(print)) {
                    first.merge(print, order, Math::min);
                }
            }
            sent.add(new Tuple2<>(0, parcel(rows)));
            Counts one = new Counts();
            one.generated = candidates;
            sent.add(new Tuple2<>(0, new Parcel(new long[0], one)));
        }
        Collections.shuffle(sent, dice);
        Parcel fresh = Insertion.fresh(List.of(known).iterator(), sent.iterator(), WIDTH)
                .next();
        Map<Long, Long> found = new HashMap<>();
        for (int at = 0; at < fresh.rows().length; at += WIDTH) {
            assertThat(fresh.rows()[at + Rows.STATE]).isEqualTo(~fresh.rows()[at]);
            assertThat(found.put(fresh.rows()[at], fresh.rows()[at + Rows.ORDER]))
                    .isNull();
        }
        assertThat(found).isEqualTo(first);
        assertThat(fresh.counts().generated).isEqualTo(7L * candidates);

        Known grown = Insertion.grown(List.of(known).iterator(), List.of(fresh).iterator(), WIDTH)
                .next();
        for (long print = 1; print <= 2L * candidates; print++) {
            assertThat(known.contains(print)).as("the part before").isEqualTo(visited.contains(print));
            assertThat(grown.contains(print)).isEqualTo(visited.contains(print) || first.containsKey(print));
        }
    }

    /** Four thousand million states, of which no range gets more than twice its four million. */
    @Test
    void rangesOfALargeLevelAreNoLargerThanATaskCanHave() {
        long[] children = Order.counters();
        Arrays.fill(children, 1 << 20);
        Order order = new Order(1L << 32, children, 8);
        assertThat(order.size()).isEqualTo(1L << 32);
        assertThat(order.ranges()).isEqualTo(1024);
        for (int range = 0; range < order.ranges(); range++) {
            long end = range + 1 < order.ranges() ? order.first(range + 1) : order.size();
            assertThat(end - order.first(range)).isBetween(1L, 2L << 22);
        }
    }

    /** What an int counts no longer is remembered as far as it is for fewer. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, 1 << 20, 1 << 27, Integer.MAX_VALUE})
    void howManySuccessorsAreRememberedIsAPowerOfTwo(int states) {
        assertThat(Expansion.recent(states)).isBetween(128, 1 << 18);
        assertThat(Integer.bitCount(Expansion.recent(states))).isOne();
    }

    /** A level of so many states, whose parents are as many or fewer: all ranges together number it as a sort does. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4095, 4097, 60_000})
    void rangesNumberALevelAsASortDoes(int parents) {
        Random dice = new Random(parents);
        TreeSet<Long> orders = new TreeSet<>();
        while (orders.size() < 2 * parents) {
            orders.add(Rows.order(dice.nextInt(parents), dice.nextInt(9)));
        }
        List<Long> sorted = List.copyOf(orders);
        List<Long> mixed = new ArrayList<>(sorted);
        Collections.shuffle(mixed, dice);
        List<Parcel> parcels = List.of(
                parcel(mixed.subList(0, parents).stream().map(o -> row(o, o)).toList()),
                parcel(mixed.subList(parents, 2 * parents).stream()
                        .map(o -> row(o, o))
                        .toList()));
        Summary summary = Summary.of(parcels.iterator(), WIDTH, parents).next();
        Order order = new Order(parents, summary.children, 8);
        assertThat(order.size()).isEqualTo(sorted.size());
        assertThat(order.ranges()).isEqualTo(Math.max(1, Math.min(8, sorted.size() / 1024)));

        Map<Integer, Rows> ranges = new HashMap<>();
        for (Parcel parcel : parcels) {
            for (Iterator<Tuple2<Integer, Parcel>> it = order.shared(parcel, WIDTH); it.hasNext(); ) {
                Tuple2<Integer, Parcel> some = it.next();
                Rows rows = ranges.computeIfAbsent(some._1(), n -> new Rows(WIDTH));
                for (int at = 0; at < some._2().rows().length; at += WIDTH) {
                    rows.add(some._2().rows(), at);
                }
            }
        }
        long numbered = 0;
        for (Map.Entry<Integer, Rows> range : ranges.entrySet()) {
            long first = order.first(range.getKey());
            long[] rows = range.getValue().sorted();
            for (int i = 0; i < rows.length / WIDTH; i++) {
                long number = first + i;
                long its = rows[i * WIDTH + Rows.ORDER];
                assertThat(its).isEqualTo(sorted.get((int) number));
                assertThat(order.isIn(order.stretchOf(number), its)).isTrue();
                numbered++;
            }
            assertThat((long) rows.length)
                    .as("no range is far from its share")
                    .isLessThan(WIDTH * (1024L + 2L * sorted.size() / order.ranges()));
        }
        assertThat(numbered).isEqualTo(sorted.size());
    }
}
