package dev.moat.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountedTest {
    @Test
    void oneIsSingular() {
        assertThat(Counted.of(1, "state")).isEqualTo("1 state");
        assertThat(Counted.of(0, "walk")).isEqualTo("0 walks");
        assertThat(Counted.of(2113, "state")).isEqualTo("2,113 states");
    }

    @Test
    void formsGoWithTheNumber() {
        assertThat(Counted.says(1, "{line is|lines are} cut")).isEqualTo("1 line is cut");
        assertThat(Counted.says(2113, "{line is|lines are} cut")).isEqualTo("2,113 lines are cut");
    }
}
