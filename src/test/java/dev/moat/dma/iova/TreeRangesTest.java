package dev.moat.dma.iova;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.dma.map.TreeRanges;
import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Capabilities.Aperture;
import dev.moat.iommu.Capabilities.Outside;
import dev.moat.iommu.Capabilities.Range;
import dev.moat.iommu.Families;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaResult;
import dev.moat.model.setting.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The interval allocator behind the layer, of an aperture with holes, beside its slow twin: addresses, order, failures, and what is never out. */
class TreeRangesTest {
    private static final int CALLS = 6_000;
    private static final int CPUS = 3;
    private static final long K = 4096;
    private static final int CAPACITY = 400;

    private long[] s;
    private IovaDomain domain;

    private TreeRanges ranges(Aperture aperture, long granule, int magazine, int depot) {
        domain = new IovaDomain(0, granule, TreeRanges.start(granule, aperture), CAPACITY, warning -> {
            // a range that was handed out twice is seen as such
        });
        IovaCaches caches = new IovaCaches(domain.end(), domain, CPUS, magazine, depot);
        s = new long[caches.end()];
        domain.initialise(s);
        caches.initialise(s);
        assertThat(TreeRanges.reserve(s, domain, granule, aperture)).isTrue();
        caches.turnOn(s);
        return new TreeRanges(caches, granule, aperture);
    }

    /** An aperture that begins anywhere: below 4 GiB, across it, above; holes, some of them partly outside. */
    private static Aperture aperture(long first, int pages) {
        return new Aperture(
                first,
                first + pages - 1,
                Outside.BLOCKED,
                List.of(
                        new Range(0, 0),
                        new Range(Math.max(0, first - 4), first + 3),
                        new Range(first + 40, first + 47),
                        new Range(0xFEE00, 0xFEEFF),
                        new Range(first + pages - 9, first + pages + 100)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 4096, 600",
        "1, 4096, 300",
        "37, 2048, 200",
        "0xFED80, 4096, 700",
        "0xFFF80, 4096, 300",
        "0x123456, 4096, 300"
    })
    void answersAsTheTwin(String from, long granule, int pages) {
        long first = Long.decode(from);
        SplittableRandom random = new SplittableRandom(first);
        Aperture aperture = aperture(first, pages);
        TreeRanges fast = ranges(aperture, granule, 4, 2);
        SlowTree slow = new SlowTree(aperture, granule, CAPACITY, CPUS, 4, 2);
        List<long[]> live = new ArrayList<>();
        int failed = 0;
        int handed = 0;
        for (int i = 0; i < CALLS; i++) {
            int cpu = random.nextInt(CPUS);
            if (live.isEmpty() || random.nextInt(100) < 52) {
                DmaDevice device = device(random, aperture);
                long size = 1 + random.nextLong(random.nextInt(6) == 0 ? 60 : 8);
                long expected = slow.allocate(cpu, device, size);
                long got = fast.allocIovaRange(s, cpu, device, size);
                assertThat(got).as("call " + i).isEqualTo(expected < 0 ? DmaResult.FAILED : expected);
                failed += expected < 0 ? 1 : 0;
                if (got >= 0) {
                    handed++;
                    assertThat(slow.wrong(device, got, size)).as("call " + i).isEmpty();
                    live.add(new long[] {got, size});
                }
            } else {
                long[] range = live.remove(random.nextInt(live.size()));
                fast.freeIovaRange(s, cpu, range[0], range[1]);
                slow.free(cpu, range[0], range[1]);
            }
        }
        assertThat(failed).as("full, or out of reach").isGreaterThan(100);
        assertThat(handed).isGreaterThan(1000);
    }

    private static DmaDevice device(SplittableRandom random, Aperture aperture) {
        // A device reaches as many pages as it asks for: where it does not, Linux's caches take its limit for none.
        long page = Math.max(64, aperture.first() + random.nextLong(aperture.pages()));
        long part = page * K + random.nextLong(2) * (K - 1);
        long mask = random.nextInt(3) == 0 ? part : -1;
        long bus = random.nextInt(5) == 0 ? part | 0xfff : 0;
        return new DmaDevice(mask, mask, bus, 0xffff_ffffL, 1 << 16);
    }

    /** The apertures of the families: every page that is left is handed out, one by one, and no other. */
    @ParameterizedTest
    @ValueSource(strings = {"vtd", "amd-vi", "calgary", "gart"})
    void allOfAFamilysOwnApertureIsHandedOut(String family) {
        Capabilities can = Families.get(family)
                .capabilities(new Setting(Families.parameters(Map.of("iommu", family), family, Map.of()), Map.of()));
        Aperture own = can.aperture();
        // As much of it as can be exhausted, around its window of interrupts where it has one.
        long first = own.reserved().isEmpty() ? own.first() : Math.max(own.first(), 0xFED80);
        Aperture aperture = new Aperture(first, Math.min(own.last(), first + 799), own.outside(), own.reserved());
        TreeRanges fast = ranges(aperture, K, 127, 32);
        SlowTree slow = new SlowTree(aperture, K, CAPACITY, CPUS, 127, 32);
        DmaDevice device = new DmaDevice(-1, -1, 0, 0xffff_ffffL, 1 << 16);
        int handed = 0;
        for (long p = fast.allocIovaRange(s, 0, device, 2); p >= 0; p = fast.allocIovaRange(s, 0, device, 2)) {
            assertThat(slow.wrong(device, p, 2)).isEmpty();
            handed += 2;
        }
        long left = 0;
        for (long page = aperture.first(); page <= aperture.last(); page++) {
            long at = page;
            boolean reserved = own.reserved().stream().anyMatch(r -> at >= r.first() && at <= r.last());
            left += reserved || page == 0 ? 0 : 1;
        }
        assertThat(handed).isBetween((int) Math.min(left - 2, 2 * CAPACITY - 8), (int) left);
    }

    /** A twin without the holes hands them out, so that the comparison can fail. */
    @Test
    void aHoleThatIsNotReservedIsSeen() {
        Aperture aperture = aperture(1, 100);
        TreeRanges fast = ranges(new Aperture(1, 100, Outside.BLOCKED, List.of()), K, 4, 2);
        SlowTree slow = new SlowTree(aperture, K, CAPACITY, CPUS, 4, 2);
        DmaDevice device = new DmaDevice(-1, -1, 0, 0xffff_ffffL, 1 << 16);
        assertThat(slow.wrong(device, fast.allocIovaRange(s, 0, device, 1), 1)).contains("is reserved");
        assertThat(slow.wrong(new DmaDevice(0xfff, 0, 0, 0, 0), 101, 1)).contains("outside", "does not reach");
    }
}
