package dev.moat.bits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Keys against the masked words that they stand for. */
class ProjectionTest {
    private final SplittableRandom random = new SplittableRandom(1);

    /** Words of few bits, some of none, so that some share a word of a key. */
    private long[] bits() {
        long[] bits = new long[5];
        for (int w = 0; w < bits.length; w++) {
            bits[w] = random.nextInt(4) == 0 ? 0 : random.nextLong() & random.nextLong() & random.nextLong();
        }
        return bits;
    }

    /** One bit is another one: then keys differ where that bit is one of theirs, and nowhere else. */
    @Test
    void aKeyTellsItsBitsAndNoOthers() {
        for (int n = 0; n < 50; n++) {
            long[] bits = bits();
            Projection projection = new Projection(bits);
            long[] state = random.longs(bits.length).toArray();
            long[] key = new long[projection.words()];
            long hash = projection.key(state, 0, key);
            for (int bit = 0; bit < 64 * bits.length; bit++) {
                state[bit >>> 6] ^= 1L << bit;
                long[] other = new long[key.length];
                boolean same = projection.key(state, 0, other) == hash;
                state[bit >>> 6] ^= 1L << bit;
                boolean isRead = (bits[bit >>> 6] >>> bit & 1) != 0;
                if (isRead) {
                    assertThat(other).isNotEqualTo(key);
                } else {
                    assertThat(other).isEqualTo(key);
                    assertThat(same).isTrue();
                }
            }
        }
    }

    /** Who keeps keys finds them again by it when a table grows. */
    @Test
    void theHashOfAKeptKeyIsTheOneItWasMadeWith() {
        for (int n = 0; n < 50; n++) {
            long[] bits = bits();
            Projection projection = new Projection(bits);
            long[] words = random.longs(bits.length + 3).toArray();
            long[] key = new long[projection.words()];
            long hash = projection.key(words, 3, key);
            long[] kept = new long[key.length + 2];
            System.arraycopy(key, 0, kept, 2, key.length);
            assertThat(projection.hash(kept, 2)).isEqualTo(hash);
        }
    }

    @Test
    void wordsThatDoNotMeetShareOne() {
        assertThat(new Projection(new long[] {0xFF, 0xFF, 0, 0xFF}).words()).isEqualTo(1);
        assertThat(new Projection(new long[] {-1L, 0, 1}).words()).isEqualTo(2);
        assertThat(new Projection(new long[3]).words()).isZero();
    }
}
