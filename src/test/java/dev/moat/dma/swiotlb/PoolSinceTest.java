package dev.moat.dma.swiotlb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.dma.release.LinuxRelease;
import dev.moat.iommu.linux.DmaDirection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** At real size, what CVE-2024-35814 and CVE-2023-52790 are about: one page given out twice, and slots behind the end of a pool. */
class PoolSinceTest {
    private static final Transfer TO = new Transfer(DmaDirection.TO_DEVICE, 0);
    private static final long START = 0x98000000L;

    private static Swiotlb pool(LinuxRelease release, SwiotlbSlots.Division division, DmaDevice device) {
        SwiotlbSlots slots = new SwiotlbSlots(0, SwiotlbGeometry.LINUX, START, division, release);
        return new Swiotlb(slots, (s, to, from, length) -> {}, device, warning -> {});
    }

    private static long[] words(Swiotlb pool) {
        long[] s = new long[pool.slots().end()];
        pool.slots().initialise(s);
        return s;
    }

    /** A buffer of one slot leaves the hint in the middle of a page, where the device's two pages then begin, or do not. */
    @ParameterizedTest
    @CsvSource({"LINUX_6_1, false", "LINUX_6_6, true", "LINUX_6_12, false", "LINUX_7_3, false"})
    void aDevicesPagesBeginInTheMiddleOfOne(LinuxRelease release, boolean twice) {
        Swiotlb pool = pool(release, new SwiotlbSlots.Division(7168, 1), DmaDevice.UNLIMITED);
        long[] s = words(pool);
        long buffer = pool.map(s, 0, 0x1234_5000L, 0x800, TO);
        long page = pool.allocate(s, 0, 0x2000);
        assertThat(buffer).isEqualTo(START);
        assertThat(page & 0xfff).isZero();
        assertThat(page == (buffer & -0x1000L)).isEqualTo(twice);
    }

    /** A pool of two slots has no two of which the first begins in the middle of a page, whatever words there are behind. */
    @ParameterizedTest
    @EnumSource(LinuxRelease.class)
    void aShortPoolEndsWhereItEnds(LinuxRelease release) {
        DmaDevice device = new DmaDevice(-1, -1, 0, 0, 0xfff);
        Swiotlb two = pool(release, new SwiotlbSlots.Division(2, 1, 4, 1), device);
        assertThat(two.map(words(two), 0, 0x1234_5800L, 0x1000, TO)).isEqualTo(Swiotlb.ERROR);
        Swiotlb four = pool(release, new SwiotlbSlots.Division(4, 1), device);
        assertThat(four.map(words(four), 0, 0x1234_5800L, 0x1000, TO)).isEqualTo(START + 0x800);
    }
}
