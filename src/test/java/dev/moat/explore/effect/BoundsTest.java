package dev.moat.explore.effect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What may be remembered of letters, by the heap, the memory of a search and its workers. */
class BoundsTest {
    private static final long MIB = 1L << 20;

    @Test
    void nothingInASmallHeap() {
        assertThat(Bounds.of(300 * MIB, 225 * MIB, 1).bytes()).isZero();
        assertThat(Bounds.of(999 * MIB, 749 * MIB, 1).bytes()).isZero();
        assertThat(Bounds.of(1024 * MIB, 768 * MIB, 1).bytes()).isEqualTo(64 * MIB);
    }

    @Test
    void littleOfTheSearchAndNoMoreThanItPays() {
        assertThat(Bounds.of(1024 * MIB, 120 * MIB, 1).bytes()).isEqualTo(10 * MIB);
        assertThat(Bounds.of(1024 * MIB, 768 * MIB, 4).bytes()).isEqualTo(16 * MIB);
        assertThat(Bounds.of(1L << 40, 1L << 39, 2).bytes()).isEqualTo(64 * MIB);
    }
}
