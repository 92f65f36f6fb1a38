package dev.moat.twin.gart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.gart.linux.GartParts;
import dev.moat.twin.Campaign;
import dev.moat.twin.Finding;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The northbridges and Linux's driver of them do what the twin allows. */
class ModelledMachineTest {
    private static void compare(long firstSeed, int operations) {
        AtomicInteger stale = new AtomicInteger();
        GartComparison comparison = new GartComparison(machine -> new ModelledMachine(machine, stale));
        assertThat(new Campaign<>(GartScripts::script, comparison::run, GartOperation::simpler)
                        .run(firstSeed, operations))
                .isEmpty();
        assertThat(comparison.accesses()).isGreaterThan(operations / 10);
        assertThat(comparison.seen()).contains("several answers");
        // Caches were used, and answered differently from memory.
        assertThat(stale.get()).isGreaterThan(operations / 250);
    }

    @Test
    void doesWhatTheTwinAllows() {
        compare(1, 20_000);
    }

    static Stream<Arguments> broken() {
        return GartParts.broken().entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
    }

    /** Those of the sheet's faults that no scenario sees: in the driver itself, and the twin tells. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void aStepOfTheDriverThatIsBrokenIsSeen(String name, GartParts parts) {
        GartComparison comparison =
                new GartComparison(machine -> new ModelledMachine(machine, new AtomicInteger(), parts));
        Optional<Finding<GartOperation>> finding =
                new Campaign<>(GartScripts::script, comparison::run, GartOperation::simpler).run(1, 100_000);
        assertThat(finding).as(name).isPresent();
        assertThat(finding.get().script()).as(finding.get().toString()).hasSizeLessThan(25);
    }

    @Test
    @Tag("deep")
    void doesWhatTheTwinAllowsForLong() {
        compare(1_000, 1_000_000);
    }
}
