package dev.moat.pv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One driver, whichever backend of the DMA API answers: at real geometry, beside the slow twin. */
class BackendsTest {
    @ParameterizedTest
    @EnumSource(DmaBackend.class)
    void aDriverSeesNoDifference(DmaBackend backend) {
        // Few slots, so that the pool is full at times.
        BackendTwin twin = new BackendTwin(new BackendMachine(backend, 1024, 1024, new SplittableRandom(7)));
        twin.run(60_000, 20_000, 7);
        assertThat(twin.maps).isGreaterThan(10_000);
        assertThat(twin.syncs).isGreaterThan(10_000);
        assertThat(twin.unmaps).isGreaterThan(10_000);
        boolean pool = backend == DmaBackend.NATIVE_SWIOTLB || backend == DmaBackend.XEN_SWIOTLB;
        assertThat(twin.bounces > 1000).isEqualTo(pool);
        // Without a pool what cannot be addressed is refused; an IOMMU refuses nothing.
        assertThat(twin.failures > 0).isEqualTo(backend != DmaBackend.IOMMU);
    }
}
