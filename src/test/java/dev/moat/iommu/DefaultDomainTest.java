package dev.moat.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.Capabilities.Outside;
import dev.moat.iommu.DefaultDomain.Kind;
import dev.moat.iommu.DefaultDomain.Region;
import dev.moat.iommu.DefaultDomain.Wish;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
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
        return declare(id, spaces, settings, List.of());
    }

    private static Iommu declare(String id, int spaces, Map<String, String> settings, List<Sizes.UnityRange> unity) {
        Family family = Families.get(id);
        Sort unit = Sort.numbered("Unit", "u", 1);
        Sizes sizes = new Sizes(
                Sizes.Requesters.of(Sort.numbered("Req", "q", DEVICES), unit, q -> 0)
                        .using(unity),
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

    /** An RMRR locks a device out of an owner's hands, unless it is of a kind that can do without; a unity range does not. AMD-Vi's exclusion range as before 387caf0b759a. */
    @Test
    void reportsAreThoseOfEachDriver() {
        Region window = new Region(0xFEE00, 0xFEEFF, Kind.MSI, false);
        assertThat(regions("vtd", Map.of(), false)).containsExactly(new Region(1, 1, Kind.DIRECT, true), window);
        assertThat(regions("vtd", Map.of(), true))
                .containsExactly(new Region(1, 1, Kind.DIRECT_RELAXABLE, false), window);
        Region bus = new Region(0xFD00000, 0xFFFFFFF, Kind.RESERVED, false);
        Region unity = new Region(1, 1, Kind.DIRECT, false);
        assertThat(regions("amd-vi", Map.of(), true)).containsExactly(unity, window, bus);
        assertThat(regions("amd-vi", Map.of("exclusion", "marked"), true)).containsExactly(unity, window, bus);
        assertThat(regions("amd-vi", Map.of("exclusion", "all"), true))
                .containsExactly(unity, new Region(0, 0, Kind.RESERVED, false), window, bus);
        assertThat(regions("calgary", Map.of(), true))
                .containsExactly(unity, new Region(0xA0, 0xFF, Kind.RESERVED, false));
        assertThat(regions("gart", Map.of(), true)).isEmpty();
    }

    private static List<Region> regions(String id, Map<String, String> settings, boolean relaxable) {
        List<Sizes.UnityRange> unity = List.of(new Sizes.UnityRange(1, 1, relaxable));
        return declare(id, 1, settings, unity).defaultDomain(0, 0).regions();
    }

    /** Only for the first device, and only where the run says so. */
    @Test
    void driversAskForIdentityWhereTheyHaveToHaveIt() {
        assertThat(wishes(declare("vtd", 2, Map.of("sound-device", "true"))))
                .containsExactly(Wish.IDENTITY, Wish.NONE, Wish.NONE);
        assertThat(wishes(declare("amd-vi", 2, Map.of("pasid-device", "true"))))
                .containsExactly(Wish.IDENTITY_IF_TRUSTED, Wish.NONE, Wish.NONE);
        for (String id : List.of("vtd", "amd-vi", "calgary")) {
            assertThat(wishes(declare(id, 2, Map.of()))).containsOnly(Wish.NONE);
        }
    }

    private static List<Wish> wishes(Iommu iommu) {
        return IntStream.range(0, DEVICES)
                .mapToObj(q -> iommu.defaultDomain(q, q % 2).wish())
                .toList();
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
