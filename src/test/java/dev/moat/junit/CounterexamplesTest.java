package dev.moat.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.scenario.Catalog;
import dev.moat.trace.file.Counterexample;
import dev.moat.trace.file.CounterexampleReader;
import dev.moat.trace.file.Replay;
import dev.moat.trace.file.Replayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The committed counterexamples: each still shows its defect, and none without it. */
class CounterexamplesTest {
    @ReplayCounterexamples("counterexamples")
    void reproduces(Counterexample counterexample) {
        // Controls of one judge have tables that allow reading only beside their defect, so that nothing else can be
        // broken.
        List<String> defects = new ArrayList<>(counterexample.machine().faults());
        defects.remove("tables.upper-level-read-only");
        // The patches of 2006 flushed nowhere.
        if (defects.contains("unmap.no-flush")) {
            defects.remove("decrease.no-flush");
        }
        assertThat(defects).hasSizeLessThanOrEqualTo(1);
    }

    /** A counterexample of a seeded defect shows nothing without it; one of an unsound rule has none to remove. */
    @TestFactory
    List<DynamicTest> isFixedWithoutItsFault() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        Catalog catalog = Catalog.load();
        LibraryJudges judges = new LibraryJudges();
        for (String name : names(Path.of("counterexamples"), ".itf.json")) {
            Counterexample c = new CounterexampleReader(catalog).read(Path.of("counterexamples", name + ".itf.json"));
            if (!c.machine().faults().isEmpty()) {
                tests.add(DynamicTest.dynamicTest(
                        name,
                        () -> assertThat(Replayer.replay(c.withoutFaults(), catalog, judges)
                                        .outcome())
                                .isEqualTo(Replay.Outcome.FIXED)));
            }
        }
        assertThat(tests).hasSizeGreaterThan(15);
        return tests;
    }

    /** A control without its counterexample, or a file whose scenario is gone, is a gap. */
    @Test
    void everyControlHasOne() throws IOException {
        assertThat(names(Path.of("counterexamples"), ".itf.json")).isEqualTo(controls());
    }

    private static List<String> controls() throws IOException {
        List<String> ids = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("specs/scenarios"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file).contains("expect: {verdict: violated")) {
                    ids.add(file.getFileName().toString().replace(".yaml", ""));
                }
            }
        }
        Collections.sort(ids);
        return ids;
    }

    private static List<String> names(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(n -> n.endsWith(suffix))
                    .map(n -> n.substring(0, n.length() - suffix.length()))
                    .sorted()
                    .toList();
        }
    }
}
