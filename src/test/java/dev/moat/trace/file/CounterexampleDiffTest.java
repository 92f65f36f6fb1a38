package dev.moat.trace.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.scenario.Catalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How actions stand beside each other, and how the places that differ print. */
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

    private static Counterexample cut(Counterexample c, int actions) {
        return new Counterexample(
                c.scenario(),
                c.machine(),
                c.schema(),
                c.violates(),
                c.actions().subList(0, actions),
                c.states().subList(0, actions + 1));
    }

    /** The first ends with the invalidation of a page in the queue, the second with a wait. */
    @Test
    void aSecondWordIsReadByTheFirstOneOfItsOwnState() throws IOException {
        Path file = Path.of("counterexamples/xen-step-queue-drops-when-full.itf.json");
        Catalog catalog = Catalog.load();
        Counterexample c = new CounterexampleReader(catalog).read(file);
        assertThat(CounterexampleDiff.lines(cut(c, 5), cut(c, 8), catalog.machine(c.machine())))
                .contains(
                        "  queueLo[q0]: 0x100f2 (TYPE=0x2 G=0x3 DW DR DID=0x1) in the first,"
                                + " 0x100000025 (TYPE=0x5 SW DATA=0x1) in the second",
                        "  queueHi[q0]: 0x2000 (ADDR=0x2) in the first, 0x15000 (ADDR=0x5400) in the second");
    }
}
