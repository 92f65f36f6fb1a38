package dev.moat.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.Exploration;
import dev.moat.explore.Explorer;
import dev.moat.explore.Limits;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What conformance needs of the component must not add a state to the searches, which have no host addresses. */
class StateCountsTest {
    @ParameterizedTest
    @CsvSource({"OPERATION, 1, 2, 2096", "OPERATION, 2, 2, 30928", "STEP, 1, 2, 34040"})
    void searchesHaveTheStatesTheyHadBeforeHostAddresses(Granularity granularity, int refs, int handles, long states) {
        Machine machine = Catalog.load()
                .machine(new MachineSpec(
                        "xen-vtd", Map.of("refs", "" + refs, "handles", "" + handles), granularity, true, List.of()));
        Judge judge = new Judge(List.of(), machine.model().abstraction(), machine.schema());
        Exploration found =
                new Explorer(machine, judge, Limits.none(1)).run((depth, distinct, generated, frontier, nanos) -> {});
        assertThat(found.distinct()).isEqualTo(states);
    }
}
