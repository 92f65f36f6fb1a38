package dev.moat.explore.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Fingerprints: the shortcut over a predecessor gives what the whole state gives, and near states differ. */
class FingerprintTest {
    private static final int WORDS = 5;

    @Property
    void incrementalIsFull(
            @ForAll @Size(WORDS) long[] before,
            @ForAll @Size(WORDS) long[] change,
            @ForAll @IntRange(max = 31) int which) {
        Fingerprint fingerprint = new Fingerprint(WORDS);
        long[] parts = new long[WORDS];
        long sum = fingerprint.sum(before, parts);
        long[] after = before.clone();
        for (int i = 0; i < WORDS; i++) {
            after[i] = (which >>> i & 1) == 0 ? before[i] : change[i];
        }
        long[] among = new long[WORDS + 3];
        System.arraycopy(after, 0, among, 3, WORDS);
        assertThat(fingerprint.sumSince(before, sum, parts, among, 3))
                .isEqualTo(fingerprint.sum(after, new long[WORDS]));
    }

    @Property
    void isNeverTheMarkOfAnEmptyPlace(@ForAll long sum) {
        assertThat(Fingerprint.of(sum)).isNotZero();
        assertThat(Fingerprint.of(0)).isNotZero();
    }

    /** Small values in few words, and the same values in other places: what states really look like. */
    @Test
    void differsForNearStates() {
        Fingerprint fingerprint = new Fingerprint(2);
        Set<Long> seen = new HashSet<>();
        for (long a = 0; a < 300; a++) {
            for (long b = 0; b < 300; b++) {
                seen.add(Fingerprint.of(fingerprint.sum(new long[] {a, b}, new long[2])));
            }
        }
        assertThat(seen).hasSize(300 * 300);
    }

    /** Every bit of a word moves about half of the bits of the fingerprint. */
    @Test
    void avalanches() {
        Fingerprint fingerprint = new Fingerprint(1);
        Random random = new Random(7);
        for (int bit = 0; bit < 64; bit++) {
            long flipped = 0;
            int rounds = 500;
            for (int n = 0; n < rounds; n++) {
                long word = random.nextLong();
                flipped += Long.bitCount(fingerprint.part(0, word) ^ fingerprint.part(0, word ^ (1L << bit)));
            }
            assertThat((double) flipped / rounds).as("bit %d", bit).isBetween(28.0, 36.0);
        }
    }
}
