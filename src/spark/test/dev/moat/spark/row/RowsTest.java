package dev.moat.spark.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows as far as there is an array for them. */
@Tag("spark")
class RowsTest {
    private static final int MOST = Integer.MAX_VALUE - 64;

    /** Doubled as long as an int counts the words, then as many as there may be, then none. */
    @Test
    void anArrayGrowsUntilThereIsNoneLarger() {
        for (int width = 3; width < 40; width++) {
            int words = width * 16;
            while (words < MOST) {
                int more = Rows.grown(words, width);
                assertThat(more).isGreaterThanOrEqualTo(words + width).isLessThanOrEqualTo(MOST);
                assertThat(more == MOST || more == 2 * words).isTrue();
                words = more;
            }
            int last = words;
            int of = width;
            assertThatThrownBy(() -> Rows.grown(last, of))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("more than " + MOST / of
                            + " states in one part of a level; more parts: spark.default.parallelism");
        }
    }
}
