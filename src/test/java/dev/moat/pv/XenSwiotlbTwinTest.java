package dev.moat.pv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A driver over Xen-SWIOTLB at real geometry, beside the slow twin. */
class XenSwiotlbTwinTest {
    @Test
    void aDriverSeesNoDifference() {
        // Few slots, so that the pool is full at times.
        PvTwin twin = new PvTwin(new PvMachine(1024, 1024, new SplittableRandom(7)));
        twin.run(60_000, 20_000, 7);
        assertThat(twin.maps).isGreaterThan(10_000);
        assertThat(twin.syncs).isGreaterThan(10_000);
        assertThat(twin.unmaps).isGreaterThan(10_000);
        assertThat(twin.bounces).isGreaterThan(1000);
        assertThat(twin.failures).isPositive();
    }
}
