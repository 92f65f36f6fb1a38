package dev.moat.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Second words of device-TLB invalidations, as Xen 4.21 writes them (vtd/x86/ats.c, dev_invalidate_iotlb). */
class DeviceRangeTest {
    /** {@code sbit}, and {@code addr} with the bit of the order clear and those below it set. */
    private static long asXen(long page, int order) {
        if (order == 0) {
            return page << 12;
        }
        long address = page & ~(1L << (order - 1)) | (1L << (order - 1)) - 1;
        return address << 12 | 1;
    }

    @ParameterizedTest
    @CsvSource({
        "5, 0, 5, 1",
        "4, 1, 4, 2",
        "4, 2, 4, 4",
        "8, 3, 8, 8",
        "512, 9, 512, 512",
        "1048576, 20, 1048576, 1048576"
    })
    void aRangeIsWhatXenMeansByIt(long page, int order, long first, long count) {
        long word = asXen(page, order);
        assertThat(DeviceRange.first(word)).isEqualTo(first);
        assertThat(DeviceRange.count(word)).isEqualTo(count);
        if (order > 0) {
            assertThat(DeviceRange.pages(DeviceRange.address(page, order))).isEqualTo(word);
        }
    }

    @Test
    void onePageAndAllPagesAreXensWords() {
        assertThat(DeviceRange.page(5)).isEqualTo(asXen(5, 0));
        assertThat(DeviceRange.all()).isEqualTo(-1L << 12 & 0x7FFF_FFFF_FFFF_FFFFL | 1);
        assertThat(DeviceRange.first(DeviceRange.all())).isZero();
        assertThat(DeviceRange.count(DeviceRange.all())).isEqualTo(1L << 52);
    }
}
