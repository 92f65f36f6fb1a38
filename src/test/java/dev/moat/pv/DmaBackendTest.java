package dev.moat.pv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.pv.DmaBackend.Platform;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which backend of the DMA API a kernel takes. */
class DmaBackendTest {
    @ParameterizedTest
    @CsvSource({
        // xen, initial, iommu, high, asked
        "true, true, false, false, false, XEN_SWIOTLB",
        "true, true, true, true, false, XEN_SWIOTLB",
        "true, false, false, true, false, NATIVE",
        "true, false, true, true, true, XEN_SWIOTLB",
        "false, false, false, false, false, NATIVE",
        "false, false, false, true, false, NATIVE_SWIOTLB",
        "false, false, false, false, true, NATIVE_SWIOTLB",
        "false, false, true, true, false, IOMMU",
        "false, false, true, true, true, IOMMU",
        "false, false, true, false, true, IOMMU",
    })
    void atBoot(boolean xen, boolean initial, boolean iommu, boolean high, boolean asked, DmaBackend taken) {
        assertThat(DmaBackend.atBoot(new Platform(xen, initial, iommu, high), asked))
                .isEqualTo(taken);
    }

    /** Whatever is taken may be used there, and of two that have a pool never both. */
    @Test
    void whatIsTakenIsNeverRefused() {
        for (int bits = 0; bits < 32; bits++) {
            Platform here = new Platform((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0);
            DmaBackend taken = DmaBackend.atBoot(here, (bits & 16) != 0);
            assertThat(taken.refusal(here)).isEmpty();
            List<String> refused = new ArrayList<>();
            for (DmaBackend other : List.of(DmaBackend.NATIVE_SWIOTLB, DmaBackend.XEN_SWIOTLB)) {
                if (!other.refusal(here).isEmpty()) {
                    refused.add(other.word());
                }
            }
            assertThat(refused).containsExactly(here.xen() ? "native-swiotlb" : "xen-swiotlb");
        }
    }

    @Test
    void sayWhy() {
        Platform xen = new Platform(true, true, true, true);
        Platform bare = new Platform(false, false, true, true);
        assertThat(DmaBackend.XEN_SWIOTLB.refusal(bare)).startsWith("this is bare metal");
        assertThat(DmaBackend.NATIVE_SWIOTLB.refusal(xen)).contains("native swiotlb stands down");
        assertThat(DmaBackend.IOMMU.refusal(xen)).contains("the IOMMU is Xen's");
    }
}
