package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What came after Linux 6.12: ranges mapped by dma_iova_link, recipes that say what they record; and flushes behind maps. */
class NewerKernelsTest {
    private static final String NIC = "0000:00:04.0";

    private static TraceText unlink(TraceText t, String name) {
        return t.event("%s: (dma_%s+0x4/0x30)", name, name);
    }

    private static TraceText unlinked(TraceText t, String name) {
        return t.event("%s_ret: (nvme_unmap_data+0x1bb/0x2e0 [nvme] <- dma_%s)", name, name);
    }

    /** NVMe of Linux 7.2 maps what is longer than a page in this way: its unmaps were not judged by any rule. */
    @ParameterizedTest
    @ValueSource(strings = {"iova_destroy", "iova_unlink"})
    void linkedRanges(String call) {
        TraceText kept = unlink(new TraceText().map(A, 5, 2, 100), call).unmap(A, 5, 2);
        kept = unlinked(kept.sync(A, 5, 2).pages(3, 5, 0).pages(3, 6, 0).synced(), call);
        assertThat(TransfersTest.tally(kept, AuditRule.RETURN_LINKED)).isEqualTo("1 0 0");
        assertThat(TransfersTest.tally(kept, AuditRule.EXACT)).isEqualTo("1 0 0");
        assertThat(kept.audit().outcome(true)).isEqualTo(Audit.Outcome.HELD);
        TraceText broken = unlinked(
                unlink(new TraceText().map(A, 5, 2, 100), call).unmap(A, 5, 2).pages(3, 5, 0), call);
        assertThat(TransfersTest.tally(broken, AuditRule.RETURN_LINKED)).isEqualTo("0 1 0");
        assertThat(broken.audit().outcome(true)).isEqualTo(Audit.Outcome.VIOLATED);
    }

    /** In Linux 7.3 the one calls the other, which unmaps: the outer call returns with the same pages. */
    @ParameterizedTest
    @ValueSource(strings = {"d..1.", ""})
    void oneCallInTheOther(String flags) {
        TraceText t = unlink(unlink(new TraceText().in(flags).map(A, 5, 2, 100), "iova_destroy"), "iova_unlink");
        t.unmap(A, 5, 2).sync(A, 5, 2).pages(3, 5, 0).pages(3, 6, 0).synced();
        unlinked(unlinked(t, "iova_unlink"), "iova_destroy");
        assertThat(TransfersTest.tally(t, AuditRule.RETURN_LINKED)).isEqualTo("2 0 0");
        TraceText late = unlink(unlink(new TraceText().map(A, 5, 2, 100), "iova_destroy"), "iova_unlink");
        unlinked(unlinked(late.unmap(A, 5, 2), "iova_unlink").pages(3, 5, 0).pages(3, 6, 0), "iova_destroy");
        assertThat(TransfersTest.tally(late, AuditRule.RETURN_LINKED)).isEqualTo("1 1 0");
    }

    /** Where interrupts are not told apart, what one unmaps upon a call is not taken for the call's. */
    @Test
    void perhapsAnInterruptInTheCall() {
        TraceText t = unlink(new TraceText().in("").map(A, 5, 2, 100).map(B, 9, 1, 200), "iova_destroy");
        t.begin().unmap(B, 9, 1).end();
        unlinked(t.pages(4, 9, 0), "iova_destroy");
        assertThat(TransfersTest.tally(t, AuditRule.RETURN_LINKED)).isEqualTo("0 0 1");
    }

    /** Where the trace has none, the report has no row of them. */
    @Test
    void noRowWithoutThem() {
        TraceText t = new TraceText()
                .map(A, 5, 1, 100)
                .begin()
                .unmap(A, 5, 1)
                .pages(3, 5, 0)
                .end();
        assertThat(TransfersTest.tally(t, AuditRule.RETURN_LINKED)).isEqualTo("none");
    }

    /** A flush behind a map names the id of the domain that the task has just mapped in; with it, whose a later descriptor is. */
    @ParameterizedTest
    @CsvSource({"cache_tag_flush_range_np, 1", "cache_tag_flush_range_xx, 0"})
    void flushBehindAMap(String event, int violated) {
        TraceText t = new TraceText().map(A, 5, 1, 100);
        t.event(event + ": dmar0 %s[0] type iotlb did 3 [0x5000-0x5fff] addr 0x5000 mask 0x0", NIC);
        t.map(B, 9, 1, 200).unmap(B, 9, 1);
        t.pages(3, 9, 0).tick(); // of the other domain: it does not cover this page
        t.map(B, 9, 1, 300);
        assertThat(t.tally(AuditRule.IOVA_REUSE).violated()).isEqualTo(violated);
    }

    /** It tells whose the domain is, too: its maps are judged where one device is asked about. */
    @Test
    void flushBehindAMapNamesTheDevice() {
        TraceText t = new TraceText().map(A, 5, 1, 100);
        t.event("cache_tag_flush_range_np: dmar0 %s[0] type iotlb did 3 [0x5000-0x5fff] addr 0x5000 mask 0x0", NIC);
        t.map(A, 6, 1, 101);
        assertThat(t.of(NIC).figures()).containsEntry("eventsOfDevices", 4L);
    }

    /** A flush of the unit's own IOTLB names the unit in place of a device: that tells nothing of whose the domain is. */
    @Test
    void flushThatNamesTheUnit() {
        TraceText t = new TraceText().begin().unmap(A, 5, 1).sync(A, 5, 1);
        t.event("cache_tag_flush_range: dmar0 dmar0[0] type iotlb did 3 [0x5000-0x5fff] addr 0x5000 mask 0x0");
        t.pages(3, 5, 0).synced().end().map(A, 6, 1, 100);
        assertThat(t.of(NIC).figures()).containsEntry("eventsOfOthers", 0L).containsEntry("judgementsLeftOut", 0L);
    }

    private static TraceText partElsewhere(TraceText t) {
        for (int frame : new int[] {0x64, 0x70}) {
            t.map(A, 5, 1, frame);
            t.event("dma_map_page: %s dir=TO_DEVICE dma_addr=5010 size=16 phys_addr=64010 attrs=", NIC);
            t.unmap(A, 5, 1).pages(3, 5, 0);
        }
        return t;
    }

    /** A part of a page that is elsewhere may have bounced, unless the trace says that it would show that. */
    @ParameterizedTest
    @CsvSource({
        "'# recorded: iommu/map swiotlb/swiotlb_bounced dma/dma_map_page', 1 1 0",
        "'# recorded: iommu/map dma/dma_map_page swiotlb/swiotlb_bounced', 1 1 0",
        "'# recorded: iommu/map swiotlb/swiotlb_bounced_later', 1 0 1",
        "'# recorded: iommu/map dma/dma_map_page', 1 0 1",
        "'# of nothing', 1 0 1",
    })
    void partOfAPageElsewhere(String line, String counts) {
        assertThat(TransfersTest.tally(partElsewhere(new TraceText().line(line)), AuditRule.LEADS))
                .isEqualTo(counts);
    }

    /** In the first call of a task the bounce may have come before the recording, and before events that were lost. */
    @ParameterizedTest
    @CsvSource({"'', 1 1 0", "'CPU:0 [LOST 3 EVENTS]', 1 0 1", "'# clock: mono', 1 0 1", "'# tracer: nop', 1 0 1"})
    void firstCalls(String between, String counts) {
        TraceText t =
                new TraceText().line("# recorded: swiotlb/swiotlb_bounced").map(A, 5, 1, 0x64);
        t.event("dma_map_page: %s dir=TO_DEVICE dma_addr=5010 size=16 phys_addr=64010 attrs=", NIC);
        t = between.isEmpty() ? t : t.line(between);
        t.map(A, 6, 1, 0x70);
        t.event("dma_map_page: %s dir=TO_DEVICE dma_addr=6010 size=16 phys_addr=64010 attrs=", NIC);
        assertThat(TransfersTest.tally(t, AuditRule.LEADS)).isEqualTo(counts);
    }

    /** Some kernels between print no event for maps of generic page tables; the probes show as much. */
    @ParameterizedTest
    @CsvSource({"64000, 1 0 0", "65000, 0 1 0"})
    void mapsWithoutTheirEvent(String phys, String counts) {
        TraceText t = new TraceText().enterMap(A, 5, 1, 0x64).mapReturns();
        t.event("dma_map_phys: %s dir=BIDIRECTIONAL dma_addr=5000 size=4096 phys_addr=%s attrs=", NIC, phys);
        assertThat(TransfersTest.tally(t, AuditRule.LEADS)).isEqualTo(counts);
    }

    /** A page is mapped by one map: another before the return, which a probe may miss, is of another call. */
    @Test
    void missedReturnOfAMap() {
        TraceText t = new TraceText().event("dma_map_page: (iommu_dma_map_phys+0x4/0x1c0) size=0x1000 dir=0x2");
        for (int prot : new int[] {2, 5}) {
            t.event("iommu_map: (iommu_map_nosync+0x4/0x350) dom=0x1 iova=0x%x000 size=0x1000 prot=%d", prot, prot)
                    .mapPoint(prot, 1, 7)
                    .mapReturns();
        }
        assertThat(TransfersTest.tally(t, AuditRule.RIGHTS)).isEqualTo("1 0 1");
    }

    /** A probe whose first function a kernel does not have is set on the one that came in its place. */
    @Test
    void recipeNamesLaterFunctions() {
        assertThat(Recipe.of("linux-6.12"))
                .contains(
                        "'p:moat/iommu_map iommu_map_nosync ",
                        "'r:moat/map_ret iommu_map_nosync ",
                        "'p:moat/dma_map_page iommu_dma_map_phys ",
                        "'p:moat/dma_unmap_page iommu_dma_unmap_phys ",
                        "'r128:moat/unmap_page_ret iommu_dma_unmap_phys'",
                        "'p:moat/iova_destroy dma_iova_destroy'",
                        "intel_iommu/cache_tag_flush_range_np",
                        "echo \"# recorded:$recorded\"");
    }
}
