package dev.moat.iommu.family;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.linux.PageSizes;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Registers;
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

    /** VT-d: CAP.SLLPS of the usual unit. AMD-Vi: AMD_IOMMU_PGSIZES up to what the tables of so many levels map. */
    @Test
    void theyAreThoseOfLinuxsDriverOfEach() {
        assertThat(sizes("vtd", Map.of())).isEqualTo(0x40201000L);
        long[] amdVi = {0x1FF000L, 0x3FFFF000L, 0x7FFFFFF000L, 0xFF7FFFFFF000L, 0x1FFF7FFFFFF000L};
        for (int levels = 1; levels <= amdVi.length; levels++) {
            assertThat(sizes("amd-vi", Map.of("levels", "" + levels))).isEqualTo(amdVi[levels - 1]);
        }
        assertThat(sizes("amd-vi", Map.of("levels", "0"))).isEqualTo(0x1FFF7FFFFFF000L);
        assertThat(sizes("calgary", Map.of())).isEqualTo(K);
        assertThat(sizes("gart", Map.of())).isEqualTo(K);
    }

    /** Each bit of CAP.SLLPS has its size. */
    @Test
    void aUnitHasTheSuperpagesOfItsRegister() {
        Capabilities can = Capabilities.usual();
        long[] sizes = {0x1000L, 0x201000L, 0x40001000L, 0x40201000L};
        for (int sllps = 0; sllps < sizes.length; sllps++) {
            long cap = Registers.Cap.SLLPS.set(can.cap(), sllps);
            assertThat(new Capabilities(cap, can.ecap(), can.hostAddressBits(), can.rewalks()).pageSizes())
                    .isEqualTo(sizes[sllps]);
        }
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
