package dev.moat.dma.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.dma.iova.IovaCaches;
import dev.moat.dma.iova.IovaDomain;
import dev.moat.iommu.Rights;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaDirection;
import dev.moat.iommu.linux.PageSizes;
import dev.moat.iommu.linux.ScatterList;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Addresses and entries of mappings, alone and in lists. */
class DmaMapperTest {
    private static final long K = 1L << 12;
    private static final DmaDevice DEVICE = new DmaDevice(-1L, -1L, 0, 0xffffffffL, 1 << 16);

    private final TreeDriver driver = new TreeDriver();
    private final IovaDomain iovas = new IovaDomain(0, K, 1, 1 << 12, warning -> {
        throw new IllegalStateException("" + warning);
    });
    private final IovaCaches caches = new IovaCaches(iovas.end(), iovas, 1);
    private final long[] s = new long[caches.end()];
    private final DmaMapper mapper;

    DmaMapperTest() {
        iovas.initialise(s);
        caches.initialise(s);
        caches.turnOn(s);
        mapper = new DmaMapper(new PagingDomain(DomainType.DMA, new PageSizes(K | 1L << 21), driver), caches);
    }

    /** The vectors of the sheet: an offset is kept, and takes another page when it carries the end over. */
    @Test
    void theOffsetInThePageIsKept() {
        assertThat(mapper.map(s, 0, DEVICE, 0x1234567, 0x100, DmaDirection.TO_DEVICE))
                .isEqualTo(0xfffff567L);
        assertThat(driver.entries).hasSize(1);
        long second = mapper.map(s, 0, DEVICE, 0x1234567, 0xb00, DmaDirection.FROM_DEVICE);
        assertThat(second).isEqualTo(0xffffc567L);
        assertThat(driver.translate(second)).isEqualTo(0x1234567);
        assertThat(driver.translate(second + 0xaff)).isEqualTo(0x1235066);
        assertThat(driver.entries.get(0xfffff000L).rights()).isEqualTo(Rights.READ);
        assertThat(driver.entries.get(0xffffc000L).rights()).isEqualTo(Rights.WRITE);
        assertThat(mapper.unmap(s, 0, second, 0xb00)).isTrue();
        assertThat(driver.syncs).containsExactly("ffffc000-ffffdfff");
        assertThat(driver.entries).hasSize(1);
    }

    @Test
    void addressesAreBelowFourGigabytesFirst() {
        DmaDevice small = new DmaDevice(0xffffff, 0xffffff, 0, 0xffffffffL, 1 << 16);
        assertThat(mapper.map(s, 0, DEVICE, 0, K, DmaDirection.BIDIRECTIONAL)).isEqualTo(0xfffff000L);
        assertThat(mapper.map(s, 0, small, 0, K, DmaDirection.BIDIRECTIONAL)).isEqualTo(0xfff000);
        long large = mapper.map(s, 0, DEVICE, 0, 1L << 32, DmaDirection.BIDIRECTIONAL);
        assertThat(Long.compareUnsigned(large, 1L << 32)).isPositive();
    }

    /** iommu_dma_unmap_page: WARN_ON(!phys), and back; else the magazine had the address twice, and so had two buffers. */
    @Test
    void aPageThatIsUnmappedAgainIsLeftAlone() {
        long first = mapper.map(s, 0, DEVICE, 0x1234567, 0x100, DmaDirection.TO_DEVICE);
        assertThat(mapper.unmap(s, 0, first, 0x100)).isTrue();
        assertThat(mapper.unmap(s, 0, first, 0x100)).isFalse();
        assertThat(driver.syncs).hasSize(1);
        assertThat(mapper.map(s, 0, DEVICE, 0x5000, K, DmaDirection.TO_DEVICE)).isEqualTo(first & -K);
        assertThat(mapper.map(s, 0, DEVICE, 0x6000, K, DmaDirection.TO_DEVICE)).isNotEqualTo(first & -K);
    }

    /** The same look takes memory at 0 for none: it stays mapped. */
    @Test
    void memoryAtZeroIsNeverUnmapped() {
        long first = mapper.map(s, 0, DEVICE, 0, K, DmaDirection.TO_DEVICE);
        assertThat(mapper.unmap(s, 0, first, K)).isFalse();
        assertThat(driver.translate(first)).isZero();
    }

    /** iommu_dma_unmap_sg does not look: two lists have the addresses then. */
    @Test
    void aListThatIsUnmappedAgainIsFreedAgain() {
        ScatterList list = new ScatterList(new long[] {0x10000}, new long[] {K}, 0);
        assertThat(mapper.map(s, 0, DEVICE, list, DmaDirection.TO_DEVICE)).isEqualTo(1);
        assertThat(mapper.unmap(s, 0, list, 1)).isTrue();
        assertThat(mapper.unmap(s, 0, list, 1)).isFalse();
        mapper.map(s, 0, DEVICE, 0x5000, K, DmaDirection.TO_DEVICE);
        assertThatThrownBy(() -> mapper.map(s, 0, DEVICE, 0x6000, K, DmaDirection.TO_DEVICE))
                .hasMessageContaining("mapped twice");
    }

    @Test
    void withoutRoomForEntriesTheAddressIsFreeAgain() {
        driver.room = 2;
        assertThat(mapper.map(s, 0, DEVICE, 0, 3 * K, DmaDirection.BIDIRECTIONAL))
                .isEqualTo(DmaMapper.ERROR);
        ScatterList list = new ScatterList(new long[] {0x10000, 0x30000}, new long[] {2 * K, K}, 0);
        assertThat(mapper.map(s, 0, DEVICE, list, DmaDirection.BIDIRECTIONAL)).isZero();
        assertThat(driver.entries).isEmpty();
        assertThat(driver.syncs).containsExactly("ffffc000-ffffdfff", "ffffc000-ffffdfff");
    }

    @Test
    void piecesWithoutAGapAreMerged() {
        ScatterList list =
                new ScatterList(new long[] {0x10800, 0x50000, 0x70000, 0x90100}, new long[] {0x800, K, 0x10, K}, 0);
        assertThat(mapper.map(s, 0, DEVICE, list, DmaDirection.TO_DEVICE)).isEqualTo(2);
        assertThat(list.dmaLength(0)).isEqualTo(0x800 + K + 0x10);
        assertThat(list.dmaLength(1)).isEqualTo(K);
        assertThat(driver.translate(list.dmaAddress(0))).isEqualTo(0x10800);
        assertThat(driver.translate(list.dmaAddress(0) + 0x800)).isEqualTo(0x50000);
        assertThat(driver.translate(list.dmaAddress(1))).isEqualTo(0x90100);
        mapper.unmap(s, 0, list, 2);
        assertThat(driver.entries).isEmpty();
    }

    /** prev->length += pad_len: the memory behind a piece is mapped, too, up to the boundary that the next one must not cross. */
    @Test
    void whatKeepsAPieceFromABoundaryIsMappedToo() {
        DmaDevice device = new DmaDevice(-1L, -1L, 0, 0x3fff, 1 << 16);
        ScatterList list = new ScatterList(new long[] {0x100000, 0x200000}, new long[] {3 * K, 2 * K}, 0);
        assertThat(mapper.map(s, 0, device, list, DmaDirection.TO_DEVICE)).isEqualTo(2);
        assertThat(list.dmaAddress(1)).isEqualTo(list.dmaAddress(0) + 4 * K);
        assertThat(driver.translate(list.dmaAddress(0) + 3 * K)).isEqualTo(0x103000);
        assertThat(mapper.unmap(s, 0, list, 2)).isTrue();
        assertThat(driver.entries).isEmpty();
    }

    /** max_len - cur_len is an unsigned int: behind a piece that is too long itself the next one is appended. */
    @Test
    void behindAPieceThatIsTooLongAllAreAppended() {
        DmaDevice device = new DmaDevice(-1L, -1L, 0, 0xffffffffL, 2 * K);
        ScatterList list = new ScatterList(
                new long[] {0x100000, 0x200000, 0x300000, 0x400000}, new long[] {2 * K, K, 3 * K, K}, 0);
        assertThat(mapper.map(s, 0, device, list, DmaDirection.TO_DEVICE)).isEqualTo(3);
        assertThat(list.dmaLength(0)).isEqualTo(2 * K);
        assertThat(list.dmaLength(1)).isEqualTo(K);
        assertThat(list.dmaLength(2)).isEqualTo(4 * K);
    }

    /** Random lists: each byte of each piece is where the device is told, no element too long or across a boundary. */
    @Test
    void randomListsAreFoundWhereTheDeviceIsTold() {
        SplittableRandom random = new SplittableRandom(3);
        DmaDevice device = new DmaDevice(-1L, -1L, 0, 0xffff, 0x4000);
        for (int round = 0; round < 400; round++) {
            int n = 1 + random.nextInt(6);
            long[] address = new long[n];
            long[] length = new long[n];
            for (int i = 0; i < n; i++) {
                address[i] = ((long) (round * 8 + i) << 20) + (random.nextBoolean() ? 0 : random.nextInt(4096));
                length[i] = 1 + random.nextInt(random.nextBoolean() ? 0x3000 : 0x1000);
            }
            ScatterList list = new ScatterList(address, length, 0);
            int told = mapper.map(s, 0, device, list, DmaDirection.BIDIRECTIONAL);
            assertThat(told).isBetween(1, n);
            requireFound(list, told, device);
            mapper.unmap(s, 0, list, told);
            assertThat(driver.entries).isEmpty();
        }
    }

    private void requireFound(ScatterList list, int told, DmaDevice device) {
        int piece = 0;
        long inPiece = 0;
        for (int e = 0; e < told; e++) {
            long first = list.dmaAddress(e);
            assertThat(list.dmaLength(e)).isLessThanOrEqualTo(device.maxSegment());
            assertThat((first & ~device.boundary()) == (first + list.dmaLength(e) - 1 & ~device.boundary()))
                    .isTrue();
            for (long at = 0; at < list.dmaLength(e); at++) {
                assertThat(driver.translate(first + at)).isEqualTo(list.address(piece) + inPiece);
                inPiece++;
                if (inPiece == list.length(piece)) {
                    piece++;
                    inPiece = 0;
                }
            }
        }
        assertThat(piece).as(Arrays.toString(new int[] {told})).isEqualTo(list.size());
    }
}
