package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Running quiet steps in one transition with the next step saves states and changes no verdict: the same invariants hold
 * and the same are violated, with and without, whatever fault is injected.
 */
class MergingTest {
    private static final String ONE_CPU = "refs=1 handles=1";
    private static final String TWO_HANDLES = "refs=1 handles=2";
    private static final String TWO_CPUS = "refs=1 handles=1 cpus=2 reallocation=false";
    private static final String DEVICES = "refs=1 handles=1 assign=true context-cache=true reallocation=false";

    static Stream<String> machines() {
        List<String> lines = new ArrayList<>(List.of(TWO_HANDLES, TWO_CPUS, DEVICES, ONE_CPU + " ring=2"));
        lines.addAll(KillMatrixTest.xenMachines());
        return lines.stream();
    }

    @ParameterizedTest
    @MethodSource("machines")
    void sameVerdicts(String line) {
        Machine merged = Machines.machine("xen-vtd step " + line);
        Machine unmerged = Machines.machine("xen-vtd step unmerged " + line);
        assertThat(merged.merged()).isTrue();
        assertThat(unmerged.merged()).isFalse();
        assertThat(verdict(merged)).isEqualTo(verdict(unmerged));
        if (!line.contains("!")) {
            for (String id : Machines.applicable(merged)) {
                assertThat(verdict(merged, id)).as(id).isEqualTo(verdict(unmerged, id));
            }
        }
    }

    /**
     * How a search ends, and whether it is for a deadlock.
     */
    private static String verdict(Machine machine, String... invariants) {
        Exploration found = Machines.explore(machine, Machines.judge(machine, invariants), 1);
        return found.end() + (found.violation() != null && found.violation().deadlock() ? " (deadlock)" : "");
    }

    @Test
    void mergingSavesStates() {
        Machine merged = Machines.machine("xen-vtd step " + TWO_HANDLES);
        Machine unmerged = Machines.machine("xen-vtd step unmerged " + TWO_HANDLES);
        long with = Machines.explore(merged, Machines.judge(merged), 1).distinct();
        long without = Machines.explore(unmerged, Machines.judge(unmerged), 1).distinct();
        assertThat(with).isLessThan(without);
    }
}
