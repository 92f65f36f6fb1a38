package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import dev.moat.trace.RandomWalk;
import dev.moat.trace.StateJudge;
import dev.moat.trace.TraceRunner;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mechanisms together at real sizes, too large to explore: random walks that every invariant must survive. */
class RealSizesWalkTest {
    private static final String REAL =
            "xen-vtd step levels=3 index-bits=9 ring=256 pin-bits=8 refs=4 handles=4 frames=4"
                    + " cpus=2 granters=all iommu=all assign=true context-cache=true walks=true tlb=2 failures=true";

    private static final int TRANSITIONS = 200;

    @ParameterizedTest
    @CsvSource({
        "1, flush=strict",
        "2, flush=batch-end",
        "3, flush=domain-wide",
        "4, flush=queued",
        "5, flush=deferred",
        "6, flush=agreed"
    })
    void nothingBreaks(long seed, String policy) {
        Machine machine = Machines.machine(REAL + " " + policy);
        List<String> givenUp = policy.contains("agreed")
                ? List.of("nothing-lingers", "no-foreign")
                : policy.contains("deferred") ? List.of("nothing-lingers") : List.of();
        List<String> judged = Machines.applicable(machine).stream()
                .filter(id -> !givenUp.contains(id))
                .toList();
        TraceRunner runner =
                new TraceRunner(machine, StateJudge.from(Machines.LIBRARY).judge(machine, judged));
        assertThat(new RandomWalk(runner).find(seed, TRANSITIONS, 4)).isEmpty();
    }
}
