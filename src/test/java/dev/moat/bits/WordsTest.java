package dev.moat.bits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Words in which states differ, against a look at every word. */
class WordsTest {
    @Property
    void differingAgainstALoop(
            @ForAll @IntRange(max = 40) int words,
            @ForAll long some,
            @ForAll long of,
            @ForAll @IntRange(max = 3) int at) {
        long[] s = new long[words];
        long[] other = new long[at + words + 2];
        // What lies around it differs, too.
        Arrays.fill(other, -1);
        for (int w = 0; w < words; w++) {
            s[w] = w;
            other[at + w] = w ^ ((some & of) >>> w & 1) << w;
        }
        for (int from = 0; from <= words; from++) {
            int expected = from;
            while (expected < words && s[expected] == other[at + expected]) {
                expected++;
            }
            assertThat(Words.differing(s, other, at, from)).isEqualTo(expected);
        }
        assertThatThrownBy(() -> Words.differing(s, other, at + 3, 0))
                .isInstanceOf(ArrayIndexOutOfBoundsException.class);
    }
}
