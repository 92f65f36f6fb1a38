package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What may be remembered of letters, by the heap and the memory of a search. */
class BoundsTest {
    private static final long MIB = 1L << 20;

    @Test
    void nothingInASmallHeap() {
        assertThat(EffectLimits.of(300 * MIB, 225 * MIB).bytes()).isZero();
        assertThat(EffectLimits.of(999 * MIB, 749 * MIB).bytes()).isZero();
        assertThat(EffectLimits.of(1024 * MIB, 768 * MIB).bytes()).isEqualTo(64 * MIB);
    }

    @Test
    void littleOfTheSearchAndNoMoreThanItPays() {
        assertThat(EffectLimits.of(1024 * MIB, 120 * MIB).bytes()).isEqualTo(10 * MIB);
        assertThat(EffectLimits.of(1008 * MIB, 1L << 39).bytes()).isEqualTo(63 * MIB);
        assertThat(EffectLimits.of(1L << 40, 1L << 39).bytes()).isEqualTo(64 * MIB);
    }
}
