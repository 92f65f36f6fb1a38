package dev.moat.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Capabilities.Aperture;
import dev.moat.iommu.Capabilities.Outside;
import dev.moat.iommu.Capabilities.Range;
import dev.moat.iommu.Families;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.model.setting.Setting;
import dev.moat.state.SchemaBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bitmap of a domain, beside its slow twin: addresses, order, flushes, what is reserved. */
class BitmapRangesTest {
    private static final int CALLS = 4_000;
    private static final long K = 4096;

    private int flushes;

    private long[] state;

    private BitmapRanges ranges(Aperture aperture) {
        SchemaBuilder schema = new SchemaBuilder();
        BitmapRanges ranges = new BitmapRanges(schema, aperture, s -> flushes++);
        state = schema.build().blank();
        ranges.preset(state);
        return ranges;
    }

    /** Apertures that begin anywhere, with holes, some partly outside; devices with masks, limits of their bus, boundaries. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 37, 0xFED80})
    void answersAsTheTwin(int first) {
        SplittableRandom random = new SplittableRandom(first);
        Aperture aperture = new Aperture(
                first,
                first + 299L,
                Outside.BLOCKED,
                List.of(new Range(0, 0), new Range(0xFEE00, 0xFEEFF), new Range(first + 290, first + 400)));
        BitmapRanges fast = ranges(aperture);
        SlowRanges slow = new SlowRanges(aperture);
        List<long[]> live = new ArrayList<>();
        int failed = 0;
        for (int i = 0; i < CALLS; i++) {
            if (live.isEmpty() || random.nextInt(100) < 60) {
                long boundary = random.nextBoolean() ? 0xffff_ffffL : (8 * K << random.nextInt(4)) - 1;
                long limit =
                        random.nextInt(4) == 0 ? (first + random.nextLong(300)) * K - 1 + random.nextLong(2 * K) : 0;
                DmaDevice device =
                        new DmaDevice(random.nextBoolean() ? -1 : (first + 250) * K - 1, -1, limit, boundary, K);
                long pages = 1 + random.nextLong(8);
                long expected = slow.allocate(device, pages);
                assertThat(fast.allocIovaRange(state, 0, device, pages))
                        .as("call " + i)
                        .isEqualTo(expected);
                failed += expected < 0 ? 1 : 0;
                if (expected >= 0) {
                    live.add(new long[] {expected, pages});
                }
            } else {
                long[] range = live.remove(random.nextInt(live.size()));
                fast.freeIovaRange(state, 0, range[0], range[1]);
                slow.free(range[0], range[1]);
            }
            assertThat(flushes).isEqualTo(slow.flushes);
        }
        assertThat(failed).isGreaterThan(100);
        for (long p = aperture.first(); p <= aperture.last(); p++) {
            assertThat(fast.isTaken(state, p)).isEqualTo(slow.taken.contains(p) || slow.isReserved(p));
        }
    }

    /** VT-d's own capabilities: a driver that allocates until nothing is left never gets a page of the window of interrupts. */
    @Test
    void noAddressOfTheInterruptWindow() {
        Capabilities can = Families.get("vtd")
                .capabilities(new Setting(Families.parameters(Map.of("iommu", "vtd"), "vtd", Map.of()), Map.of()));
        List<Range> reserved = can.aperture().reserved();
        assertThat(reserved).contains(new Range(0xFEE00, 0xFEEFF));
        BitmapRanges fast = ranges(new Aperture(0xFED00, 0xFEFFF, Outside.BLOCKED, reserved));
        DmaDevice device = new DmaDevice(-1, -1, 0, 0xffff_ffffL, K);
        List<Long> got = new ArrayList<>();
        for (long p = fast.allocIovaRange(state, 0, device, 1); p >= 0; p = fast.allocIovaRange(state, 0, device, 1)) {
            got.add(p);
        }
        assertThat(got).hasSize(0x200).noneMatch(p -> p >= 0xFEE00 && p <= 0xFEEFF);
    }
}
