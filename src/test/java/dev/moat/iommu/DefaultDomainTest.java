package dev.moat.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.Capabilities.Outside;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.model.setting.Setting;
import dev.moat.state.Sort;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every device is in a default domain, and software learns from it what can be remapped and what becomes of the rest. */
class DefaultDomainTest {
    private static final int DEVICES = 3;

    private static Iommu declare(String id, int spaces, Map<String, String> settings) {
        Family family = Families.get(id);
        Sort unit = Sort.numbered("Unit", "u", 1);
        Sizes sizes = new Sizes(
                Sizes.Requesters.of(Sort.numbered("Req", "q", DEVICES), unit, q -> 0),
                Sizes.Spaces.numbered(Sort.numbered("Space", "s", spaces)),
                new Sizes.Addresses(Sort.numbered("Page", "p", 2), 0, Sort.numbered("Frame", "f", 2), 0, 0x10000),
                new Sizes.Cpus(Sort.numbered("Cpu", "cpu", 1), (state, cpu) -> true),
                Set.of());
        return family.declare(sizes, new Setting(family.parameters(), settings), new ModelBuilder(new Edits()));
    }

    /** Devices 0 and 2 of group 0, device 1 of group 1. */
    @ParameterizedTest
    @CsvSource({"vtd, BLOCKED", "amd-vi, BLOCKED", "calgary, BLOCKED"})
    void eachGroupHasItsOwn(String id, Outside outside) {
        Iommu iommu = declare(id, 2, Map.of());
        List<Integer> spaces = IntStream.range(0, DEVICES)
                .mapToObj(q -> iommu.defaultDomain(q, q % 2).space())
                .toList();
        assertThat(spaces).containsExactly(0, 1, 0);
        Capabilities.Aperture aperture = iommu.defaultDomain(1, 1).aperture();
        assertThat(aperture.first()).isZero();
        assertThat(aperture.last()).isPositive();
        assertThat(aperture.outside()).isEqualTo(outside);
    }

    /** One domain for all devices, whatever their groups; it begins where the aperture does, and the rest is 1-1. */
    @Test
    void aGartHasOne() {
        Iommu iommu = declare("gart", 1, Map.of("outside", "1"));
        for (int q = 0; q < DEVICES; q++) {
            assertThat(iommu.defaultDomain(q, q % 2).space()).isZero();
            assertThat(iommu.defaultDomain(q, 0).aperture().first()).isEqualTo(1);
            assertThat(iommu.defaultDomain(q, 0).aperture().outside()).isEqualTo(Outside.IDENTITY);
        }
    }
}
