package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a verdict takes for granted is so in its machine. */
class AssumedTest {
    @Test
    void thatDevicesHaveNoTlbIsNotAssumedWhereTheyHaveOne() {
        assertThat(assumed("r1", Map.of())).startsWith("no device TLB (ATS), one cached entry");
        assertThat(assumed("xen-viommu-svm", Map.of())).startsWith("one cached entry");
        assertThat(assumed("xen-viommu-svm", Map.of("device-tlb", "false"))).startsWith("no device TLB (ATS), ");
    }

    /** Memory that is lent is Xen's and not the DMA layer's; what has no unit assumes nothing of its caches. */
    @Test
    void aComponentAssumesNothingOfWhatItHasNot() {
        assertThat(assumed("xen-vtd", Map.of())).contains("guests that take back only");
        assertThat(assumed("iommu-dma", Map.of())).contains("one cached entry").doesNotContain("guests that take back");
        assertThat(assumed("xen-swiotlb", Map.of())).doesNotContain("cached entry", "guests that take back");
    }

    private static String assumed(String component, Map<String, String> settings) {
        MachineSpec spec = new MachineSpec(component, settings, Granularity.STEP, true, List.of());
        Catalog catalog = Catalog.load();
        return Assumed.line(Assumed.of(
                ScenarioChecker.settings(catalog, spec), catalog.model(spec).abstraction()));
    }
}
