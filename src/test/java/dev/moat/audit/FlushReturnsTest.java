package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static dev.moat.audit.TraceText.counts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a flush of a range is over, whose return a probe may miss. */
class FlushReturnsTest {
    /** A flush whose return was missed is over where its task does something else, or without flags, where its call returns. */
    @ParameterizedTest
    @ValueSource(strings = {"d..1.", ""})
    void aFlushThatIsNotSeenToReturn(String flags) {
        TraceText t = new TraceText()
                .map(A, 5, 2, 100)
                .flushAll(A, 3)
                .tick()
                .map(B, 9, 1, 209)
                .in(flags);
        t.begin().unmap(A, 5, 1).sync(A, 5, 1).pages(3, 5, 0).end();
        assertThat(t.tally(AuditRule.COVERS).unjudged()).isEqualTo(Map.of("the flush is not seen to return", 1L));
        assertThat(t.audit().warnings()).contains("1 call was not seen to return");
        assertThat(t.audit().figures()).containsEntry("windowsEndedBySubmission", 1L);
        t.event("qi_submit: cc_inv dmar0: 0x1800040031 0x0 0x0 0x0")
                .event("qi_submit: iotlb_inv dmar0: 0x400e2 0x0 0x0 0x0")
                .tick();
        assertThat(t.audit().figures()).containsEntry("foreignIdInvalidations", 0L);
        counts(t.begin().unmap(A, 6, 1).pages(3, 6, 0).end(), AuditRule.RETURN_PAGE, 2, 0, 0);
        counts(
                t.sync(A, 6, 1).synced().event("tlb_sync_ret: (x+0x1/0x2 <- intel_iommu_tlb_sync)"),
                AuditRule.COVERS,
                1,
                0,
                1);
    }

    /** An interrupt upon a flush, where flags do not tell it, does not end it; nor do other events of the task. */
    @Test
    void aFlushThatAnInterruptComesUpon() {
        TraceText t = new TraceText()
                .map(A, 5, 1, 100)
                .flushAll(A, 3)
                .tick()
                .map(B, 9, 1, 209)
                .flushAll(B, 4);
        t.tick().in("").begin().unmap(A, 5, 1).sync(A, 5, 1).tick();
        t.begin().unmap(B, 9, 1).sync(B, 9, 1).pages(4, 9, 0).synced().end();
        counts(t.pages(3, 5, 0).synced().end(), AuditRule.COVERS, 2, 0, 0);
        TraceText own =
                new TraceText().map(A, 5, 1, 100).flushAll(A, 3).tick().begin().unmap(A, 5, 1);
        own.sync(A, 5, 1).tick().event("io_page_fault: IOMMU:drv dev iova=0x5000 flags=0x0000");
        counts(own.pages(3, 5, 0).synced().end(), AuditRule.COVERS, 1, 0, 0);
    }

    /** What was under way when events were lost is counted, a flush as well as a call. */
    @Test
    void aFlushUnderWayWhenEventsAreLost() {
        TraceText t = new TraceText()
                .map(A, 5, 1, 100)
                .flushAll(A, 3)
                .tick()
                .unmap(A, 5, 1)
                .sync(A, 5, 1);
        counts(t.line("CPU:0 [LOST 1 EVENTS]"), AuditRule.COVERS, 0, 0, 1);
    }
}
