package dev.moat.check.mutants;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.check.Thrown;
import org.junit.jupiter.api.Test;

/** What counts as a machine that refuses to go on. */
class TrialTest {
    private static RuntimeException thrownAt(String... types) {
        RuntimeException thrown = new IllegalStateException("no");
        StackTraceElement[] frames = new StackTraceElement[types.length];
        for (int i = 0; i < types.length; i++) {
            frames[i] = new StackTraceElement(types[i], "on", "A.java", 1);
        }
        thrown.setStackTrace(frames);
        return thrown;
    }

    private static void requireMachines(RuntimeException thrown) {
        Thrown.requireMachines(thrown, ComponentMutant.class.getPackage());
    }

    @Test
    void onlyAMachineStops() {
        for (String type : new String[] {"dev.moat.state.Slot", "dev.moat.xen.Pages", "dev.moat.machine.Stepper"}) {
            assertThatCode(() -> requireMachines(thrownAt("java.util.Objects", type, "dev.moat.explore.Expander")))
                    .as(type)
                    .doesNotThrowAnyException();
        }
        assertThatCode(() -> requireMachines(
                        thrownAt("dev.moat.check.mutants.RelationMutant", "dev.moat.logic.judge.Judge")))
                .doesNotThrowAnyException();
        for (String type :
                new String[] {"dev.moat.explore.Expander", "dev.moat.logic.judge.Judge", "dev.moat.check.A"}) {
            RuntimeException mistake = thrownAt("java.util.Objects", type, "dev.moat.machine.Stepper");
            assertThatThrownBy(() -> requireMachines(mistake)).as(type).isSameAs(mistake);
        }
    }
}
