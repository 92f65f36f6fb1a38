package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link ReachableStates} are the states that {@link NaiveExplorer} keeps, in its order of levels, each once. */
class ReachableStatesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "r1 operation refs=1 handles=2",
                "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false",
                "xen-vtd operation refs=1 handles=1 walks=true assign=true context-cache=true",
                "dma-iommu-mapping step pages=1 frames=2 snooping-devices=first",
                "xen-swiotlb step coherent-memory=true balloon=true cpus=2 guest-memory=true vmap=inhibited streaming=false"
            })
    void areThoseOfTheTwin(String line) {
        Machine machine = Machines.machine(line);
        List<String> all =
                new ReachableStates(machine).stream().map(Arrays::toString).toList();
        List<String> twin = new NaiveExplorer(machine, Machines.judge(machine))
                .run().states().stream().map(Arrays::toString).toList();
        assertThat(all).hasSizeGreaterThan(500).hasSameSizeAs(twin);
        assertThat(all.stream().collect(Collectors.toSet()))
                .isEqualTo(twin.stream().collect(Collectors.toSet()));
    }
}
