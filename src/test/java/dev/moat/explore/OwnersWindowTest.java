package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an owner maps of its own choice: any page but the window of interrupts, which VFIO refuses. */
class OwnersWindowTest {
    @ParameterizedTest
    @CsvSource({"none, 'p0, p1'", "zero, 'p0, p1'", "interrupts, p0"})
    void nobodyMapsTheWindow(String heldBack, String pages) {
        Machine machine = Machines.machine("iommu-dma operation owner=true pages=2 frames=1 held-back=" + heldBack);
        Set<String> mapped = new TreeSet<>();
        for (long[] s : new ReachableStates(machine)) {
            machine.stepper().expand(s, (instance, next) -> {
                String name = machine.name(instance);
                if (name.contains("iommu_map(")) {
                    mapped.add(name.replaceFirst(".*iommu_map\\((\\w+),.*", "$1"));
                }
            });
        }
        assertThat(String.join(", ", mapped)).isEqualTo(pages);
    }
}
