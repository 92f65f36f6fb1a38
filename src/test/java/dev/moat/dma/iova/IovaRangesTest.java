package dev.moat.dma.iova;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Ranges in blocks are a sorted map. */
class IovaRangesTest {
    private static final int BASE = 2;

    @Property(tries = 300, seed = "20261121")
    void areASortedMap(
            @ForAll @IntRange(min = 2, max = 6) int block,
            @ForAll @IntRange(min = 1, max = 60) int capacity,
            @ForAll int seed) {
        IovaRanges ranges = new IovaRanges(BASE, 1, capacity + 1, block);
        long[] s = new long[ranges.end()];
        ranges.clear(s);
        ranges.insert(s, -1, -1);
        TreeMap<Long, Long> map = new TreeMap<>();
        Random random = new Random(seed);
        // Phases that fill, empty, and change places, so that blocks are split, joined and used up.
        for (int i = 0; i < 600; i++) {
            long key = random.nextInt(200) * 4L;
            boolean insert = random.nextInt(10) < (i / 150 % 2 == 0 ? 8 : 3);
            if (insert && !ranges.isFull(s)) {
                boolean fresh = map.putIfAbsent(key, key + random.nextInt(4)) == null;
                int place = ranges.insert(s, key, map.get(key));
                assertThat(place != IovaRanges.NONE).isEqualTo(fresh);
            } else if (!map.isEmpty()) {
                Long at = map.floorKey(key) == null ? map.firstKey() : map.floorKey(key);
                ranges.remove(s, ranges.atOrBelow(s, at));
                map.remove(at);
            }
            assertThat(ranges.isFull(s)).isEqualTo(map.size() == capacity);
            compare(ranges, s, map, key);
        }
    }

    private static void compare(IovaRanges ranges, long[] s, TreeMap<Long, Long> map, long key) {
        List<Long> lows = new ArrayList<>();
        List<Long> highs = new ArrayList<>();
        for (int place = ranges.first(s); ranges.lo(s, place) != -1; place = ranges.above(s, place)) {
            lows.add(ranges.lo(s, place));
            highs.add(ranges.hi(s, place));
        }
        assertThat(lows).isEqualTo(List.copyOf(map.keySet()));
        assertThat(highs).isEqualTo(List.copyOf(map.values()));
        List<Long> down = new ArrayList<>();
        for (int place = ranges.atOrBelow(s, -1); place != IovaRanges.NONE; place = ranges.below(s, place)) {
            down.add(0, ranges.lo(s, place));
        }
        assertThat(down.subList(0, down.size() - 1)).isEqualTo(lows);
        int found = ranges.atOrBelow(s, key + 1);
        Long floor = map.floorKey(key + 1);
        assertThat(found == IovaRanges.NONE ? null : (Long) ranges.lo(s, found)).isEqualTo(floor);
    }

    /** Blocks that are nearly empty are joined, or there would be no block left for the ranges that the capacity promises. */
    @Example
    void theWholeCapacityCanBeUsedAgainAndAgain() {
        int block = 6;
        int capacity = 60;
        IovaRanges ranges = new IovaRanges(BASE, 1, capacity + 1, block);
        long[] s = new long[ranges.end()];
        ranges.clear(s);
        ranges.insert(s, -1, -1);
        for (int cycle = 0; cycle < 50; cycle++) {
            long first = 1_000_000 - cycle * 1000L;
            for (int i = 0; !ranges.isFull(s); i++) {
                ranges.insert(s, first + i, first + i);
            }
            assertThat(ranges.count(s)).isEqualTo(capacity + 1);
            // One range stays in each block, as far as blocks stay apart.
            List<Long> gone = new ArrayList<>();
            int last = -1;
            for (int place = ranges.first(s); ranges.lo(s, place) != -1; place = ranges.above(s, place)) {
                if (place / block == last) {
                    gone.add(ranges.lo(s, place));
                }
                last = place / block;
            }
            gone.forEach(lo -> ranges.remove(s, ranges.atOrBelow(s, lo)));
        }
    }

    /** In one block, which is what a search has, the words say the set and nothing of how it came to be. */
    @Example
    void wordsOfOneBlockAreAFunctionOfTheSet() {
        IovaRanges ranges = new IovaRanges(BASE, 1, 6);
        List<Long> keys = new ArrayList<>(List.of(1L, 5L, 9L, 20L));
        long[] first = null;
        Random random = new Random(5);
        for (int i = 0; i < 50; i++) {
            long[] s = new long[ranges.end()];
            ranges.clear(s);
            ranges.insert(s, -1, -1);
            Collections.shuffle(keys, random);
            ranges.insert(s, 7, 8);
            keys.forEach(key -> ranges.insert(s, key, key + 1));
            ranges.remove(s, ranges.atOrBelow(s, 7));
            first = first == null ? s : first;
            assertThat(s).isEqualTo(first);
        }
    }
}
