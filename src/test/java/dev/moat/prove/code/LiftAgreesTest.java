package dev.moat.prove.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** With other units; what else there is {@link EveryComponentTest} has. */
    @ParameterizedTest
    @CsvSource({"xen-vtd, iommu, calgary", "xen-vtd, iommu, gart"})
    void otherMachines(String component, String parameter, String value) {
        LiftedMachine lifted = lifted(component, Map.of(parameter, value));
        assertThat(lifted.refused()).isEmpty();
        Agreement agreement = Agreement.of(lifted, STATES);
        assertThat(agreement.differences()).isEmpty();
        assertThat(agreement.changes()).isGreaterThan(lifted.pieces().size());
    }
}
