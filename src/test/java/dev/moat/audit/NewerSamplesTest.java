package dev.moat.audit;

import static dev.moat.audit.RecordedTrace.audit;
import static dev.moat.audit.RecordedTrace.counts;
import static dev.moat.audit.RecordedTrace.tally;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Figures of what was recorded from Linux 7.2 and 7.3, from 6.1 for real time, and from 6.12 with recipes that declare what they record, counted without Moat. */
class NewerSamplesTest {
    private static List<String> lines(String name) throws IOException {
        return RecordedTrace.lines("linux-" + name + ".trace");
    }

    /** Probes are set on functions of other names; 19 of 109 unmaps are of linked ranges. */
    @Test
    void strict() throws IOException {
        Audit a = audit(lines("7.2-vtd-strict-nvme"));
        assertThat(counts(a, AuditRule.RETURN_PAGE)).isEqualTo("90 0 0");
        assertThat(counts(a, AuditRule.RETURN_LINKED)).isEqualTo("19 0 0");
        assertThat(counts(a, AuditRule.IOVA_REUSE)).isEqualTo("388 0 0");
        assertThat(counts(a, AuditRule.OVERLAP)).isEqualTo("388 0 0");
        assertThat(counts(a, AuditRule.COVERS)).isEqualTo("109 0 0");
        assertThat(counts(a, AuditRule.EXACT)).isEqualTo("109 0 0");
        assertThat(counts(a, AuditRule.RIGHTS)).isEqualTo("90 0 0");
        assertThat(counts(a, AuditRule.LEADS)).isEqualTo("90 0 0");
        assertThat(a.windows().count()).isEqualTo(109);
        assertThat(a.windows().pages()).isEqualTo(1154);
        assertThat(a.windows().max()).isEqualTo(6_778_000);
        assertThat(a.figures()).containsEntry("bytesAsked", 3_394_560L).containsEntry("foreignIdInvalidations", 0L);
        assertThat(a.outcome(true)).isEqualTo(Audit.Outcome.HELD);
        assertThat(a.events()).containsEntry("other", 0L);
        assertThat(a.warnings()).isEmpty();
    }

    /** Each descriptor that is left out is found at the return of its unmap; a kernel for real time prints two more flags. */
    @ParameterizedTest
    @CsvSource({"7.2-vtd-strict-nvme, 109", "6.1-rt-vtd-strict-devices, 76"})
    void descriptorsLeftOut(String name, int descriptors) throws IOException {
        List<String> all = lines(name);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).contains("qi_submit: iotlb_inv")) {
                places.add(i);
            }
        }
        assertThat(audit(all).outcome(true)).isEqualTo(Audit.Outcome.HELD);
        assertThat(places).hasSize(descriptors);
        for (int at : places) {
            List<String> less = new ArrayList<>(all);
            less.remove(at);
            assertThat(audit(less).outcome(true)).as("line %d", at + 1).isEqualTo(Audit.Outcome.VIOLATED);
        }
    }

    /** Linux for real time: what interrupts do is printed with seven flags, and mostly in threads of their own. */
    @Test
    void realTime() throws IOException {
        Audit a = audit(lines("6.1-rt-vtd-strict-devices"));
        assertThat(counts(a, AuditRule.RETURN_PAGE)).isEqualTo("48 0 0");
        assertThat(counts(a, AuditRule.RETURN_SG)).isEqualTo("28 0 0");
        assertThat(counts(a, AuditRule.OVERLAP)).isEqualTo("90 0 0");
        assertThat(counts(a, AuditRule.EXACT)).isEqualTo("76 0 0");
        assertThat(counts(a, AuditRule.RIGHTS)).isEqualTo("49 0 0");
    }

    /** In Linux 7.3 dma_iova_destroy calls dma_iova_unlink, which invalidates at once, where all else is deferred. */
    @Test
    void linkedRangesOfALazyDomain() throws IOException {
        Audit a = audit(lines("7.3-vtd-lazy-devices"));
        assertThat(counts(a, AuditRule.RETURN_LINKED)).isEqualTo("10 0 0");
        assertThat(counts(a, AuditRule.RETURN_PAGE)).isEqualTo("0 9 0");
        assertThat(counts(a, AuditRule.RETURN_SG)).isEqualTo("0 5 0");
        assertThat(counts(a, AuditRule.IOVA_REUSE)).isEqualTo("170 0 0");
        assertThat(counts(a, AuditRule.EXACT)).isEqualTo("19 0 0");
        assertThat(counts(a, AuditRule.AS_MAPPED)).isEqualTo("14 0 0");
        assertThat(a.outcome(false)).isEqualTo(Audit.Outcome.HELD);
        assertThat(a.events()).containsEntry("other", 0L);
    }

    @Test
    void lazyRemove() throws IOException {
        Audit a = audit(lines("7.2-vtd-lazy-remove"));
        assertThat(counts(a, AuditRule.RETURN_PAGE)).isEqualTo("0 16 0");
        assertThat(counts(a, AuditRule.RETURN_LINKED)).isEqualTo("0 1 0");
        assertThat(counts(a, AuditRule.RETURN_FREE)).isEqualTo("0 0 10");
        assertThat(counts(a, AuditRule.IOVA_REUSE)).isEqualTo("82 0 0");
        assertThat(a.figures()).containsEntry("domainInvalidations", 6L).containsEntry("unseenPages", 64L);
        assertThat(a.outcome(false)).isEqualTo(Audit.Outcome.HELD);
        assertThat(a.tables()).isEqualTo(Audit.Outcome.HELD);
    }

    /** In caching mode each map is followed by a flush: of 57 descriptors the owner of all but one is known. */
    @Test
    void cachingMode() throws IOException {
        Audit a = audit(lines("6.12-vtd-caching-mode-remove"));
        assertThat(a.events()).containsEntry("cache_tag_flush_range_np", 28L);
        assertThat(a.figures())
                .containsEntry("unassignedInvalidations", 1L)
                .containsEntry("pagesInvalidations", 55L)
                .containsEntry("domainInvalidations", 2L);
        assertThat(counts(a, AuditRule.RETURN_PAGE)).isEqualTo("15 0 0");
        assertThat(counts(a, AuditRule.RETURN_SG)).isEqualTo("2 0 0");
        assertThat(counts(a, AuditRule.IOVA_REUSE)).isEqualTo("45 0 0");
        assertThat(a.outcome(true)).isEqualTo(Audit.Outcome.HELD);
    }

    /** Tables of the first level; the e1000e goes to VFIO and comes back, twice, while virtio-blk is at work; what a process has left
     * mapped is unmapped when its device has left the domain. */
    @Test
    void vfio() throws IOException {
        Audit a = audit(lines("7.2-vtd-first-level-vfio"));
        assertThat(counts(a, AuditRule.COVERS)).isEqualTo("48 0 2");
        assertThat(counts(a, AuditRule.RETURN_PAGE)).isEqualTo("5 0 3");
        assertThat(counts(a, AuditRule.IOVA_REUSE)).isEqualTo("68 0 0");
        assertThat(counts(a, AuditRule.OVERLAP)).isEqualTo("68 0 0");
        assertThat(counts(a, AuditRule.EXACT)).isEqualTo("7 0 42");
        assertThat(a.outcome(true)).isEqualTo(Audit.Outcome.HELD);
        assertThat(a.outcome(false)).isEqualTo(Audit.Outcome.HELD);
        assertThat(a.events()).containsEntry("other", 0L);
    }

    /** Tables of the first level; the NVMe's group goes from DMA to DMA-FQ while it is at work. */
    @Test
    void fromStrictToLazy() throws IOException {
        Audit a = audit(lines("7.2-vtd-first-level-to-lazy"));
        assertThat(counts(a, AuditRule.RETURN_PAGE)).isEqualTo("66 41 0");
        assertThat(counts(a, AuditRule.RETURN_LINKED)).isEqualTo("13 7 0");
        assertThat(tally(a, AuditRule.RETURN_PAGE).examples().get(0).line()).isEqualTo(1634);
        assertThat(counts(a, AuditRule.COVERS)).isEqualTo("79 0 0");
        assertThat(counts(a, AuditRule.IOVA_REUSE)).isEqualTo("405 0 0");
        assertThat(a.figures()).containsEntry("domainInvalidations", 4L).containsEntry("pagesInvalidations", 79L);
        assertThat(a.outcome(false)).isEqualTo(Audit.Outcome.HELD);
    }

    /** A driver that syncs; without an IOMMU, for Linux 6.12 prints syncs only where they do something. */
    @Test
    void syncs() throws IOException {
        List<String> all = lines("6.12-swiotlb-force-e100");
        Audit a = audit(all);
        assertThat(counts(a, AuditRule.SYNC)).isEqualTo("334 0 0");
        assertThat(counts(a, AuditRule.ONCE)).isEqualTo("284 0 0");
        assertThat(counts(a, AuditRule.BOUNCE_FORCE)).isEqualTo("284 0 0");
        int tried = 0;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).contains(" dma_unmap_page: ") && tried++ % 20 == 0) {
                String sync = "dma_sync_single_for_cpu: $1 dir=BIDIRECTIONAL dma_addr=$2 size=16";
                List<String> more = new ArrayList<>(all);
                more.add(i + 1, all.get(i).replaceAll("dma_unmap_page: (\\S+) .*dma_addr=(\\w+) .*", sync));
                assertThat(counts(audit(more), AuditRule.SYNC))
                        .as("line %d", i + 2)
                        .isEqualTo("334 1 0");
            }
        }
        assertThat(tried).isEqualTo(284);
    }
}
