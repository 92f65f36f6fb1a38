package dev.moat.bits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Words in which states differ, against a look at every word. */
class WordsTest {
    @Property
    void differingAgainstALoop(
            @ForAll @IntRange(max = 40) int words, @ForAll long which, @ForAll @IntRange(max = 3) int at) {
        long[] s = new long[words];
        long[] other = new long[at + words + 2];
        // What lies around it differs, too.
        Arrays.fill(other, -1);
        for (int w = 0; w < words; w++) {
            s[w] = w;
            other[at + w] = w ^ (which >>> w & which >>> 20 + w % 20 & 1) << w;
        }
        for (int from = 0; from <= words; from++) {
            int expected = from;
            while (expected < words && s[expected] == other[at + expected]) {
                expected++;
            }
            assertThat(Words.differing(s, other, at, from)).isEqualTo(expected);
        }
    }
}
