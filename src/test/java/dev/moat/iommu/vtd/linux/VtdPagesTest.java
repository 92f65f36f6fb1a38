package dev.moat.iommu.vtd.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.Rights;
import dev.moat.iommu.linux.Gather;
import dev.moat.iommu.linux.TableFrames;
import dev.moat.iommu.memory.Memory;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Descriptors;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What Linux 6.1's VT-d driver stores and asks, where that is another thing than what it was told. */
class VtdPagesTest {
    private static final long K = 4096;
    private static final long M = 1L << 21;
    /** Of RealVtd: frames of the queue's ring, in which descriptors have two words. */
    private static final long RING = 0x102L << 12;

    private static final class Kept extends RealVtd.Parts {
        private @Nullable VtdPages pages;
        private @Nullable VtdDomain tag;
        private @Nullable Memory memory;

        @Override
        VtdDomain domain(UnitQueue queue, Memory memory, Capabilities can) {
            this.memory = memory;
            VtdDomain made = super.domain(queue, memory, can);
            tag = made;
            return made;
        }

        @Override
        VtdPages pages(Memory memory, long[] s, TableFrames frames, VtdDomain domain) {
            VtdPages made = super.pages(memory, s, frames, domain);
            pages = made;
            return made;
        }
    }

    private final Kept kept = new Kept();
    private final RealVtd unit = new RealVtd(false, 40, 64, kept);
    private final Memory memory = Objects.requireNonNull(kept.memory);
    private final VtdPages pages = Objects.requireNonNull(kept.pages);

    private boolean map(long iova, long address, long size, int rights) {
        return unit.domain().map(iova, address, size, rights);
    }

    /** attr |= DMA_FL_PTE_PRESENT, which is bit 0, R: 972 of 973 recorded fills of pages that were mapped for writing have both. */
    @Test
    void aPageToBeWrittenCanBeReadToo() {
        assertThat(map(0, 0x5000, K, Rights.WRITE)).isTrue();
        assertThat(unit.reach(0, true)).isEqualTo(0x5000);
        assertThat(unit.reach(0, false)).isEqualTo(0x5000);
        assertThat(map(K, 0x6000, K, Rights.READ)).isTrue();
        assertThat(unit.reach(K, true)).isEqualTo(-1);
    }

    /** intel_iommu_iova_to_phys: 0 for what is not mapped, and for the first byte of memory. */
    @Test
    void anAddressLeadsToMemoryButNotToItsFirstByte() {
        assertThat(pages.leads(0)).isFalse();
        assertThat(map(0, 0, M, Rights.ALL)).isTrue();
        assertThat(pages.leads(0)).isFalse();
        assertThat(pages.leads(1)).isTrue();
        assertThat(pages.leads(K)).isTrue();
        assertThat(pages.leads(M)).isFalse();
        assertThat(map(M, 0x5000, K, Rights.READ)).isTrue();
        assertThat(pages.leads(M)).isTrue();
        assertThat(pages.leads(1L << 62)).isFalse();
    }

    /** qi_flush_iotlb: the hint is masked out with the address; all recorded descriptors have it clear. */
    @Test
    void noInvalidationOfPagesHintsThatTablesStay() {
        assertThat(map(0x0FFF_FD00_0L, 0x5000, K, Rights.ALL)).isTrue();
        assertThat(unit.domain().unmap(0x0FFF_FD00_0L, K)).isEqualTo(K);
        long[] words = new long[64];
        boolean found = false;
        for (int i = 0; i < words.length; i++) {
            words[i] = memory.read(unit.state(), RING + (long) Long.BYTES * i);
            found |= words[i] == 0xffff_d000L;
        }
        assertThat(found).isTrue();
        assertThat(words).doesNotContain(0xffff_d040L);
    }

    /** __domain_mapping: -EINVAL. */
    @Test
    void aPageWithoutRightsIsRefused() {
        assertThat(map(0, M, M, Rights.NONE)).isFalse();
        assertThat(unit.tables()).isEqualTo(1);
    }

    /** cmpxchg of 0: the entry that is there stays, and Linux warns. */
    @Test
    void aPageThatIsMappedStays() {
        assertThat(map(0, 0x5000, K, Rights.ALL)).isTrue();
        assertThat(map(0, 0x6000, K, Rights.ALL)).isTrue();
        unit.domain().unmap(K, K);
        assertThat(unit.reach(0, false)).isEqualTo(0x5000);
    }

    /** switch_to_super_page: what is there is cleared and forgotten first, small pages and a large one. */
    @Test
    void aLargePageTakesThePlaceOfWhatIsMapped() {
        assertThat(map(3 * K, 0x5000, K, Rights.ALL)).isTrue();
        assertThat(unit.reach(3 * K, true)).isEqualTo(0x5000);
        assertThat(unit.tables()).isEqualTo(4);
        assertThat(map(0, 4 * M, M, Rights.ALL)).isTrue();
        assertThat(unit.tables()).isEqualTo(3);
        assertThat(unit.reach(3 * K, true)).isEqualTo(4 * M + 3 * K);
        assertThat(map(0, 5 * M, M, Rights.READ)).isTrue();
        assertThat(unit.reach(3 * K, false)).isEqualTo(5 * M + 3 * K);
        assertThat(unit.reach(3 * K, true)).isEqualTo(-1);
    }

    /** The ranges of page-selective invalidations, in the order of the queue. */
    private static List<Long> ranges(Memory memory, long[] s) {
        List<Long> found = new ArrayList<>();
        for (long at = RING; at < RING + 4096; at += 2L * Long.BYTES) {
            if (memory.read(s, at) == Descriptors.iotlbPage(7)) {
                found.add(memory.read(s, at + Long.BYTES));
            }
        }
        return found;
    }

    /** intel_iommu_iotlb_sync_map: once, whatever pages a map consists of; intel_iommu_unmap: once for each run of pages of a size. */
    @Test
    void inCachingModeAMapIsToldOnce() {
        Kept parts = new Kept();
        RealVtd guests = new RealVtd(true, 40, 64, parts);
        Memory words = Objects.requireNonNull(parts.memory);
        assertThat(guests.domain().map(M - 2 * K, 4 * M - 2 * K, 2 * K + M, Rights.ALL))
                .isTrue();
        assertThat(ranges(words, guests.state())).containsExactly(10L);
        guests.domain().unmap(M - 2 * K, 2 * K + M);
        assertThat(ranges(words, guests.state())).containsExactly(10L, M - 2 * K | 1, M | 9);
    }

    /** intel_iommu_unmap hands its whole size on as if it were a page's: unmaps of other sizes are forgotten apart. */
    @Test
    void unmapsOfOtherSizesAreForgottenApart() {
        assertThat(map(0, 0x10_0000, 5 * K, Rights.ALL)).isTrue();
        Gather gather = new Gather(pages);
        unit.domain().unmap(0, 2 * K, gather);
        unit.domain().unmap(2 * K, 2 * K, gather);
        unit.domain().unmap(4 * K, K, gather);
        gather.sync();
        assertThat(ranges(memory, unit.state())).containsExactly(2L, 4 * K);
    }

    @Test
    void addressesBeyondTheTablesAreRefused() {
        assertThat(map(0, 0x6000, K, Rights.ALL)).isTrue();
        assertThat(map(1L << 48, 0x5000, K, Rights.ALL)).isFalse();
        assertThat(map(-K, 0x5000, K, Rights.ALL)).isFalse();
        assertThat(pages.mapPages((1L << 48) - K, 0x5000, K, 2, Rights.ALL)).isZero();
        assertThat(unit.domain().unmap(1L << 48, K)).isZero();
        assertThat(unit.reach(0, false)).isEqualTo(0x6000);
        assertThat(map((1L << 48) - K, 0x7000, K, Rights.ALL)).isTrue();
    }

    @Test
    void aDeviceThatHasADomainIsNotAttachedAgain() {
        assertThatThrownBy(() -> Objects.requireNonNull(kept.tag).attach(unit.state(), 0x18, pages))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("device 18 has a domain");
    }
}
