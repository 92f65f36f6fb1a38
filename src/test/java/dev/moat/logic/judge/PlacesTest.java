package dev.moat.logic.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found is what was put for a state that agrees in the bits that count, whoever puts at the same time. */
class PlacesTest {
    private static Places put(Places places, long[] packed, int at, int number) {
        Places room = places.isFull() ? places.larger() : places;
        room.put(packed, at, number);
        return room;
    }

    /** With keys of all the lengths that are written out, and longer ones. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 8})
    void againstAMap(int words) {
        Random random = new Random(words);
        // Every other word counts not at all.
        long[] bits = new long[2 * words + 1];
        IntStream.range(0, words).forEach(w -> bits[2 * w + 1] = 1L << random.nextInt(64) | 3L << random.nextInt(60));
        Places places = new Places(bits);
        Map<List<Long>, Integer> twin = new HashMap<>();
        for (int n = 1; n < 5_000; n++) {
            long[] packed = random.longs(3 + bits.length).toArray();
            List<Long> key = IntStream.range(0, bits.length)
                    .mapToObj(w -> packed[3 + w] & bits[w])
                    .toList();
            assertThat(places.find(packed, 3)).isEqualTo(twin.getOrDefault(key, 0));
            if (twin.putIfAbsent(key, n) == null) {
                places = put(places, packed, 3, n % 2 == 0 ? n : -n);
                twin.put(key, n % 2 == 0 ? n : -n);
            }
        }
        assertThat(places.count()).isEqualTo(twin.size());
        assertThat(places.bits()).isEqualTo(bits);
    }

    /** As many as would be left if fewer bits counted. */
    @Test
    void countsWhatWouldDiffer() {
        Places places = new Places(new long[] {0, 0xFF, 0xF});
        for (int n = 0; n < 60; n++) {
            places = put(places, new long[] {n, n, n % 10}, 0, n + 1);
        }
        assertThat(places.distinct(new long[] {-1, 0x7, 0})).isEqualTo(8);
        assertThat(places.distinct(new long[] {-1, 0, 0x2})).isEqualTo(2);
        assertThat(places.distinct(new long[3])).isEqualTo(1);
        assertThat(places.distinct(new long[] {0, -1, -1})).isEqualTo(60);
    }

    /** Who looks while a number is written sees all of its key, or nothing: never what is not written yet, all zeros. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aKeyIsWrittenBeforeItsNumber(int words) throws Exception {
        long[] wide = LongStream.generate(() -> -1L).limit(words).toArray();
        AtomicReference<Places> latest = new AtomicReference<>(new Places(wide));
        long[][] keys = LongStream.rangeClosed(1, 5)
                .mapToObj(v -> LongStream.generate(() -> v).limit(words).toArray())
                .toArray(long[][]::new);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        Future<?> adding = threads.submit(() -> {
            for (int n = 0; n < 200_000; n++) {
                Places places = new Places(wide);
                latest.set(places);
                for (long[] key : keys) {
                    places.put(key, 0, 1);
                }
            }
        });
        boolean found = false;
        long[] zeros = new long[words];
        while (!adding.isDone()) {
            found |= latest.get().find(zeros, 0) != 0;
        }
        adding.get();
        threads.shutdown();
        assertThat(found).isFalse();
    }
}
