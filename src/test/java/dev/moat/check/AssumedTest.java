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

    private static String assumed(String component, Map<String, String> settings) {
        MachineSpec spec = new MachineSpec(component, settings, Granularity.STEP, true, List.of());
        return Verdict.assumed(Checker.settings(Catalog.load(), spec));
    }
}
