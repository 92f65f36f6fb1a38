package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.moat.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Running quiet steps in one transition with the next step saves states and changes no verdict: the same invariants hold
 * and the same are violated, with and without, whatever fault is injected.
 */
class MergingTest {
    private static final int SMALL = 5_000;
    /** States of a faulty machine on which every invariant is judged, merged and not. */
    private static final int JUDGED = 10_000;

    private static final String[] NOTHING = {};
    private static final String ONE_CPU = "refs=1 handles=1";
    private static final String TWO_HANDLES = "refs=1 handles=2";
    private static final String TWO_CPUS = "refs=1 handles=1 cpus=2 reallocation=false";
    private static final String DEVICES = "refs=1 handles=1 assign=true context-cache=true reallocation=false";

    static Stream<String> machines() {
        List<String> lines = new ArrayList<>(List.of(TWO_HANDLES, TWO_CPUS, DEVICES, ONE_CPU + " ring=2"));
        lines.addAll(KillMatrixTest.xenMachines());
        return lines.stream();
    }

    /** Of machines with at most {@link #SMALL} states, merged; the others are skipped, and compared by the deep test. */
    @ParameterizedTest
    @MethodSource("machines")
    void sameVerdicts(String line) {
        Limits none = Limits.none(1);
        Limits small = new Limits(none.depth(), 1, none.seconds(), SMALL, none.memory());
        Machine merged = Machines.machine("xen-vtd step " + line);
        Exploration bounded = new Explorer(merged, Machines.judge(merged, NOTHING), small).run(Progress.silent());
        assumeThat(bounded.limit()).isNull();
        compare(line, merged, bounded);
    }

    @Tag("deep")
    @ParameterizedTest
    @MethodSource("machines")
    void sameVerdictsOfAll(String line) {
        Machine merged = Machines.machine("xen-vtd step " + line);
        compare(line, merged, Machines.explore(merged, Machines.judge(merged, NOTHING), 1));
    }

    private static void compare(String line, Machine merged, Exploration searched) {
        Machine unmerged = Machines.machine("xen-vtd step unmerged " + line);
        assertThat(merged.merged()).isTrue();
        assertThat(unmerged.merged()).isFalse();
        Exploration twin = Machines.explore(unmerged, Machines.judge(unmerged, NOTHING), 1);
        assertThat(verdict(searched)).isEqualTo(verdict(twin));
        boolean deadlock = searched.violation() != null;
        if (!line.contains("!") || (!deadlock && searched.distinct() <= JUDGED)) {
            assertThat(violated(merged)).isEqualTo(violated(unmerged));
        }
    }

    /**
     * How a search ends, and whether it is for a deadlock.
     */
    private static String verdict(Exploration found) {
        return found.end() + (found.violation() != null && found.violation().deadlock() ? " (deadlock)" : "");
    }

    /** Which invariants are violated anywhere; how far from the start may differ. */
    private static List<String> violated(Machine machine) {
        List<String> ids = Machines.applicable(machine);
        int[] lengths = Machines.survey(machine, Machines.judge(machine, ids.toArray(String[]::new)));
        return IntStream.range(0, ids.size())
                .filter(i -> lengths[i] >= 0)
                .mapToObj(ids::get)
                .toList();
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
