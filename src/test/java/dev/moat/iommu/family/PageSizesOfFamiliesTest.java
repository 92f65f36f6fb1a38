package dev.moat.iommu.family;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.dma.map.PageSizes;
import dev.moat.iommu.amdvi.linux.AmdViPages;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.linux.VtdPages;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each family's own sizes of pages, as a driver's bitmap says them, and what software makes of that. */
class PageSizesOfFamiliesTest {
    private static final long K = 1L << 12;
    private static final long M = 1L << 21;
    private static final long G = 1L << 30;

    private static long sizes(String family, Map<String, String> settings) {
        return Declared.capabilities(family, settings).entries().pageSizes();
    }

    @Test
    void theyAreThoseOfLinuxsDriverOfEach() {
        assertThat(sizes("vtd", Map.of()))
                .isEqualTo(VtdPages.sizes(Capabilities.usual()).bitmap())
                .isEqualTo(K | M | G);
        for (int levels = 1; levels <= 5; levels++) {
            assertThat(sizes("amd-vi", Map.of("levels", "" + levels)))
                    .isEqualTo(AmdViPages.sizes(levels).bitmap());
        }
        assertThat(sizes("amd-vi", Map.of("levels", "0"))).isEqualTo((1L << 53) - K & ~(512 * G));
        assertThat(sizes("calgary", Map.of())).isEqualTo(K);
        assertThat(sizes("gart", Map.of())).isEqualTo(K);
    }

    /** 64 KiB at a place that fits 64 KiB: one entry, as it were, on AMD-Vi, 16 elsewhere; 2 MiB, too, on VT-d. */
    @Test
    void aPageIsChosenFromThem() {
        assertThat(next("amd-vi", 1 << 16, 1 << 16)).isEqualTo(1 << 16);
        assertThat(next("vtd", 1 << 16, 1 << 16)).isEqualTo(K);
        assertThat(next("vtd", M, M)).isEqualTo(M);
        assertThat(next("vtd", G, M)).isEqualTo(M);
        assertThat(next("calgary", M, M)).isEqualTo(K);
        assertThat(next("gart", M, M)).isEqualTo(K);
    }

    private static long next(String family, long address, long size) {
        return new PageSizes(sizes(family, Map.of())).next(address, address, size);
    }

    @Test
    void onlyLevelsGiveSuperpages() {
        assertThat(Declared.capabilities("calgary", Map.of()).entries().superpages())
                .isFalse();
        assertThat(Declared.capabilities("gart", Map.of()).entries().superpages())
                .isFalse();
        assertThat(Declared.capabilities("vtd", Map.of()).entries().superpages())
                .isTrue();
        assertThat(Declared.capabilities("amd-vi", Map.of("levels", "1"))
                        .entries()
                        .superpages())
                .isFalse();
    }
}
