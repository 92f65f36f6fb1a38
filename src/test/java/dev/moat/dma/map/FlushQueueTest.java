package dev.moat.dma.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.dma.iova.IovaCaches;
import dev.moat.dma.iova.IovaDomain;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaDirection;
import dev.moat.iommu.linux.PageDriver;
import dev.moat.iommu.linux.PageSizes;
import dev.moat.iommu.linux.RangeDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Linux's flush queue: who is given an address, when, and after which flush. */
class FlushQueueTest {
    private static final long K = 4096;
    private static final int CPUS = 3;

    private final TreeDriver driver = new TreeDriver();
    private final List<String> freed = new ArrayList<>();

    private final RangeDriver noting = new RangeDriver() {
        @Override
        public long allocIovaRange(long[] s, int cpu, DmaDevice device, long pages) {
            throw new IllegalStateException();
        }

        @Override
        public void freeIovaRange(long[] s, int cpu, long first, long pages) {
            freed.add(cpu + ": " + first + "+" + pages);
        }
    };

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8, FlushQueue.SIZE})
    void addressesAreFreedAsTheTwinFreesThem(int size) {
        followsTheTwin(new FlushQueue(5, CPUS, size, driver, noting), size);
        assertThat(freed).hasSizeGreaterThan(10_000);
    }

    private void followsTheTwin(FlushQueue queue, int size) {
        long[] s = new long[queue.end()];
        SlowFlushQueue twin = new SlowFlushQueue(size - 1);
        SplittableRandom random = new SplittableRandom(size);
        for (int i = 0; i < 20_000; i++) {
            int cpu = random.nextInt(CPUS);
            if (random.nextInt(2 * size) == 0) {
                queue.timeout(s, cpu);
                twin.timeout(cpu, CPUS);
                assertThat(queue.isTimerOn(s)).isFalse();
            } else {
                long pages = 1 + random.nextInt(40);
                queue.add(s, cpu, i, pages);
                twin.add(cpu, i, pages);
                assertThat(queue.isTimerOn(s)).isTrue();
            }
            assertThat(queue.flushes(s)).isEqualTo(twin.flushes).isEqualTo(driver.syncs.size());
            assertThat((long) queue.waiting(s, cpu)).isEqualTo(twin.waiting(cpu));
        }
        assertThat(freed).isEqualTo(twin.freed);
        assertThat(driver.syncs).containsOnly("0-ffffffffffffffff");
    }

    @Test
    void aQueueThatOverwritesItsFullRingIsSeen() {
        FlushQueue overwriting = new FlushQueue(5, CPUS, 8, driver, noting) {
            @Override
            boolean isFull(int waiting) {
                return false;
            }
        };
        assertThatThrownBy(() -> followsTheTwin(overwriting, 8)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aRingHasTwoPlacesAndSomeCpu() {
        assertThatThrownBy(() -> new FlushQueue(0, 1, 1, driver, noting)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FlushQueue(0, 0, 2, driver, noting)).isInstanceOf(IllegalArgumentException.class);
    }

    /** What is unmapped while a flush is under way may be cached behind it, and has the timer set again, which was cleared first. */
    @Test
    void anUnmapDuringAFlushWaitsForTheNextOne() {
        DuringFlush meanwhile = new DuringFlush();
        FlushQueue queue = new FlushQueue(0, 2, FlushQueue.SIZE, meanwhile, noting);
        long[] s = new long[queue.end()];
        meanwhile.then = () -> queue.add(s, 1, 200, 1);
        queue.add(s, 0, 100, 1);
        queue.timeout(s, 0);
        assertThat(freed).containsExactly("0: 100+1");
        assertThat(queue.isTimerOn(s)).isTrue();
        queue.add(s, 1, 201, 1);
        assertThat(freed).hasSize(1);
        queue.timeout(s, 0);
        assertThat(freed).containsExactly("0: 100+1", "0: 200+1", "0: 201+1");
        assertThat(queue.isTimerOn(s)).isFalse();
    }

    /** Something happens on another CPU in the middle of the first flush. */
    private static final class DuringFlush implements PageDriver {
        private Runnable then = () -> {};

        @Override
        public long mapPages(long iova, long address, long page, long count, int rights) {
            throw new IllegalStateException();
        }

        @Override
        public long unmapPages(long iova, long page, long count) {
            throw new IllegalStateException();
        }

        @Override
        public void sync(long first, long last) {
            Runnable once = then;
            then = () -> {};
            once.run();
        }
    }

    /** The vector of the sheet: queued when five flushes have begun, an address is free after the sixth. */
    @Test
    void anAddressIsFreeAfterTheNextFlush() {
        FlushQueue queue = new FlushQueue(0, 1, FlushQueue.SIZE, driver, noting);
        long[] s = new long[queue.end()];
        for (int i = 0; i < 5; i++) {
            queue.timeout(s, 0);
        }
        queue.add(s, 0, 100, 1);
        queue.add(s, 0, 101, 1);
        assertThat(freed).isEmpty();
        queue.timeout(s, 0);
        assertThat(queue.flushes(s)).isEqualTo(6);
        assertThat(freed).containsExactly("0: 100+1", "0: 101+1");
    }

    @Test
    void theRingHolds255AndOneMoreFlushesIt() {
        FlushQueue queue = new FlushQueue(0, 1, FlushQueue.SIZE, driver, noting);
        long[] s = new long[queue.end()];
        for (int i = 0; i < 255; i++) {
            queue.add(s, 0, i, 1);
        }
        assertThat(driver.syncs).isEmpty();
        assertThat(queue.waiting(s, 0)).isEqualTo(255);
        queue.add(s, 0, 255, 1);
        assertThat(driver.syncs).hasSize(1);
        assertThat(freed).hasSize(255);
        assertThat(queue.waiting(s, 0)).isEqualTo(1);
    }

    /** The entries are gone when unmap returns; the invalidation and the address wait. */
    @Test
    void anUnmapAsksForNoInvalidation() {
        IovaDomain iovas = new IovaDomain(0, K, 1, 1 << 12, warning -> {
            throw new IllegalStateException("" + warning);
        });
        IovaCaches caches = new IovaCaches(iovas.end(), iovas, 1);
        TreeRanges ranges = new TreeRanges(caches, K);
        FlushQueue queue = new FlushQueue(caches.end(), 1, FlushQueue.SIZE, driver, ranges);
        long[] s = new long[queue.end()];
        iovas.initialise(s);
        caches.initialise(s);
        caches.turnOn(s);
        PagingDomain domain = new PagingDomain(DomainType.DMA_FQ, new PageSizes(K), driver);
        DmaMapper mapper = new DmaMapper(domain, ranges, queue);
        DmaDevice device = new DmaDevice(-1L, -1L, 0, 0xffffffffL, 1 << 16);
        long first = mapper.map(s, 0, device, 0x10000, K, DmaDirection.BIDIRECTIONAL);
        assertThat(mapper.unmap(s, 0, first, K)).isTrue();
        assertThat(driver.entries).isEmpty();
        assertThat(driver.syncs).isEmpty();
        assertThat(mapper.map(s, 0, device, 0x10000, K, DmaDirection.BIDIRECTIONAL))
                .isNotEqualTo(first);
        queue.timeout(s, 0);
        assertThat(mapper.map(s, 0, device, 0x10000, K, DmaDirection.BIDIRECTIONAL))
                .isEqualTo(first);
        assertThatThrownBy(() -> new DmaMapper(domain, ranges)).hasMessageContaining("a strict domain");
        PagingDomain strict = new PagingDomain(DomainType.DMA, new PageSizes(K), driver);
        assertThatThrownBy(() -> new DmaMapper(strict, ranges, queue)).hasMessageContaining("a deferred domain");
    }
}
