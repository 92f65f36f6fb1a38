package dev.moat.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.machine.Granularity;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words of a machine and of its IOMMU. */
class SettingTest {
    /** The second declaration would silently be the one that counts, for both who read it. */
    @Test
    void aNameThatIsDeclaredTwiceIsRefused() {
        List<Parameter> twice =
                List.of(Parameter.flag("coherent", "Memory.", false), Parameter.flag("coherent", "The walker.", true));
        assertThatThrownBy(() -> new Setting(twice, Map.of()))
                .isInstanceOf(BadSettingException.class)
                .hasMessage("two parameters are named 'coherent'");
    }

    /** Two spellings of one number would be two machines: to a checkpoint, and wherever else settings are compared. */
    @ParameterizedTest
    @ValueSource(strings = {"+1", "01", "-0", "\u0661", " 1", "1 ", "0x1", "1e0", "1_0", ""})
    void aNumberHasOneSpelling(String value) {
        List<Parameter> known = List.of(Parameter.number("frames", "Frames.", 2, 0, 10));
        assertThatThrownBy(() -> new Setting(known, Map.of("frames", value)))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("frames must be a whole number from 0 to 10, not '" + value + "'");
        assertThat(new Setting(known, Map.of("frames", "1")).number("frames")).isOne();
        assertThat(new Setting(known, Map.of("frames", "0")).number("frames")).isZero();
    }

    /** The DMA layer's machine has coherent memory where it is asked for, behind every IOMMU alike. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "vtd", "amd-vi", "calgary"})
    void noIommuSwitchesCoherentMemoryOn(String iommu) {
        for (boolean asked : new boolean[] {false, true}) {
            Map<String, String> settings =
                    asked ? Map.of("iommu", iommu, "coherent-memory", "true") : Map.of("iommu", iommu);
            MachineSpec spec = new MachineSpec("xen-swiotlb", settings, Granularity.STEP, true, List.of());
            assertThat(Catalog.load().model(spec).operations())
                    .extracting(Operation::name)
                    .satisfies(names ->
                            assertThat(names.contains("alloc_coherent")).isEqualTo(asked));
        }
    }
}
