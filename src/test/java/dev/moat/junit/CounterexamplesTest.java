package dev.moat.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.trace.Counterexample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The committed counterexamples: each still shows its defect, and none without it. */
class CounterexamplesTest {
    @ReplayCounterexamples("counterexamples")
    void reproduces(Counterexample counterexample) {
        assertThat(counterexample.machine().faults()).hasSize(1);
    }

    @ReplayCounterexamples(value = "counterexamples", expect = Expect.FIXED, withoutFaults = true)
    void isFixedWithoutItsFault() {}

    /** A control without its counterexample, or a file whose scenario is gone, is a gap. */
    @Test
    void everyControlHasOne() throws IOException {
        assertThat(names(Path.of("counterexamples"), ".itf.json"))
                .isEqualTo(names(Path.of("specs/scenarios"), ".yaml").stream()
                        .filter(CounterexamplesTest::isControl)
                        .toList());
    }

    private static boolean isControl(String scenario) {
        try {
            return Files.readString(Path.of("specs/scenarios", scenario + ".yaml"))
                    .contains("expect: {verdict: violated");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
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
