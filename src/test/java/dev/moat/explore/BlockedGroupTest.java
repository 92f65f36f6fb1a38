package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import dev.moat.state.Relation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A group that was blocked has no translation cached: Linux gives the DID of a domain back with its last device, and the next domain under
 * it would have what is left. Here every space keeps its DID, so that no invariant shows it.
 */
class BlockedGroupTest {
    @ParameterizedTest
    @CsvSource({"vtd", "riscv"})
    void nothingIsCachedWhereNoDeviceIs(String iommu) {
        Machine machine =
                Machines.machine("iommu-dma step pages=1 frames=1 owner=true context-cache=true iommu=" + iommu);
        int blocked = 0;
        for (long[] s : new ReachableStates(machine)) {
            if (tuples(machine, "assigned", s).isEmpty()
                    && tuples(machine, "moving", s).isEmpty()) {
                blocked++;
                assertThat(tuples(machine, "mayR", s)).isEmpty();
                assertThat(tuples(machine, "mayW", s)).isEmpty();
            }
        }
        assertThat(blocked).isPositive();
    }

    private static List<List<Integer>> tuples(Machine machine, String name, long[] s) {
        Relation relation = machine.model().abstraction().relation(name).orElseThrow();
        List<List<Integer>> all = new ArrayList<>();
        all(relation, s, new int[5], 0, all);
        return all;
    }

    private static void all(Relation relation, long[] s, int[] at, int place, List<List<Integer>> to) {
        if (place < relation.places().size()) {
            for (at[place] = 0; at[place] < relation.places().get(place).size(); at[place]++) {
                all(relation, s, at, place + 1, to);
            }
            at[place] = 0;
        } else if (relation.code().holds(s, at[0], at[1], at[2], at[3], at[4])) {
            to.add(List.of(at[0], at[1], at[2], at[3], at[4]));
        }
    }
}
