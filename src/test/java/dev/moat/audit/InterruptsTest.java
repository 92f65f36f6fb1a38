package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static dev.moat.audit.TraceText.counts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Interrupts are printed with the task that they come upon; their calls are their own. */
class InterruptsTest {
    private static final String TASK = ".....";

    private static TraceText mapped() {
        return new TraceText()
                .in(TASK)
                .map(A, 5, 1, 100)
                .map(B, 6, 1, 101)
                .flushAll(A, 3)
                .flushAll(B, 4)
                .tick();
    }

    private static TraceText enterMap(TraceText t, long dom, long page, int prot) {
        return t.event(
                "iommu_map: (__iommu_map+0x0/0x2a0) dom=0x%x iova=0x%x paddr=0x%x size=0x1000 prot=0x%x",
                dom, page << 12, (100 + page) << 12, prot);
    }

    /** A whole unmap. */
    private static TraceText whole(TraceText t, long dom, int did, long page) {
        return t.begin()
                .unmap(dom, page, 1)
                .sync(dom, page, 1)
                .pages(did, page, 0)
                .synced()
                .end();
    }

    /** The task, or where flags are not printed, nothing. */
    private static String outside(String inside) {
        return inside.isEmpty() ? "" : TASK;
    }

    /** An interrupt unmaps something else while a task is in an unmap: both keep their domains. */
    @ParameterizedTest
    @ValueSource(strings = {"..s1.", "d.h1.", "d.H1.", "dNh2", "d..h2..", "d.Ls1..", ""})
    void anUnmapUponAnUnmap(String inside) {
        TraceText t = mapped().in(outside(inside)).begin().enterUnmap(A, 5, 1);
        whole(t.in(inside), B, 4, 6).in(outside(inside)).unmapPoint(5, 1, 1);
        t.sync(A, 5, 1).pages(3, 5, 0).synced().end().map(A, 5, 1, 200);
        counts(t, AuditRule.OVERLAP, 3, 0, 0);
        counts(t, AuditRule.RETURN_PAGE, 2, 0, 0);
        counts(t, AuditRule.IOVA_REUSE, 3, 0, 0);
    }

    /** An interrupt maps something else while a task is in a map: what the task mapped is known, and found to linger. */
    @ParameterizedTest
    @ValueSource(strings = {"..s1.", "d.h1.", ""})
    void aMapUponAMap(String inside) {
        TraceText t = enterMap(mapped().in(outside(inside)), A, 7, 7).in(inside).map(B, 8, 1, 300);
        t.in(outside(inside)).mapPoint(7, 1, 107).mapReturns().begin().unmap(A, 7, 1);
        counts(t.end(), AuditRule.RETURN_PAGE, 0, 1, 0);
        counts(t, AuditRule.OVERLAP, 4, 0, 0);
    }

    /** The same address in another domain: the call that began last is the interrupt's. */
    @Test
    void theSameAddressUponAMap() {
        TraceText t = enterMap(mapped().in(""), A, 7, 7).map(B, 7, 1, 300);
        t.mapPoint(7, 1, 107).mapReturns().map(A, 8, 1, 108);
        counts(t.map(A, 7, 1, 109), AuditRule.OVERLAP, 5, 1, 0);
    }

    private static TraceText direction(String inside, int own, String returned) {
        TraceText t =
                mapped().in(outside(inside)).event("dma_map_page: (iommu_dma_map_page+0x0/0x260) size=0x10 dir=0x1");
        enterMap(t.in(inside), B, 8, 6).mapPoint(8, 1, 108).mapReturns().in(outside(inside));
        enterMap(t, A, 7, own).mapPoint(7, 1, 107).mapReturns();
        return t.event("dma_map_page_ret: (driver+0x1/0x2 [nvme] <- iommu_dma_map_page)%s", returned);
    }

    /** A list is mapped by an interrupt upon the map of a page: its rights are no matter of the page's direction. */
    @ParameterizedTest
    @ValueSource(strings = {"..s1.", "d.h1.", "d..h2..", "d.LH2.."})
    void aMapUponACallOfTheDmaLayer(String inside) {
        counts(direction(inside, 5, " iova=0x7010"), AuditRule.RIGHTS, 1, 0, 0);
        counts(direction(inside, 7, " iova=0x7010"), AuditRule.RIGHTS, 0, 1, 0);
    }

    /** Where flags are not printed, the address that is returned tells the own map; without it the trace does not. */
    @ParameterizedTest
    @CsvSource({"5, ' iova=0x7010', 1, 0, 1", "7, ' iova=0x7010', 0, 1, 1", "5, '', 1, 0, 1", "7, '', 0, 0, 2"})
    void directionWithoutFlags(int own, String returned, long clean, long violated, long unjudged) {
        counts(direction("", own, returned), AuditRule.RIGHTS, clean, violated, unjudged);
    }

    /** A page is mapped once, whoever maps meanwhile; where flags are not printed the address that is returned tells by which map. */
    @ParameterizedTest
    @CsvSource({"'', ' iova=0x7010', 4096", "'', '', 8192", "..s1., '', 4096"})
    void bytesAskedForOnce(String inside, String returned, long exposed) {
        TraceText t =
                mapped().in(outside(inside)).event("dma_map_page: (iommu_dma_map_page+0x0/0x260) size=0x10 dir=0x1");
        t.in(inside).map(B, 8, 2, 108).in(outside(inside));
        enterMap(t, A, 7, 5).mapPoint(7, 1, 107).mapReturns();
        t.event("dma_map_page_ret: (driver+0x1/0x2 [nvme] <- iommu_dma_map_page)%s", returned);
        assertThat(t.audit().figures()).containsEntry("bytesAsked", 16L).containsEntry("bytesExposed", exposed);
    }

    /** Nobody can reach a buffer whose map has failed, as DMA_MAPPING_ERROR says, in whatever way it is printed. */
    @ParameterizedTest
    @ValueSource(strings = {"0xffffffffffffffff", "18446744073709551615", "-1"})
    void bytesOfAMapThatFails(String error) {
        TraceText t = mapped().event("dma_map_page: (iommu_dma_map_page+0x0/0x260) size=0x10 dir=0x1");
        enterMap(t, A, 7, 5).event("map_ret: (iommu_map+0x25/0x60 <- __iommu_map) ret=0xfffffff4");
        t.event("dma_map_page_ret: (driver+0x1/0x2 [nvme] <- iommu_dma_map_page) iova=" + error);
        t.event("dma_map_page: (iommu_dma_map_page+0x0/0x260) size=0x20 dir=0x1");
        enterMap(t, A, 7, 5).mapPoint(7, 1, 107).mapReturns();
        t.event("dma_map_page_ret: (driver+0x1/0x2 [nvme] <- iommu_dma_map_page) iova=0x7000");
        assertThat(t.audit().figures()).containsEntry("bytesAsked", 32L).containsEntry("bytesExposed", 4096L);
    }

    /** Sizes that no machine has are no bytes: the sum stays one. */
    @Test
    void bytesThatNobodyHas() {
        TraceText t = mapped().event("dma_map_page: (iommu_dma_map_page+0x0/0x260) size=0xfffffffffffffff0 dir=0x1");
        enterMap(t, A, 7, 5);
        assertThat(t.audit().figures()).containsEntry("bytesAsked", 0L).containsEntry("bytesExposed", 0L);
    }

    /** A map whose call is not seen to return is counted all the same. */
    @Test
    void directionOfACallThatDoesNotReturn() {
        TraceText t = mapped().in("").event("dma_map_page: (iommu_dma_map_page+0x0/0x260) size=0x10 dir=0x1");
        enterMap(t, A, 7, 7).mapPoint(7, 1, 107);
        counts(t, AuditRule.RIGHTS, 0, 0, 1);
        counts(t.line("CPU:0 [LOST 1 EVENTS]"), AuditRule.RIGHTS, 0, 0, 1);
    }

    /** An interrupt is known by its CPU, whomever it comes upon; a task keeps its calls where it goes. */
    @Test
    void interruptsOfTwoProcessors() {
        TraceText t = mapped().in("d.h1.").on(1, 0).begin().on(1, 1).begin();
        t.on(1, 0).unmap(A, 5, 1).on(1, 1).unmap(B, 6, 1).pages(4, 6, 0).end();
        counts(t.on(1, 0).end(), AuditRule.RETURN_PAGE, 1, 1, 0);
        TraceText moved = mapped().on(1, 0).begin().unmap(A, 5, 1).on(1, 1).end();
        counts(moved, AuditRule.RETURN_PAGE, 0, 1, 0);
        TraceText idle = mapped().on(0, 0).begin().in("d.h1.").unmap(A, 5, 1).pages(3, 5, 0);
        assertThat(idle.in(TASK).end().tally(AuditRule.RETURN_PAGE).unjudged())
                .isEqualTo(Map.of("no unmap was seen inside", 1L));
    }

    /** What an interrupt does is no sign that the flush of the task has returned. */
    @Test
    void aFlushGoesOnBehindAnInterrupt() {
        TraceText t = mapped().event("flush_all: (intel_flush_iotlb_all+0x0/0x110) dom=0x%x", A);
        t.in("d.h1.").tick().in(TASK).event("qi_submit: iotlb_inv dmar0: 0x400e2 0x0 0x0 0x0");
        assertThat(t.audit().figures()).containsEntry("foreignIdInvalidations", 1L);
    }

    /** A probe that is a breakpoint is printed as if in an NMI: then flags tell nothing, and addresses must. */
    @Test
    void probesThatAreBreakpoints() {
        TraceText t = new TraceText().flushAll(A, 3).tick();
        for (int page = 5; page < 9; page++) {
            enterMap(t.in("d.Z1."), A, page, 7)
                    .in(TASK)
                    .mapPoint(page, 1, 100 + page)
                    .mapReturns();
            t.in("d.Z1.").begin();
            t.enterUnmap(A, page, 1).in(TASK).unmapPoint(page, 1, 1).in("d.Z1.").end();
        }
        counts(t, AuditRule.OVERLAP, 4, 0, 0);
        counts(t, AuditRule.RETURN_PAGE, 0, 4, 0);
    }

    /** The bpftrace script cannot tell; older versions of it printed dots. */
    @Test
    void dotsOfTheBpftraceScript() {
        TraceText t = new TraceText()
                .in(TASK)
                .line("Attaching 24 probes...")
                .flushAll(A, 3)
                .tick();
        enterMap(t, A, 7, 7).map(B, 8, 1, 300);
        counts(t.mapPoint(7, 1, 107).mapReturns(), AuditRule.OVERLAP, 2, 0, 0);
    }

    /** However deep, entries without an end are few. */
    @Test
    void entriesWithoutAnEnd() {
        TraceText t = mapped().in("");
        for (int n = 0; n < 5; n++) {
            enterMap(t, A, 10 + n, 7);
        }
        t.mapPoint(14, 1, 114).mapPoint(12, 1, 112).mapPoint(11, 1, 111);
        assertThat(t.tally(AuditRule.OVERLAP).unjudged()).isEqualTo(Map.of("the domain of a map is not known", 1L));
        TraceText failed = enterMap(mapped(), A, 10, 7).event("map_ret: (iommu_map+0x2/0x6 <- __iommu_map) ret=-12");
        counts(failed.mapPoint(10, 1, 110), AuditRule.OVERLAP, 2, 0, 1);
        TraceText upon = enterMap(enterMap(mapped().in(""), A, 10, 7).mapPoint(10, 1, 110), B, 11, 7);
        upon.event("map_ret: (iommu_map+0x2/0x6 <- __iommu_map) ret=-12").mapReturns();
        counts(upon.mapPoint(11, 1, 111), AuditRule.OVERLAP, 3, 0, 1);
    }
}
