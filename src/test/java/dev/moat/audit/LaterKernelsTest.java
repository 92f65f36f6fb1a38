package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.RuleTally;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linux 6.12: flushes name their domain id, gather descriptors and submit them behind it; other events come in between. */
class LaterKernelsTest {
    private static TraceText range(TraceText t, int did) {
        return t.event(
                "cache_tag_flush_range: dmar0 0000:00:04.0[0] type iotlb did %d [0x5000-0x5fff] addr 0x5000 pages 0x1"
                        + " mask 0x0",
                did);
    }

    private static TraceText all(TraceText t, String type, int did) {
        return t.event("cache_tag_flush_all: dmar0/0000:00:04.0 type %s did %d pasid 0 ref 1", type, did);
    }

    private static TraceText submitAll(TraceText t, int did) {
        return t.event("qi_submit: iotlb_inv dmar0: 0x%x 0x0 0x0 0x0", (long) did << 16 | 0xe2);
    }

    private static TraceText flushAll(TraceText t, long domain) {
        return t.event("flush_all: (intel_flush_iotlb_all+0x0/0x20) dom=0x%x", domain);
    }

    private static TraceText allReturned(TraceText t) {
        return t.event("flush_all_ret: (fq_flush_iotlb+0x2c/0x60 <- intel_flush_iotlb_all)");
    }

    /** The event after the descriptor used to end the window, though the return of the flush is there. */
    @Test
    void windowsEndAtTheReturnWhateverComesBefore() {
        TraceText earlier =
                new TraceText().map(A, 5, 1, 100).begin().unmap(A, 5, 1).sync(A, 5, 1);
        range(earlier.pages(3, 5, 0), 3).later(100).synced().end(); // 6.11
        assertThat(earlier.audit().windows().max()).isEqualTo(104_000);
        TraceText t = new TraceText().map(A, 5, 1, 100).begin().unmap(A, 5, 1).sync(A, 5, 1);
        range(t, 3)
                .pages(3, 5, 0)
                .on(9, 0)
                .tick()
                .on(1, 0)
                .tick()
                .later(100)
                .synced()
                .end();
        assertThat(t.audit().windows().max()).isEqualTo(106_000);
        assertThat(t.audit().figures())
                .containsEntry("windowsEndedBySubmission", 0L)
                .containsEntry("windowsOutliving", 0L);
        assertThat(t.tally(AuditRule.RETURN_PAGE).clean()).isOne();
        TraceText lazy = flushAll(new TraceText().map(A, 5, 1, 100).unmap(A, 5, 1), A);
        allReturned(submitAll(all(lazy, "iotlb", 3), 3).on(9, 0).tick().on(1, 0).later(100));
        assertThat(lazy.audit().windows().max()).isEqualTo(105_000);
    }

    /** Only the return of the flush that sent the descriptor ends its windows; without one, the submission does. */
    @Test
    void returnsOfOtherFlushes() {
        TraceText nested = new TraceText()
                .map(A, 5, 1, 100)
                .unmap(A, 5, 1)
                .sync(A, 5, 1)
                .pages(3, 5, 0)
                .later(50);
        submitAll(flushAll(nested, B), 4);
        allReturned(nested.later(50)).later(50).synced();
        assertThat(nested.audit().windows().count()).isOne();
        assertThat(nested.audit().windows().max()).isEqualTo(156_000);
        TraceText never = submitAll(flushAll(new TraceText().map(A, 5, 1, 100).unmap(A, 5, 1), A), 3)
                .tick();
        allReturned(submitAll(flushAll(never.later(1000), A), 3));
        assertThat(never.audit().windows().max()).isEqualTo(2_000);
        assertThat(never.audit().figures()).containsEntry("windowsEndedBySubmission", 1L);
        TraceText lost = submitAll(flushAll(new TraceText().map(A, 5, 1, 100).unmap(A, 5, 1), A), 3)
                .tick();
        allReturned(lost.line("CPU:0 [LOST 1 EVENTS]").later(1000));
        assertThat(lost.audit().windows().max()).isEqualTo(2_000);
    }

    /** In a lazy trace the flush's own tracepoint says what its descriptors must carry, from the first flush on. */
    @Test
    void aDescriptorWithAnotherIdThanTheFlushHasNamed() {
        for (boolean probe : List.of(true, false)) {
            TraceText right = new TraceText().map(A, 5, 1, 100).unmap(A, 5, 1);
            right = submitAll(all(probe ? flushAll(right, A) : right, "iotlb", 3), 3)
                    .tick()
                    .map(A, 5, 1, 200);
            assertThat(right.tally(AuditRule.IOVA_REUSE).violated()).isZero();
            TraceText wrong = new TraceText().map(A, 5, 1, 100).unmap(A, 5, 1);
            wrong = submitAll(all(probe ? flushAll(wrong, A) : wrong, "iotlb", 3), 4)
                    .tick()
                    .map(A, 5, 1, 200);
            assertThat(wrong.tally(AuditRule.IOVA_REUSE).violated())
                    .as("%s", wrong)
                    .isOne();
            assertThat(wrong.audit().outcome(false)).isEqualTo(Audit.Outcome.VIOLATED);
            assertThat(wrong.audit().figures()).containsEntry("foreignIdInvalidations", 1L);
        }
    }

    /** A flush that names another id than those before it is as wrong as its descriptors; after an attach it is not. */
    @Test
    void aFlushThatNamesAnotherIdThanBefore() {
        TraceText first = submitAll(all(flushAll(new TraceText().map(A, 5, 1, 100), A), "iotlb", 3), 3);
        TraceText again = submitAll(all(flushAll(first.tick().unmap(A, 5, 1), A), "iotlb", 4), 4)
                .tick();
        assertThat(again.map(A, 5, 1, 200).tally(AuditRule.IOVA_REUSE).violated())
                .isOne();
        TraceText attached = submitAll(all(flushAll(new TraceText().map(A, 5, 1, 100), A), "iotlb", 3), 3)
                .tick();
        attached.event("cache_tag_assign: dmar0/0000:00:05.0 type iotlb did 4 pasid 0 ref 1")
                .unmap(A, 5, 1);
        submitAll(all(flushAll(attached, A), "iotlb", 4), 4).tick().map(A, 5, 1, 200);
        assertThat(attached.tally(AuditRule.IOVA_REUSE).violated()).isZero();
    }

    /** Caches of nested tables have ids of their own, which say nothing about the domain's. */
    @ParameterizedTest
    @CsvSource({"nesting_iotlb, iotlb", "0x2, 0x0"}) // ftrace; trace-cmd and perf
    void nestedTables(String nested, String own) {
        TraceText t = flushAll(new TraceText().map(A, 5, 1, 100).unmap(A, 5, 1), A);
        all(all(t, nested, 9), own, 3);
        submitAll(submitAll(t, 3), 9).tick().map(A, 5, 1, 200);
        assertThat(t.tally(AuditRule.IOVA_REUSE).violated()).isZero();
        t = flushAll(new TraceText().map(A, 5, 1, 100).unmap(A, 5, 1), A);
        submitAll(all(all(t, nested, 9), own, 3), 9).tick().map(A, 5, 1, 200); // its own is not invalidated
        assertThat(t.tally(AuditRule.IOVA_REUSE).violated()).isOne();
    }

    /** Full flush queue: the flush is inside of the unmap, whose domain it is for. */
    @Test
    void flushesInsideOfAnUnmap() {
        TraceText t = new TraceText().map(A, 5, 1, 100).begin().unmap(A, 5, 1);
        submitAll(all(t, "iotlb", 3), 3).end().map(A, 5, 1, 200).unmap(A, 5, 1);
        submitAll(t, 4).tick().map(A, 5, 1, 300);
        assertThat(t.tally(AuditRule.IOVA_REUSE).violated()).isOne();
    }

    /** Windows that stay open outlive their unmaps as well. */
    @Test
    void outlivingWindowsThatNeverEnd() {
        TraceText t = new TraceText()
                .map(A, 5, 1, 100)
                .map(A, 9, 1, 101)
                .flushAll(A, 3)
                .tick();
        t.begin().unmap(A, 5, 1).unmap(A, 9, 1).end();
        assertThat(t.audit().figures())
                .containsEntry("windowsOutliving", 2L)
                .containsEntry("windowsOutlivingOpen", 2L)
                .containsEntry("windowsOpen", 2L);
        assertThat(AuditText.of(t.audit()))
                .contains("    2 windows were open when their unmap returned; 2 of them are at the end")
                .contains("  at the end: 2 windows open (2 pages), 0 calls under way");
    }

    /** AMD-Vi: Linux shows no invalidation, and the report names nothing that only VT-d has. */
    @Test
    void amdVi() {
        TraceText t = new TraceText();
        for (int n = 0; n < 1100; n++) {
            t.map(A, 5 + n, 1, 100)
                    .begin()
                    .unmap(A, 5 + n, 1)
                    .end()
                    .map(B, 5, 1, 7000 + n)
                    .unmap(B, 5, 1);
        }
        String report = String.join("\n", AuditText.of(t.audit()));
        assertThat(report)
                .contains("skipped: 7 of 9 rules", "    iova-reuse of maps: the trace holds no invalidation")
                .contains("nothing here is of VT-d", "exposure: not measured")
                .contains("at the end: 1,101 ranges unmapped since they were last mapped (1,101 pages)")
                .doesNotContain("intel", "qi_submit", "tlb_sync", "windows", "frame-reuse, the oldest");
        String vtd = String.join(
                "\n", AuditText.of(new TraceText().map(A, 5, 1, 1).sync(A, 5, 1).audit()));
        assertThat(vtd).contains("intel_iommu:qi_submit, which was not recorded");
    }

    /** What the rule on frames leaves out is said with the reason. */
    @Test
    void rangesTooLongForFrames() {
        TraceText t =
                new TraceText().map(A, 0, 1 << 16, 0).map(B, 0, 1, 1 << 20).unmap(A, 0, 1 << 16);
        assertThat(t.flushAll(B, 4).audit().warnings())
                .contains("1 unmapped range over 128 MiB is not compared by frame-reuse");
    }

    /** Every rule that was judged nowhere is there with its reason. */
    @Test
    void skippedRules() {
        TraceText t =
                new TraceText().map(A, 5, 1, 100).unmap(A, 5, 1).flushAll(A, 3).tick();
        assertThat(t.audit().skipped())
                .extracting(s -> s.rule() + ": " + s.reason())
                .contains(
                        "FRAME_REUSE: fewer than two domains are known so far (1 of 1)",
                        "EXACT: outside of a call of the DMA layer (1 of 1)")
                .anyMatch(s -> s.startsWith("COVERS: the trace shows none; needs tlb_sync and tlb_sync_ret"))
                .noneMatch(s -> s.startsWith("IOVA_REUSE") || s.startsWith("OVERLAP"));
    }

    /** What an audit costs and says depends on how much a trace holds, not on how large its numbers are. */
    @Test
    void theSizeOfNumbersChangesNothing() {
        Audit small = numbered(0x10, 0x20, 3);
        Audit large = numbered(0xfffffffffff80L, 0xffffffffffff0L, 0xffff);
        assertThat(large.figures()).isEqualTo(small.figures());
        assertThat(large.tallies())
                .usingRecursiveComparison()
                .ignoringFields("examples")
                .isEqualTo(small.tallies());
        assertThat(large.windows().max()).isEqualTo(small.windows().max());
        assertThat(small.tallies().stream().mapToLong(RuleTally::violated).sum())
                .isPositive();
    }

    private static Audit numbered(long page, long frame, int did) {
        TraceText t = new TraceText().flushAll(B, did - 1).tick();
        for (int n = 0; n < 500; n++) {
            long at = page + n % 100;
            t.map(A, at, 1, frame + n % 10).begin().unmap(A, at, 1);
            t = (n % 7 == 0
                            ? t.sync(A, at, 1).synced()
                            : range(t.sync(A, at, 1), did).pages(did, at, 0).synced())
                    .end();
        }
        return t.map(A, 0, 1, frame + 15).unmap(A, 0, 1).audit();
    }
}
