package dev.moat.explore.effect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.bits.Projection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a table says of a state is what was added of one that agrees in all that was read; whoever adds at the same time. */
class EffectTableTest {
    private static final Bounds BOUNDS = new Bounds(1 << 24, 1 << 18, 1 << 14);
    private static final long[] NONE = {0, 0, 0};
    private static final long LOW = 0xFFFF_FFFFL;

    private static EffectTable table(Bounds bounds) {
        return new EffectTable(0, 1, NONE.length, bounds);
    }

    private static int find(EffectTable table, long... state) {
        return table.now().find(state, 0, new long[3]);
    }

    /** Depends on the lowest bits of the first word, where these are odd on the second word as well; never on the third. */
    private static void add(EffectTable table, long... state) {
        long[] bits = {LOW, (state[0] & 1) == 0 ? 0 : LOW, 0};
        table.add(state, 0, bits, NONE.clone(), effect(state));
    }

    private static int effect(long... state) {
        return (int) ((state[0] & 1) == 0 ? state[0] + 1 : state[0] * 1_000 + state[1] + 1);
    }

    private static long[] any(Random random) {
        return new long[] {random.nextInt(300), random.nextInt(300), random.nextLong()};
    }

    @Test
    void saysWhatWasAddedAndForgetsWhereMoreIsRead() {
        EffectTable table = table(BOUNDS);
        add(table, 2, 7, 9);
        EffectTable.Places before = table.now();
        assertThat(find(table, 2, 8, 1)).isEqualTo(3);
        add(table, 3, 7, 9);
        assertThat(find(table, 2, 8, 1)).as("a key has more bits now").isZero();
        assertThat(before.find(new long[] {2, 8, 1}, 0, new long[3]))
                .as("still true")
                .isEqualTo(3);
        assertThat(find(table, 3, 7, 1)).isEqualTo(3_008);
        assertThat(find(table, 3, 8, 1)).isZero();
        assertThat(find(table.cleared(), 3, 7, 1)).isZero();
    }

    @Test
    void againstAMap() {
        EffectTable table = table(BOUNDS);
        Random random = new Random(1);
        add(table, 1, 0, 0);
        Map<List<Long>, Integer> added = new HashMap<>(Map.of(List.of(1L, 0L), effect(1, 0)));
        for (int n = 0; n < 20_000; n++) {
            long[] state = any(random);
            assertThat(find(table, state)).isEqualTo(added.getOrDefault(List.of(state[0], state[1]), 0));
            add(table, state);
            added.put(List.of(state[0], state[1]), effect(state));
        }
    }

    /** It takes no more than its share: what is too much is forgotten. */
    @Test
    void staysWithinItsBounds() {
        EffectTable table = table(new Bounds(1 << 16, 1 << 18, 1 << 14));
        for (int n = 0; n < 10_000; n++) {
            add(table, 2 * n, 0, 0);
            assertThat(find(table, 2 * n, 0, 0)).isEqualTo(2 * n + 1);
            assertThat(table.bytes()).isLessThanOrEqualTo(1 << 14);
        }
    }

    /** Who looks while an effect is written sees all of its key, or nothing: never what is not written yet, all zeros. */
    @Test
    void aKeyIsWrittenBeforeItsEffect() throws Exception {
        long[] wide = {-1L, -1L, 0};
        // Of 16 places all of these, and zeros, belong to the first.
        long[][] states = LongStream.range(1, 100_000)
                .mapToObj(v -> new long[] {v, v, 0})
                .filter(s -> new Projection(wide).hash(s, 0) >>> 60 == 0)
                .limit(10)
                .toArray(long[][]::new);
        AtomicReference<EffectTable> latest = new AtomicReference<>(table(BOUNDS));
        ExecutorService threads = Executors.newSingleThreadExecutor();
        Future<?> adding = threads.submit(() -> {
            for (int n = 0; n < 100_000; n++) {
                EffectTable table = table(BOUNDS);
                table.add(states[0], 0, wide, NONE.clone(), 1);
                latest.set(table);
                for (int k = 1; k < states.length; k++) {
                    table.add(states[k], 0, wide, NONE.clone(), 1);
                }
            }
        });
        boolean found = false;
        long[] key = new long[3];
        while (!adding.isDone()) {
            found |= latest.get().now().find(NONE, 0, key) != 0;
        }
        adding.get();
        threads.shutdown();
        assertThat(found).isFalse();
    }

    /** Who finds an effect finds the one of this state, in what was there before others added to it as well. */
    @Test
    void saysTheSameWhileOthersAdd() throws Exception {
        EffectTable table = table(BOUNDS);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        List<Future<Integer>> running = new ArrayList<>();
        for (int seed = 0; seed < 3; seed++) {
            running.add(threads.submit(asking(table, new Random(seed))));
        }
        for (Future<Integer> one : running) {
            assertThat(one.get()).isPositive();
        }
        threads.shutdown();
    }

    private static Callable<Integer> asking(EffectTable table, Random random) {
        return () -> {
            int found = 0;
            long[] key = new long[3];
            EffectTable.Places places = table.now();
            for (int n = 0; n < 100_000; n++) {
                long[] state = any(random);
                int effect = places.find(state, 0, key);
                places = n % 7 == 0 ? table.now() : places;
                if (effect == 0) {
                    add(table, state);
                } else {
                    assertThat(effect).isEqualTo(effect(state));
                    found++;
                }
            }
            return found;
        };
    }
}
