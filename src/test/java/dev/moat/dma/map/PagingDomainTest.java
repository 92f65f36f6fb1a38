package dev.moat.dma.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.Rights;
import dev.moat.iommu.linux.Gather;
import dev.moat.iommu.linux.PageSizes;
import org.junit.jupiter.api.Test;

/** Which pages a mapping consists of, what is undone, and what is forgotten together. */
class PagingDomainTest {
    private static final long K = 1L << 12;
    private static final long M = 1L << 21;
    private static final long G = 1L << 30;
    private static final PageSizes X86 = new PageSizes(K | M | G);

    private final TreeDriver driver = new TreeDriver();
    private final PagingDomain domain = new PagingDomain(DomainType.DMA, X86, driver);

    /** The vector of the sheet: alignment limits the first page, not the size. */
    @Test
    void theLargestPageThatDividesBothAddressesIsTaken() {
        assertThat(X86.next(0x40200000L, 0x40200000L, 0x40400000L)).isEqualTo(M);
        assertThat(X86.next(0x40000000L, 0x80000000L, 0x40400000L)).isEqualTo(G);
        assertThat(X86.next(0x1000, 0x40000000L, G)).isEqualTo(K);
        assertThat(X86.next(0, 0, M - K)).isEqualTo(K);
    }

    /** Small pages are counted to where a larger one takes over, if both addresses reach that together. */
    @Test
    void smallPagesAreCounted() {
        assertThat(X86.count(M - 2 * K, 5 * M - 2 * K, 2 * M)).isEqualTo(2);
        assertThat(X86.count(M - 2 * K, 5 * M - 3 * K, 2 * M)).isEqualTo(512 * 2);
        assertThat(new PageSizes(K).count(0, 0, 5 * K)).isEqualTo(5);
    }

    @Test
    void whatIsMappedIsFoundAndNothingElse() {
        assertThat(domain.map(M - 2 * K, 5 * M - 2 * K, 2 * M, Rights.ALL)).isTrue();
        assertThat(driver.entries.values().stream().map(TreeDriver.Entry::size))
                .containsOnly(K, M)
                .hasSize(2 + 1 + 510);
        for (long at = M - 2 * K; at < 3 * M - 2 * K; at += K) {
            assertThat(driver.translate(at)).isEqualTo(at + 4 * M);
        }
        assertThat(driver.translate(M - 3 * K)).isEqualTo(-1);
        assertThat(driver.translate(3 * M - 2 * K)).isEqualTo(-1);
    }

    @Test
    void aMappingThatFailsIsUndoneAndForgotten() {
        driver.room = 7;
        assertThat(domain.map(0x10000, 0x50000, 9 * K, Rights.READ)).isFalse();
        assertThat(driver.entries).isEmpty();
        assertThat(driver.syncs).containsExactly("10000-16fff");
    }

    /** iommu_map_sg: what lies behind one another in memory is one range, and may be a large page; the unit is told once. */
    @Test
    void piecesThatFollowEachOtherInMemoryAreMappedAsOne() {
        long[] addresses = {8 * M, 8 * M + K, 9 * M, 0x7000, 0x5000};
        long[] sizes = {K, M - K, K, K, 2 * K};
        assertThat(domain.map(M, addresses, sizes, Rights.ALL)).isTrue();
        assertThat(driver.entries.values().stream().map(TreeDriver.Entry::size)).containsExactly(M, K, K, K, K);
        assertThat(driver.translate(2 * M - 1)).isEqualTo(9 * M - 1);
        assertThat(driver.translate(2 * M)).isEqualTo(9 * M);
        assertThat(driver.translate(2 * M + K)).isEqualTo(0x7000);
        assertThat(driver.translate(2 * M + 3 * K)).isEqualTo(0x6000);
        assertThat(driver.mapped).containsExactly("200000-403fff");
    }

    @Test
    void piecesThatFailAreUndoneTogetherAndNobodyIsToldOfThem() {
        driver.room = 4;
        long[] addresses = {0x10000, 0x20000, 0x30000};
        assertThat(domain.map(0x40000, addresses, new long[] {K, 2 * K, 2 * K}, Rights.ALL))
                .isFalse();
        assertThat(driver.entries).isEmpty();
        assertThat(driver.mapped).isEmpty();
        assertThat(driver.syncs).containsExactly("43000-43fff", "40000-42fff");
        assertThat(domain.map(0x40000, 0x10000, 2 * K, Rights.ALL)).isTrue();
        assertThat(driver.mapped).containsExactly("40000-41fff");
    }

    @Test
    void partOfALargePageTakesAllOfIt() {
        domain.map(M, 4 * M, M, Rights.ALL);
        assertThat(domain.unmap(M, K)).isEqualTo(M);
        assertThat(driver.entries).isEmpty();
        assertThat(driver.syncs).containsExactly("200000-3fffff");
    }

    @Test
    void whatIsNotPagingOrNotAlignedIsRefused() {
        assertThat(new PagingDomain(DomainType.IDENTITY, X86, driver).map(0, 0, K, Rights.ALL))
                .isFalse();
        assertThat(new PagingDomain(DomainType.BLOCKED, X86, driver).unmap(0, K))
                .isZero();
        assertThat(domain.map(0x800, 0, K, Rights.ALL)).isFalse();
        assertThat(domain.map(0, 0, 0x1800, Rights.ALL)).isFalse();
        assertThat(domain.unmap(0, 0x800)).isZero();
        assertThat(domain.map(0, 0, 0, Rights.ALL)).isTrue();
        assertThat(driver.entries).isEmpty();
    }

    @Test
    void rangesThatTouchAreForgottenTogether() {
        Gather gather = new Gather(driver);
        gather.add(0x3000, K, K);
        gather.add(0x4000, K, K);
        gather.add(0x2000, K, K);
        assertThat(driver.syncs).isEmpty();
        gather.add(0x9000, K, K);
        assertThat(driver.syncs).containsExactly("2000-4fff");
        gather.add(M, M, M);
        gather.sync();
        assertThat(driver.syncs).containsExactly("2000-4fff", "9000-9fff", "200000-3fffff");
        assertThat(gather.isEmpty()).isTrue();
    }

    /** AMD-Vi: iommu_iotlb_gather_add_range, behind a look at the distance where that matters. */
    @Test
    void rangesOfAnySizeAreForgottenTogether() {
        Gather gather = new Gather(driver);
        gather.addRange(0x3000, K, true);
        gather.addRange(0x4000, 2 * K, true);
        gather.addRange(0x9000, K, true);
        assertThat(driver.syncs).containsExactly("3000-5fff");
        gather.addRange(M, M, false);
        gather.sync();
        gather.sync();
        assertThat(driver.syncs).containsExactly("3000-5fff", "9000-3fffff");
    }
}
