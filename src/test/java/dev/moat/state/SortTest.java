package dev.moat.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SortTest {
    /** A trace names elements by their labels: of two alike the replay took the first. */
    @Test
    void labelsAreUnique() {
        assertThatThrownBy(() -> new Sort("Frame", List.of("f0", "f1", "f0")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two elements of Frame have one label: [f0, f1, f0]");
        assertThat(new Sort("Frame", List.of("f0", "f1")).element("f1")).isEqualTo(1);
        assertThat(Sort.numbered("Frame", "f", 5_000).element("f4999")).isEqualTo(4_999);
    }
}
