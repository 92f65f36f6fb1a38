package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A table knows the effects of its letters, and those that are made of it what is said of them. */
class EffectTableTest {
    private static final long[] STATE = {5, 7};
    private static final long[] READS = {0xF, 0};

    private static EffectTable known() {
        EffectTable table = new EffectTable(2, 7, STATE.length, new EffectLimits(1 << 24, 1 << 18, 1 << 14));
        table.known.add(STATE, 0, READS, 9);
        table.done.add(STATE, 0, READS, 4);
        return table;
    }

    @Test
    void saysWhatWasAddedOfAStateThatAgrees() {
        EffectTable table = known();
        assertThat(table.find(new long[] {0, 21, 8}, 1)).isEqualTo(9);
        assertThat(table.find(new long[] {6, 7}, 0)).isZero();
        assertThat(table.bytes()).isPositive();
    }

    /** What is done stays known where claims are judged apart from it. */
    @Test
    void othersOfItsLettersKnowNothingElse() {
        assertThat(known().cleared())
                .satisfies(t -> assertThat(t.find(STATE, 0)).isZero())
                .satisfies(t -> assertThat(t.first + ".." + t.end + t.asks).isEqualTo("2..7false"));
        assertThat(known().asking())
                .satisfies(t -> assertThat(t.find(STATE, 0)).isEqualTo(4))
                .satisfies(t -> assertThat(t.first + ".." + t.end + t.asks).isEqualTo("2..7true"));
        assertThat(known().asking().cleared())
                .satisfies(t -> assertThat(t.find(STATE, 0)).isZero())
                .satisfies(t -> assertThat(t.asks).isTrue());
        assertThat(known().halves())
                .allSatisfy(t -> assertThat(t.find(STATE, 0)).isZero())
                .extracting(t -> t.first + ".." + t.end)
                .containsExactly("2..4", "4..7");
    }

    /** It takes no more than its share: what is too much is forgotten. */
    @Test
    void staysWithinItsBounds() {
        EffectTable table = new EffectTable(0, 1, 1, new EffectLimits(1 << 16, 1 << 18, 1 << 14));
        for (int n = 0; n < 10_000; n++) {
            table.known.add(new long[] {n}, 0, new long[] {-1}, n + 1);
            assertThat(table.find(new long[] {n}, 0)).isEqualTo(n + 1);
            assertThat(table.bytes()).isLessThanOrEqualTo(2 << 14);
        }
    }
}
