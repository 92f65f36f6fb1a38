package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.Exploration.Violation;
import dev.moat.machine.Machine;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One survey finds for every property what a search that judges it alone finds. */
class SurveyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "xen-vtd operation refs=1 handles=1",
                "xen-vtd operation refs=1 handles=1 !unmap.no-invalidation",
                "xen-vtd operation refs=1 handles=2 !unmap.no-invalidation-on-demotion",
                "xen-vtd step refs=1 handles=1 !unmap.hold-released-before-wait",
                "xen-vtd step refs=1 handles=1 !decrease.frame-freed-before-flush",
                "xen-vtd step refs=1 handles=1 !unmap.wait-not-queued",
                "xen-vtd operation refs=1 handles=1 page-selective=false !invalidation.page-without-psi",
                // A violation one action behind the deadlock.
                "xen-vtd operation refs=1 page-selective=false !invalidation.page-without-psi !map.ignores-read-only",
                "r1 operation !free.keeps-cache-entry",
            })
    void asJudgedAlone(String line) {
        Machine machine = Machines.machine(line);
        List<String> properties = Machines.applicable(machine);
        int[] alone = new int[properties.size() + 1];
        for (int i = 0; i < alone.length; i++) {
            alone[i] = alone(machine, i < properties.size() ? List.of(properties.get(i)) : List.of());
        }
        assertThat(Machines.survey(machine, Machines.judge(machine, properties.toArray(String[]::new))))
                .containsExactly(alone);
    }

    /** A deadlock that hides an invariant counts as none of it. */
    private static int alone(Machine machine, List<String> judged) {
        Violation found = Machines.exploreSmall(machine, Machines.judge(machine, judged.toArray(String[]::new)))
                .violation();
        return found != null && found.deadlock() == judged.isEmpty()
                ? found.instances().size()
                : -1;
    }
}
