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

    /** Nor are two choices of several elements told apart that print the same. */
    @Test
    void choicesOfElementsAreToldApart() {
        Sort some = new Sort("Frame", List.of("a", "a, b"));
        Sort others = new Sort("Page", List.of("b, c", "c"));
        assertThatThrownBy(() -> Sort.requireToldApart("map", List.of(some, others), ", "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two choices of elements for map print as a, b, c: labels have ', ' in them");
        Sort.requireToldApart("map", List.of(some, Sort.numbered("Page", "p", 5_000)), ", ");
        Sort.requireToldApart("map", List.of(some), ", ");
        Sort closer = new Sort("Page", List.of(" b,c", "c"));
        assertThatThrownBy(() -> new SchemaBuilder().slots("pte", Role.CACHE, Writer.IOMMU, some, closer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two choices of elements for pte print as a, b,c: labels have ',' in them");
    }
}
