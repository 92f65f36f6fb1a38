package dev.moat.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.model.BadSettingException;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepperCallTest {
    private static Machine machine(Granularity granularity, Map<String, String> settings) {
        return Catalog.load().machine(new MachineSpec("xen-vtd", settings, granularity, true, List.of()));
    }

    @Test
    void aCallTakesArgumentsOutsideTheAlphabetAndEndsAtBothGranularities() {
        for (Granularity granularity : Granularity.values()) {
            Machine machine = machine(granularity, Map.of());
            long[] s = machine.initial();
            assertThat(machine.stepper().call("map_grant_ref", 0, s, 1, 9, 0, 2, 0))
                    .isEqualTo(2);
            assertThat(machine.stepper().call("unmap_grant_ref", 0, s, 1, -1, 1, 0))
                    .isEqualTo(4);
            assertThat(s).isEqualTo(machine.initial());
        }
    }

    @Test
    void aCallDoesWhatTheLetterDoes() {
        Machine machine = machine(Granularity.OPERATION, Map.of());
        Stepper stepper = machine.stepper();
        long[] letters = machine.initial();
        assertThat(stepper.apply(machine.find("grant(d0, r1, d1, f0, rw)").orElseThrow(), letters))
                .isTrue();
        long[] calls = letters.clone();
        stepper.apply(
                machine.find("cpu0: map_grant_ref(d1, d0, r1, host+device ro)").orElseThrow(), letters);
        assertThat(stepper.call("map_grant_ref", 0, calls, 1, 0, 1, 7, 0)).isZero();
        assertThat(calls).isEqualTo(letters);
        stepper.apply(machine.find("cpu0: unmap_grant_ref(d1, h0, device)").orElseThrow(), letters);
        assertThat(stepper.call("unmap_grant_ref", 0, calls, 1, 0, 0, 1)).isZero();
        assertThat(calls).isEqualTo(letters);
    }

    @Test
    void aCallNeedsAnIdleCpuAndADeclaration() {
        Machine machine = machine(Granularity.STEP, Map.of());
        Stepper stepper = machine.stepper();
        long[] s = machine.initial();
        stepper.apply(machine.find("grant(d0, r0, d1, f0, rw)").orElseThrow(), s);
        stepper.apply(machine.find("cpu0: map_grant_ref(d1, d0, r0, host rw)").orElseThrow(), s);
        assertThatThrownBy(() -> stepper.call("unmap_grant_ref", 0, s, 1, 0, 1, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a call on a busy CPU");
        assertThatThrownBy(() -> stepper.call("reboot", 0, machine.initial(), 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the component declares no call reboot");
    }

    @Test
    void aCallBelongsToAnOperation() {
        ModelBuilder model = new ModelBuilder(new Edits());
        model.call("unmapp", (s, cpu, a, b, c, d, e) -> true);
        assertThatThrownBy(model::build).hasMessage("a call begins the unknown operation unmapp");
    }

    @Test
    void handlesFillMaptrackFramesWhereHostAddressesMatter() {
        assertThatThrownBy(() ->
                        machine(Granularity.OPERATION, Map.of("mode", "recorded", "host-slots", "4", "handles", "300")))
                .isInstanceOf(BadSettingException.class)
                .hasMessage("handles=300 cannot be: with mode=recorded they fill maptrack frames of 256");
    }
}
