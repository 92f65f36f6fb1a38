package dev.moat.prove.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What was lifted does what the code does: the same answer and words, or an exception in both, on random states. */
class LiftAgreesTest {
    private static final int STATES = 200;

    static LiftedMachine lifted(String component, Map<String, String> settings) {
        MachineSpec spec = new MachineSpec(component, settings, Granularity.STEP, false, List.of());
        Machine machine = Catalog.load().machine(spec);
        return new LiftedMachine(machine);
    }

    @Test
    void defaultMachine() {
        LiftedMachine lifted = lifted("xen-vtd", Map.of());
        assertThat(lifted.refused()).isEmpty();
        assertThat(lifted.pieces()).hasSize(39);
        Agreement agreement = Agreement.of(lifted, STATES);
        assertThat(agreement.differences()).isEmpty();
        assertThat(agreement.compared()).isEqualTo(39 * STATES);
        // Not hollow: exceptions, refusals and changes all occur.
        assertThat(agreement.exceptions()).isGreaterThan(20);
        assertThat(agreement.changes()).isGreaterThan(1500);
        assertThat(agreement.neverChanged()).isEmpty();
    }
}
