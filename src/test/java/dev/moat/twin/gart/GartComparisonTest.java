package dev.moat.twin.gart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.twin.Campaign;
import dev.moat.twin.Finding;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The comparison passes a sound machine and finds each that is broken among copies of the twin. */
class GartComparisonTest {
    private static final int OPERATIONS = 100_000;

    private static Optional<Finding<GartOperation>> compare(GartComparison comparison) {
        return new Campaign<>(GartScripts::script, comparison::run, GartOperation::simpler).run(1, OPERATIONS);
    }

    @Test
    void passesACopy() {
        GartComparison comparison = new GartComparison(machine -> new GartTwin(machine, false));
        assertThat(compare(comparison)).isEmpty();
        assertThat(comparison.accesses()).isGreaterThan(10_000);
        assertThat(comparison.seen())
                .contains(
                        "one answer",
                        "several answers",
                        "merged",
                        "not merged",
                        "Map error",
                        "MapList -12",
                        "MapList -22",
                        "MapList BUG",
                        "Map PANIC",
                        "Coherent error");
    }

    static Stream<Arguments> broken() {
        return GartDefects.all().entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void findsABrokenCopy(String name, GartTwin.Parts parts) {
        Optional<Finding<GartOperation>> finding =
                compare(new GartComparison(machine -> new GartTwin(machine, false, parts)));
        assertThat(finding).as(name).isPresent();
        assertThat(finding.get().script()).as(finding.get().toString()).hasSizeLessThan(25);
    }
}
