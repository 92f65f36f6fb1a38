package dev.moat.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SuggestionTest {
    @Test
    void fewNamesAreAllTold() {
        assertThat(Suggestion.among("unmp", List.of("map", "unmap")))
                .isEqualTo("; did you mean 'unmap'? (known: map, unmap)");
    }

    @Test
    void ofManyTheNearestAre() {
        TreeSet<String> known = new TreeSet<>(List.of("xen-op", "xen-unmap-early", "xen-unmap-late", "zz-xen-unmp-zz"));
        IntStream.range(0, 9).forEach(i -> known.add("other-" + i));
        assertThat(Suggestion.among("xen-unmp", known))
                .startsWith(
                        "; did you mean 'zz-xen-unmp-zz'? (nearest: zz-xen-unmp-zz, xen-unmap-early, xen-unmap-late, xen-op, ")
                .endsWith("; 13 in all)");
    }
}
