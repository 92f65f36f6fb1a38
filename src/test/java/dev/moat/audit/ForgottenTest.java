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

/** What is known no more, when events were lost, another recording begins, a domain is freed or a call is given up. */
class ForgottenTest {
    private static final String LOST = "CPU:0 [LOST 9 EVENTS]";

    private static TraceText mapped() {
        return new TraceText().map(A, 5, 1, 100).flushAll(A, 3).tick();
    }

    /** What lingered when events were lost may have been invalidated, or not: its address is not judged when it is mapped again. */
    @ParameterizedTest
    @CsvSource({"5, 0, 1", "6, 1, 0"})
    void addressesThatLingeredWhenEventsWereLost(long page, long clean, long unjudged) {
        TraceText t = mapped().unmap(A, 5, 1).line(LOST);
        counts(t.map(A, page, 1, 101), AuditRule.IOVA_REUSE, 1 + clean, 0, unjudged);
        TraceText unseen =
                new TraceText().flushAll(A, 3).tick().unmap(A, 5, 1).line(LOST).line(LOST);
        counts(unseen.map(A, page, 1, 101), AuditRule.IOVA_REUSE, clean, 0, unjudged);
        TraceText nobody = new TraceText()
                .pages(3, 9, 0)
                .mapPoint(5, 1, 7)
                .unmapPoint(5, 1, 1)
                .line(LOST);
        counts(nobody.mapPoint(page, 1, 8), AuditRule.IOVA_REUSE, 1 + clean, 0, unjudged);
    }

    /** An invalidation behind the loss ends that; so do another recording and the domain's end. */
    @ParameterizedTest
    @CsvSource({
        "qi_submit: iotlb_inv dmar0: 0x300e2 0x0 0x0 0x0",
        "domain_free: (iommu_domain_free+0x4/0x80) dom=0xff0000000000a000",
        "# tracer: nop"
    })
    void addressesThatLingerNoMore(String event) {
        TraceText t = mapped().unmap(A, 5, 1).line(LOST);
        t = event.startsWith("#") ? t.line(event) : t.event(event);
        counts(t.tick().map(A, 5, 1, 101), AuditRule.IOVA_REUSE, 2, 0, 0);
    }

    /** So may its frame: another domain that is given it is not judged, until the page is invalidated; other frames are. */
    @ParameterizedTest
    @CsvSource({
        "100, 0, 1, ''",
        "101, 1, 0, ''",
        "100, 1, 0, qi_submit: iotlb_inv dmar0: 0x300e2 0x0 0x0 0x0",
        "100, 1, 0, domain_free: (iommu_domain_free+0x4/0x80) dom=0xff0000000000a000",
        "100, 1, 0, # tracer: nop"
    })
    void framesThatLingeredWhenEventsWereLost(long frame, long clean, long unjudged, String event) {
        for (int losses = 1; losses <= 2; losses++) {
            TraceText t = mapped().map(B, 9, 1, 300).unmap(A, 5, 1);
            // Mapped again it still lingers there: caches hold what it led to before.
            t = losses == 1
                    ? t.line(LOST)
                    : t.line(LOST).map(A, 5, 1, 400).unmap(A, 5, 1).line(LOST);
            t = event.startsWith("#") ? t.line(event) : event.isEmpty() ? t : t.event(event);
            t.tick().map(A, 8, 1, 900).map(B, 10, 1, frame);
            Map<String, Long> why = t.tally(AuditRule.FRAME_REUSE).unjudged();
            assertThat(why.getOrDefault("it lingered elsewhere when events were lost", 0L))
                    .isEqualTo(unjudged);
            assertThat(t.tally(AuditRule.FRAME_REUSE).violated()).isZero();
            assertThat(t.tally(AuditRule.FRAME_REUSE).clean()).isEqualTo(clean + 1 + losses);
        }
    }

    /** A flush that sends nothing for them is not judged either. */
    @Test
    void aFlushOfWhatLingeredWhenEventsWereLost() {
        TraceText t = mapped().unmap(A, 5, 1).line(LOST).sync(A, 5, 1).synced();
        counts(t, AuditRule.COVERS, 0, 0, 1);
        counts(t.sync(A, 5, 1).pages(3, 5, 0).synced(), AuditRule.COVERS, 1, 0, 1);
    }

    /** A map may be among the events lost: what then looks like a second unmap is none, nor a map over a mapping one. */
    @Test
    void unmapsAndMapsBehindLostEvents() {
        TraceText t = mapped().begin()
                .unmap(A, 5, 1)
                .end()
                .line(LOST)
                .begin()
                .unmap(A, 5, 1)
                .end();
        counts(t, AuditRule.EXACT, 2, 0, 0);
        counts(mapped().line(LOST).map(A, 5, 1, 100), AuditRule.OVERLAP, 2, 0, 0);
    }

    /** A CPU that has printed nothing in the second recording loses events: what the first has found stands, with its words. */
    @Test
    void whatAnEarlierRecordingHasFound() {
        TraceText t = new TraceText()
                .line("# tracer: nop")
                .map(A, 5, 1, 100)
                .flushAll(A, 3)
                .tick();
        t.begin().unmap(A, 5, 1).end().line("# tracer: nop").on(2, 1).map(A, 5, 1, 100);
        counts(t.begin().unmap(A, 5, 1).end().line(LOST), AuditRule.RETURN_PAGE, 0, 1, 1);
        assertThat(t.tally(AuditRule.RETURN_PAGE).examples()).hasSize(1);
    }

    /** An invalidation that is complete only behind the end of the domain ends no window of it. */
    @Test
    void invalidationsUnderWayWhenTheDomainIsFreed() {
        TraceText t = mapped().unmap(A, 5, 1).on(2, 1).pages(3, 5, 0).on(1, 0);
        t.event("domain_free: (iommu_domain_free+0x4/0x80) dom=0x%x", A)
                .on(2, 1)
                .tick();
        assertThat(t.audit().windows().count()).isZero();
        assertThat(t.audit().figures()).containsEntry("windowsFreed", 1L);
    }

    /** An unmap that was seen before a call is none that a return behind it tells of. */
    @Test
    void unmapsBeforeACall() {
        TraceText t = mapped().map(A, 6, 1, 101)
                .unmap(A, 5, 1)
                .begin()
                .unmap(A, 6, 1)
                .pages(3, 6, 0)
                .end();
        counts(t.event("free_ret: (x+0x1/0x2 <- iommu_dma_free)"), AuditRule.RETURN_FREE, 0, 0, 0);
        assertThat(t.audit().warnings()).contains("1 call returns that was not seen to begin");
    }

    /** A call around another returns: that the other did is not seen, and its maps are counted as not judged. */
    @Test
    void aCallInsideThatIsNotSeenToReturn() {
        TraceText t = mapped().in("").begin().event("dma_map_page: (iommu_dma_map_page+0x0/0x9) size=0x10 dir=0x1");
        t.map(A, 7, 1, 107).unmap(A, 5, 1).pages(3, 5, 0).end();
        assertThat(t.tally(AuditRule.RIGHTS).unjudged()).hasSize(1).containsValue(1L);
        assertThat(t.audit().warnings()).contains("1 call was not seen to return");
    }

    /** However many maps of which any may be an interrupt's are upon one call, each is counted. */
    @Test
    void suspectsBeyondTheirNumber() {
        TraceText t = mapped().in("").event("dma_map_page: (iommu_dma_map_page+0x0/0x9) size=0x10 dir=0x1");
        for (int n = 0; n < 20; n++) {
            t.map(A, 10 + n, 1, 200 + n);
        }
        t.event("dma_map_page_ret: (x+0x1/0x2 <- iommu_dma_map_page) iova=0xa000");
        counts(t, AuditRule.RIGHTS, 0, 1, 19);
    }

    /** Of a task that is given up for want of room, what its flush has dropped is counted as it was asked for. */
    @Test
    void tasksThatAreGivenUpWhileTheirFlushIsNotSeenToReturn() {
        TraceText t = mapped().on(2, 0).unmap(A, 5, 1).flushAll(A, 3).later(50).tick();
        for (int pid = 3; pid < 66_000; pid++) {
            t.on(pid, 0).event("attach: (x+0x0/0x9) dom=0x0").event("map_ret: (x+0x1/0x2 <- __iommu_map) ret=-1");
        }
        assertThat(t.audit().windows().max()).isEqualTo(2_000);
        assertThat(t.audit().figures()).containsEntry("windowsEndedBySubmission", 1L);
    }

    /** What covers a page that is mapped is not idle, though nothing lingers; what covers nothing is. */
    @Test
    void idleInvalidations() {
        TraceText t = mapped().pages(3, 5, 0)
                .tick()
                .pages(3, 9, 0)
                .tick()
                .map(B, 9, 1, 7)
                .pages(3, 9, 0)
                .tick();
        assertThat(t.audit().figures()).containsEntry("idleInvalidations", 2L);
        assertThat(t.tally(AuditRule.IOVA_REUSE).unjudged()).isEqualTo(Map.of());
    }
}
