package dev.moat.twin.gart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.twin.Campaign;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

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

    @Test
    @Tag("deep")
    void doesWhatTheTwinAllowsForLong() {
        compare(1_000, 1_000_000);
    }
}
