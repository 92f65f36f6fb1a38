package dev.moat.twin.calgary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.calgary.linux.BusTable;
import dev.moat.twin.Campaign;
import dev.moat.twin.Finding;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The chip and Linux's driver of it do what the twin allows. */
class ModelledBusTest {
    private static void compare(long firstSeed, int operations) {
        AtomicInteger stale = new AtomicInteger();
        CalgaryComparison comparison = new CalgaryComparison(chip -> new ModelledBus(chip, stale));
        assertThat(new Campaign<>(CalgaryScripts::script, comparison::run, CalgaryOperation::simpler)
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

    /** C7 of the sheet, which no scenario sees in Linux's driver: in the driver itself, and the twin tells. */
    @Test
    void aLittleEndianStoreOfTheDriverIsSeen() {
        CalgaryComparison comparison = new CalgaryComparison(chip -> new ModelledBus(
                chip, new AtomicInteger(), (schema, bus, platform, area) -> new BusTable(schema, bus, platform, area) {
                    @Override
                    public void store(long[] s, int entry, long tce) {
                        super.store(s, entry, Long.reverseBytes(tce));
                    }
                }));
        Optional<Finding<CalgaryOperation>> finding =
                new Campaign<>(CalgaryScripts::script, comparison::run, CalgaryOperation::simpler).run(1, 100_000);
        assertThat(finding).isPresent();
        assertThat(finding.get().script()).as(finding.get().toString()).hasSizeLessThan(25);
    }

    @Test
    @Tag("deep")
    void doesWhatTheTwinAllowsForLong() {
        compare(1_000, 1_000_000);
    }
}
