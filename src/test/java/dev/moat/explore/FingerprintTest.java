package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
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
        long sum = fingerprint.sum(before);
        long[] after = before.clone();
        for (int i = 0; i < WORDS; i++) {
            after[i] = (which >>> i & 1) == 0 ? before[i] : change[i];
        }
        long[] among = new long[WORDS + 3];
        System.arraycopy(after, 0, among, 3, WORDS);
        assertThat(fingerprint.sumSince(before, sum, among, 3)).isEqualTo(fingerprint.sum(after));
    }

    @Property
    void isTheSumAndNeverTheMarkOfAnEmptyPlace(@ForAll long sum) {
        assertThat(Fingerprint.of(sum)).isEqualTo(sum == 0 ? 1 : sum);
        assertThat(Fingerprint.of(0)).isEqualTo(1);
    }

    /** Of a few words' bits no combination of the 64 bits of fingerprints is always the same: Gauss. */
    @Test
    void all64BitsAreIndependent() {
        Fingerprint fingerprint = new Fingerprint(WORDS);
        long[] rows = new long[Long.SIZE];
        int rank = 0;
        for (int i = 0; i < WORDS * Long.SIZE; i++) {
            long left = fingerprint.part(i / Long.SIZE, 1L << i);
            for (int bit = Long.SIZE - 1; bit >= 0 && left != 0; bit--) {
                if ((left >>> bit & 1) != 0 && rows[bit] == 0) {
                    rows[bit] = left;
                    rank++;
                }
                left = (left >>> bit & 1) != 0 ? left ^ rows[bit] : left;
            }
        }
        assertThat(rank).isEqualTo(Long.SIZE);
    }

    /** Small values in few words, and the same values in other places: what states really look like. */
    @Test
    void differsForNearStates() {
        Fingerprint fingerprint = new Fingerprint(2);
        Set<Long> seen = new HashSet<>();
        for (long a = 0; a < 300; a++) {
            for (long b = 0; b < 300; b++) {
                seen.add(Fingerprint.of(fingerprint.sum(new long[] {a, b})));
            }
        }
        assertThat(seen).hasSize(300 * 300);
    }

    /** What three bits contribute is what no other three, two or one do, and about half of the bits of the fingerprint. */
    @Test
    void noFewBitsCancel() {
        Fingerprint fingerprint = new Fingerprint(3);
        Set<Long> seen = new HashSet<>();
        long moved = 0;
        for (int a = 0; a < 128; a++) {
            for (int b = a; b < 128; b++) {
                for (int c = b; c < 128; c++) {
                    long[] s = new long[3];
                    s[a >>> 6] |= 1L << a;
                    s[b >>> 6] |= 1L << b;
                    s[c >>> 6] |= 1L << c;
                    moved += Long.bitCount(fingerprint.sum(s));
                    seen.add(fingerprint.sum(s));
                }
            }
        }
        int sets = 128 + 128 * 127 / 2 + 128 * 127 * 126 / 6;
        assertThat(seen).hasSize(sets).doesNotContain(0L);
        assertThat((double) moved / (130 * 129 * 128 / 6)).isBetween(31.5, 32.5);
    }
}
