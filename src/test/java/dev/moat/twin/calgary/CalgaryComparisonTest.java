package dev.moat.twin.calgary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.twin.Campaign;
import dev.moat.twin.Finding;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The comparison passes a sound bus and finds each that is broken among copies of the twin. */
class CalgaryComparisonTest {
    /** In which each that is broken is found. */
    private static final int OPERATIONS = 100_000;

    /** In which nothing is found in what is not. */
    private static final int SOUND = 20_000;

    private static Optional<Finding<CalgaryOperation>> compare(CalgaryComparison comparison) {
        return compare(comparison, OPERATIONS);
    }

    private static Optional<Finding<CalgaryOperation>> compare(CalgaryComparison comparison, int operations) {
        return new Campaign<>(CalgaryScripts::script, comparison::run, CalgaryOperation::simpler).run(1, operations);
    }

    @Test
    void passesACopy() {
        CalgaryComparison comparison = new CalgaryComparison(CalgaryTwin::new);
        assertThat(compare(comparison, SOUND)).isEmpty();
        assertThat(comparison.accesses()).isGreaterThan(SOUND / 20);
        assertThat(comparison.seen())
                .contains(
                        "one answer",
                        "several answers",
                        "map fails",
                        "Map BUG",
                        "Map PANIC",
                        "UnmapAt BUG",
                        "MapList PANIC")
                .hasSizeGreaterThan(15);
    }

    static Stream<Arguments> broken() {
        return CalgaryDefects.all().entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void findsABrokenCopy(String name, CalgaryTwin.Parts parts) {
        Optional<Finding<CalgaryOperation>> finding =
                compare(new CalgaryComparison(chip -> new CalgaryTwin(chip, parts)));
        assertThat(finding).as(name).isPresent();
        assertThat(finding.get().script()).as(finding.get().toString()).hasSizeLessThan(25);
    }
}
