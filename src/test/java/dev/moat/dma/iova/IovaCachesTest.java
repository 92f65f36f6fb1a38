package dev.moat.dma.iova;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** States of a search: the same contents, come by in different ways, are the same words. */
class IovaCachesTest {
    private static final int CPUS = 2;

    private final IovaDomain domain = new IovaDomain(0, 4096, 1, 40, warning -> {
        throw new AssertionError(warning);
    });
    private final IovaCaches caches = new IovaCaches(domain.end(), domain, CPUS, 1, 2);

    private long[] words() {
        long[] s = new long[caches.end()];
        domain.initialise(s);
        caches.turnOn(s);
        for (int i = 0; i < 12; i++) {
            assertThat(domain.allocate(s, 1, 0xfffff, true)).isEqualTo(0xfffff - i);
        }
        return s;
    }

    private void free(long[] s, int cpu, long... pfns) {
        for (long pfn : pfns) {
            caches.free(s, cpu, pfn, 1);
        }
    }

    @Test
    void afterNormalisingOnlyContentsCount() {
        long[] direct = words();
        free(direct, 0, 0xffff0 + 15, 0xffff0 + 14, 0xffff0 + 13, 0xffff0 + 12);
        long[] detour = words();
        // The same on the other CPU, taken out again through the depot, then as above.
        free(detour, 1, 0xffff0 + 12, 0xffff0 + 13, 0xffff0 + 14, 0xffff0 + 15);
        for (int i = 0; i < 4; i++) {
            assertThat(caches.allocate(detour, 1, 1, 0xfffff, false)).isGreaterThanOrEqualTo(0xffff0 + 12);
        }
        free(detour, 0, 0xffff0 + 15, 0xffff0 + 14, 0xffff0 + 13, 0xffff0 + 12);
        assertThat(caches.depotSize(direct, 0)).isEqualTo(2);
        assertThat(detour).isNotEqualTo(direct);
        caches.normalise(direct);
        caches.normalise(detour);
        assertThat(detour).isEqualTo(direct);
    }

    @Test
    void cachesThatAreOffHaveNoWords() {
        long[] s = words();
        caches.initialise(s);
        long[] before = s.clone();
        caches.normalise(s);
        caches.flush(s);
        caches.release(s, 1);
        assertThat(s).isEqualTo(before);
        free(s, 0, 0xfffff);
        assertThat(domain.find(s, 0xfffff)).isEqualTo(-1);
    }
}
