package dev.moat.logic.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.bits.Projection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is remembered against a set of everything that was learned. */
class HeldTest {
    private static final long[] READS = {0x70L, 0, -1L, 0x8000_0000_0000_0001L};

    private static final long[] WIDE = {-1L, -1L, -1L, -1L, -1L, -1L};

    private final Random random = new Random(1);
    private final long[] key = new long[4];

    /** Words 1 to 4 of an array; few values, so that keys are met again, and all bits outside of what is read. */
    private long[] any() {
        long[] packed = random.longs(5).toArray();
        packed[3] = random.nextInt(40) * 0x0100_0000_0000_0001L;
        return packed;
    }

    private static List<Long> read(long[] packed) {
        return Arrays.stream(new int[] {0, 2, 3})
                .mapToObj(w -> packed[w + 1] & READS[w])
                .collect(Collectors.toList());
    }

    @Test
    void onlyWhatWasLearnedIsKnownAndMostOfItStaysKnown() {
        HeldStates held = new HeldStates(READS, new HeldStates.Room(1 << 22));
        Set<List<Long>> learned = new HashSet<>();
        int known = 0;
        int forgotten = 0;
        for (int n = 0; n < 20_000; n++) {
            long[] packed = any();
            List<Long> read = read(packed);
            boolean has = held.has(packed, 1, key);
            if (has) {
                assertThat(learned).contains(read);
                known++;
            } else {
                forgotten += learned.contains(read) ? 1 : 0;
                held.learn(key);
                learned.add(read);
                assertThat(held.has(packed, 1, key)).isEqualTo(read.stream().anyMatch(w -> w != 0));
            }
        }
        assertThat(learned).hasSizeGreaterThan(1_000);
        assertThat(known).isGreaterThan(10_000);
        assertThat(forgotten).isLessThan(known);
    }

    @Test
    void aStateOfWhichNothingIsSetIsJudgedAnew() {
        HeldStates held = new HeldStates(READS, new HeldStates.Room(1 << 22));
        long[] zero = new long[4];
        assertThat(held.has(zero, 0, key)).isFalse();
        held.learn(key);
        assertThat(held.has(zero, 0, key)).isFalse();
    }

    /** Words of which the bits that are read meet in no turn stay apart; the others share one, and are told apart. */
    @Test
    void whatIsReadIsToldApartBitByBit() {
        long[] reads = {0xFFFF_0000_FFFF_0000L, 0xFFFF_0000_FFFF_0000L, 0x3L, -1L};
        HeldStates held = new HeldStates(reads, new HeldStates.Room(1 << 22));
        long[] state = {-1L, 0, 0, 0};
        held.has(state, 0, key);
        held.learn(key);
        assertThat(held.has(state, 0, key)).isTrue();
        for (int bit = 0; bit < 256; bit++) {
            long[] other = state.clone();
            other[bit >>> 6] ^= 1L << bit;
            boolean isRead = (reads[bit >>> 6] >>> bit & 1) != 0;
            assertThat(held.has(other, 0, key)).as("bit %d", bit).isEqualTo(!isRead);
        }
    }

    /** Two bundles share their room: what one has taken the other has not. */
    @Test
    void roomIsShared() {
        HeldStates.Room room = new HeldStates.Room(400);
        HeldStates first = new HeldStates(READS, room);
        HeldStates second = new HeldStates(READS, room);
        List<long[]> learned = new ArrayList<>();
        for (int n = 0; n < 2_000; n++) {
            learned.add(random.longs(5).toArray());
            for (HeldStates held : List.of(first, second)) {
                held.has(learned.get(n), 1, key);
                held.learn(key);
            }
        }
        // 400 words are 100 pairs of keys of two words; the first asks for all of them before the second does.
        assertThat(learned.stream().filter(packed -> first.has(packed, 1, key)).count())
                .isBetween(180L, 328L);
        assertThat(learned.stream().filter(packed -> second.has(packed, 1, key)).count())
                .isBetween(64L, 128L);
    }

    /** What another learns in the meantime is half written now and then: some words of one key, the others of another. */
    @Test
    void whatWasNotLearnedIsNotKnownWhileAnotherLearns() throws InterruptedException {
        long[][] keys = threeInOnePair();
        HeldStates held = new HeldStates(WIDE, new HeldStates.Room(0));
        AtomicBoolean ends = new AtomicBoolean();
        Thread other = new Thread(() -> {
            for (int i = 0; !ends.get(); i++) {
                held.learn(keys[i & 1]);
            }
        });
        other.start();
        boolean known = false;
        long[] asked = new long[WIDE.length];
        for (int n = 0; n < 2_000_000 && !known; n++) {
            known = held.has(keys[2], 0, asked);
        }
        ends.set(true);
        other.join();
        assertThat(known).isFalse();
    }

    /** Two, and a third that has half of its words of each, which belong to the first of 64 pairs of places. */
    private static long[][] threeInOnePair() {
        Projection all = new Projection(WIDE);
        for (long n = 1; true; n++) {
            long[][] keys = new long[3][WIDE.length];
            Arrays.fill(keys[0], n);
            Arrays.fill(keys[1], -n);
            Arrays.fill(keys[2], 0, WIDE.length / 2, n);
            Arrays.fill(keys[2], WIDE.length / 2, WIDE.length, -n);
            if (Arrays.stream(keys).allMatch(key -> all.hash(key, 0) >>> 58 == 0)) {
                return keys;
            }
        }
    }

    /** Without more room there are 64 pairs of places, however many are learned. */
    @Test
    void theTableIsNoLargerThanItMay() {
        HeldStates held = new HeldStates(READS, new HeldStates.Room(0));
        List<long[]> learned = new ArrayList<>();
        for (int n = 0; n < 2_000; n++) {
            learned.add(random.longs(5).toArray());
            held.has(learned.get(n), 1, key);
            held.learn(key);
        }
        assertThat(learned.stream().filter(packed -> held.has(packed, 1, key)).count())
                .isBetween(64L, 128L);
    }
}
