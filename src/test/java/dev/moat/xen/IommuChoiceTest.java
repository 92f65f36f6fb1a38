package dev.moat.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.Families;
import dev.moat.machine.Granularity;
import dev.moat.model.BadSettingException;
import dev.moat.model.Model;
import dev.moat.model.Parameter;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The parameter {@code iommu} names a family, and still takes the words that it had when there was one. */
class IommuChoiceTest {
    private static Model model(String component, Map<String, String> settings) {
        return Catalog.load().model(new MachineSpec(component, settings, Granularity.STEP, true, List.of()));
    }

    @Test
    void oldWordsMeanTheDefaultFamily() {
        Model old = model("xen-vtd", Map.of("iommu", "all"));
        Model named = model("xen", Map.of("iommu", Families.DEFAULT, "iommu-domains", "all"));
        assertThat(named.schema().version()).isEqualTo(old.schema().version());
        assertThat(named.initial()).isEqualTo(old.initial());
        Model last = model("xen", Map.of("iommu", Families.DEFAULT));
        assertThat(last.schema().version())
                .isEqualTo(model("xen-vtd", Map.of()).schema().version())
                .isNotEqualTo(old.schema().version());
    }

    @Test
    void oldWordsAndTheNewParameterExcludeEachOther() {
        assertThatThrownBy(() -> model("xen-vtd", Map.of("iommu", "none", "iommu-domains", "all")))
                .isInstanceOf(BadSettingException.class)
                .hasMessageStartingWith("iommu-domains=all cannot be: iommu says which domains");
    }

    @Test
    void unknownFamiliesAreRefused() {
        assertThatThrownBy(() -> model("xen", Map.of("iommu", "vt-d")))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("iommu must be one of last, all, none, vtd")
                .hasMessageContaining("'vt-d'");
    }

    @Test
    void aFamilyBringsItsParameters() {
        List<String> names = Catalog.load().component("xen").parameters(Map.of("iommu", Families.DEFAULT)).stream()
                .map(Parameter::name)
                .toList();
        assertThat(names).contains("ring", "caching-mode", "domains").doesNotHaveDuplicates();
    }
}
