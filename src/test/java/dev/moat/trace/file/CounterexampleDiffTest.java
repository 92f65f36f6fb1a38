package dev.moat.trace.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How actions stand beside each other. */
class CounterexampleDiffTest {
    private static List<String> lines(List<String> a, List<String> b) {
        List<String> lines = new ArrayList<>();
        CounterexampleDiff.actions(a, b, lines);
        return lines;
    }

    @Test
    void whatBothBeginAndEndWithStandsOnce() {
        assertThat(lines(List.of("a", "b", "x", "c"), List.of("a", "y", "b", "c")))
                .containsExactly("  a", "+ y", "  b", "- x", "  c");
        assertThat(lines(List.of("a"), List.of("a", "a"))).containsExactly("  a", "+ a");
        assertThat(lines(List.of(), List.of("a"))).containsExactly("+ a");
    }

    /** A table of all pairs would take 40 GB. */
    @Test
    void tracesOfAnyLengthAreCompared() {
        List<String> first = IntStream.range(0, 100_000).mapToObj(i -> "a" + i).toList();
        List<String> second = IntStream.range(0, 100_000).mapToObj(i -> "b" + i).toList();
        assertThat(lines(first, second)).hasSize(200_000).startsWith("- a0").endsWith("+ b99999");
        assertThat(lines(
                        Stream.concat(first.stream(), Stream.of("z")).toList(),
                        Stream.concat(first.stream(), Stream.of("y", "z")).toList()))
                .hasSize(100_002)
                .endsWith("+ y", "  z");
    }
}
