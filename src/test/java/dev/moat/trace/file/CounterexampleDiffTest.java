package dev.moat.trace.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.scenario.Catalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** What a file says of its machine, and of how it ends, is part of what two files differ in. */
    @ParameterizedTest
    @CsvSource({
        "'\"scenario\": \"r1-', '\"scenario\": \"s1-', scenario:",
        "'\"settings\": {}', '\"settings\": {\"domains\": \"2\"}', settings:",
        "'\"granularity\": \"operation\"', '\"granularity\": \"step\"', granularity:",
        "'\"merged\": true', '\"merged\": false', merged:",
        "'[\"unmap.no-invalidation\"]', '[]', injected:",
        "'[\"no-foreign\", \"no-stale\"]', '[\"no-stale\"]', violates:"
    })
    void eachPartOfTheDescriptionIsCompared(String was, String is, String line, @TempDir Path directory)
            throws IOException {
        Path file = Path.of("counterexamples/r1-unmap-no-invalidation.itf.json");
        String text = Files.readString(file);
        assertThat(text).contains(was);
        Path changed = Files.writeString(directory.resolve("x.itf.json"), text.replace(was, is));
        Catalog catalog = Catalog.load();
        CounterexampleReader reader = new CounterexampleReader(catalog);
        Counterexample first = reader.read(file);
        List<String> lines = CounterexampleDiff.lines(first, reader.read(changed), catalog.machine(first.machine()));
        assertThat(lines).hasSize(3).startsWith(line);
        assertThat(lines.get(1)).startsWith("- ");
        assertThat(lines.get(2)).startsWith("+ ");
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
