package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each unit forgets of its own accord what it has cached, of whichever kind. */
class CachesOfUnitsTest {
    @ParameterizedTest
    @ValueSource(strings = {"evict", "table_evict"})
    void everyUnitEvicts(String action) {
        Machine machine = Machines.machine(
                "iommu-dma step units=2 groups=2 frames=2 flush=queue queue=2 lists=whole table-frames=2 paging-caches=true");
        List<String> evictions = IntStream.range(0, machine.instances())
                .mapToObj(machine::name)
                .filter(name -> name.startsWith(action + "("))
                .toList();
        assertThat(evictions).anyMatch(name -> name.endsWith(", u0)")).anyMatch(name -> name.endsWith(", u1)"));
    }
}
