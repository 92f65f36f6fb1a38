package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static dev.moat.audit.TraceText.counts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** For every rule a trace that breaks it and its neighbour that does not. */
class MonitorRulesTest {
    private static TraceText mapped() {
        return new TraceText().map(A, 5, 1, 100).flushAll(A, 3).tick();
    }

    @Test
    void returnBeforeTheInvalidation() {
        counts(mapped().begin().unmap(A, 5, 1).end().pages(3, 5, 0).tick(), AuditRule.RETURN_PAGE, 0, 1, 0);
        counts(mapped().begin().unmap(A, 5, 1).pages(3, 5, 0).end(), AuditRule.RETURN_PAGE, 1, 0, 0);
    }

    @Test
    void invalidationOfAnotherPageOrDomain() {
        counts(mapped().begin().unmap(A, 5, 1).pages(3, 6, 0).end(), AuditRule.RETURN_PAGE, 0, 1, 0);
        counts(mapped().begin().unmap(A, 5, 1).pages(3, 4, 1).end(), AuditRule.RETURN_PAGE, 1, 0, 0);
        TraceText two = mapped().flushAll(B, 4).begin().unmap(A, 5, 1);
        counts(two.pages(4, 5, 0).end(), AuditRule.RETURN_PAGE, 0, 1, 0);
    }

    /** The return of a flush need not be recorded: what the task does next ends it. */
    @Test
    void descriptorsAfterAFlushBelongToTheirDomainId() {
        TraceText t = mapped().flushAll(B, 4).tick().pages(3, 9, 0).tick();
        counts(t.begin().unmap(A, 5, 1).pages(4, 5, 0).end(), AuditRule.RETURN_PAGE, 0, 1, 0);
        TraceText own = mapped().flushAll(B, 4).tick().pages(3, 9, 0).tick();
        counts(own.begin().unmap(A, 5, 1).pages(3, 5, 0).end(), AuditRule.RETURN_PAGE, 1, 0, 0);
    }

    /** A flush of a domain with another's id covers the other; unless the domain may have got a new id meanwhile. */
    @Test
    void flushesWithAnotherDomainId() {
        TraceText wrong = mapped().begin()
                .unmap(A, 5, 1)
                .sync(A, 5, 1)
                .pages(4, 5, 0)
                .synced()
                .end();
        counts(wrong, AuditRule.COVERS, 0, 1, 0);
        counts(wrong, AuditRule.RETURN_PAGE, 0, 1, 0);
        assertThat(wrong.audit().figures()).containsEntry("foreignIdInvalidations", 1L);
        for (String attach : List.of(
                "qi_submit: cc_inv dmar0: 0x800030031 0x0 0x0 0x0",
                "qi_submit: pc_inv dmar0: 0x30017 0x0 0x0 0x0",
                "cache_tag_unassign: dmar0/0000:00:01.0 type iotlb did 3 pasid 0 ref 1",
                "cache_tag_assign: dmar0/0000:00:01.0 type iotlb did 4 pasid 0 ref 1")) {
            TraceText changed = mapped().event(attach).begin().unmap(A, 5, 1).sync(A, 5, 1);
            counts(changed.pages(4, 5, 0).synced().end(), AuditRule.COVERS, 1, 0, 0);
            assertThat(changed.audit().figures()).as(attach).containsEntry("foreignIdInvalidations", 0L);
        }
        TraceText lost = new TraceText()
                .flushAll(A, 3)
                .tick()
                .line("CPU:0 [LOST 1 EVENTS]")
                .map(A, 5, 1, 100);
        counts(lost.begin().unmap(A, 5, 1).sync(A, 5, 1).pages(4, 5, 0).synced(), AuditRule.COVERS, 1, 0, 0);
    }

    /** Linux 6.12 prints the tag before it submits what it has gathered, 6.11 after; both name the id. */
    @Test
    void cacheTagsOfLaterKernels() {
        String tag = "cache_tag_flush_range: dmar0 0000:00:01.0[0] type iotlb did 3 [0x5000-0x5fff] addr 0x5000"
                + " pages 0x1 mask 0x0";
        TraceText before =
                new TraceText().map(A, 5, 1, 100).begin().unmap(A, 5, 1).sync(A, 5, 1);
        counts(before.event(tag).pages(3, 5, 0).synced().end(), AuditRule.RETURN_PAGE, 1, 0, 0);
        counts(before, AuditRule.COVERS, 1, 0, 0);
        TraceText after =
                new TraceText().map(A, 5, 1, 100).begin().unmap(A, 5, 1).sync(A, 5, 1);
        counts(after.pages(3, 5, 0).event(tag).synced().end(), AuditRule.RETURN_PAGE, 1, 0, 0);
        TraceText other =
                new TraceText().map(A, 5, 1, 100).begin().unmap(A, 5, 1).sync(A, 5, 1);
        counts(other.event(tag).pages(4, 5, 0).synced().end(), AuditRule.COVERS, 0, 1, 0);
    }

    /** The tracepoint of Linux 6.12 comes last of all when a page is unmapped, so it is the return. */
    @Test
    void returnByTracepoint() {
        String text = "dma_unmap_page: 0000:00:01.0 dir=FROM_DEVICE dma_addr=%s size=8 attrs=";
        TraceText late =
                mapped().unmap(A, 5, 1).event(text, "5010").pages(3, 5, 0).tick();
        counts(late, AuditRule.RETURN_PAGE, 0, 1, 0);
        counts(mapped().unmap(A, 5, 1).pages(3, 5, 0).event(text, "5010"), AuditRule.RETURN_PAGE, 1, 0, 0);
        TraceText renamed = mapped().unmap(A, 5, 1);
        counts(renamed.event(text.replace("_page", "_phys"), "5010"), AuditRule.RETURN_PAGE, 0, 1, 0);
        counts(mapped().unmap(A, 5, 1).event(text, "6010"), AuditRule.RETURN_PAGE, 0, 0, 1);
        counts(mapped().unmap(A, 5, 1).event(text, "0x5010"), AuditRule.RETURN_PAGE, 0, 0, 1);
        counts(mapped().unmap(A, 6, 1).event(text, "6000"), AuditRule.RETURN_PAGE, 0, 0, 1);
        counts(mapped().begin().unmap(A, 5, 1).end().event(text, "5000"), AuditRule.RETURN_PAGE, 0, 1, 0);
        TraceText once = mapped().unmap(A, 5, 1).event(text, "5000").event(text, "5000");
        counts(once, AuditRule.RETURN_PAGE, 0, 1, 1);
    }

    /** An unmap outside of the DMA layer has nothing to do with the call that follows it. */
    @Test
    void unmapsBeforeACall() {
        TraceText t = mapped().unmap(A, 5, 1).begin().unmap(A, 7, 1).end();
        t.event("dma_unmap_page: 0000:00:01.0 dir=FROM_DEVICE dma_addr=5000 size=8 attrs=");
        counts(t, AuditRule.RETURN_PAGE, 0, 0, 1);
    }

    /** AMD-Vi has no tracepoint for invalidations: maps and unmaps are judged, everything else says what is missing. */
    @Test
    void withoutInvalidations() {
        TraceText t =
                new TraceText().map(A, 5, 1, 100).begin().unmap(A, 5, 1).end().map(A, 5, 1, 100);
        t.map(A, 5, 1, 100).begin().unmapPoint(5, 1, 2).end();
        for (AuditRule rule : List.of(AuditRule.RETURN_PAGE, AuditRule.IOVA_REUSE)) {
            assertThat(t.tally(rule).judged()).isZero();
            assertThat(t.tally(rule).unjudged()).containsKey("the trace holds no invalidation");
        }
        counts(t, AuditRule.OVERLAP, 2, 1, 0);
        counts(t, AuditRule.EXACT, 1, 1, 0);
        assertThat(t.audit().outcome(true)).isEqualTo(Audit.Outcome.NOT_JUDGED);
        assertThat(t.audit().outcome(false)).isEqualTo(Audit.Outcome.NOT_JUDGED);
        assertThat(t.audit().tables()).isEqualTo(Audit.Outcome.VIOLATED);
        assertThat(AuditText.of(t.audit()))
                .contains("  strict promise (nothing lingers when unmap returns)      NOT JUDGED")
                .anyMatch(l -> l.equals("    iova-reuse of maps: the trace holds no invalidation"));
    }

    @Test
    void invalidationBeforeTheUnmap() {
        counts(mapped().begin().pages(3, 5, 0).unmap(A, 5, 1).end(), AuditRule.RETURN_PAGE, 0, 1, 0);
    }

    /** A flush on another CPU while the tables are being cleared may or may not cover. */
    @Test
    void racesAreNotJudged() {
        TraceText t = mapped().begin();
        t.event("iommu_unmap: (__iommu_unmap+0x0/0x1f0) dom=0x%x iova=0x5000 size=0x1000", A);
        t.on(2, 1).pages(3, 5, 0).tick().on(1, 0).unmapPoint(5, 1, 1).end();
        counts(t, AuditRule.RETURN_PAGE, 0, 0, 1);
    }

    /** A flush that another CPU has submitted and perhaps not finished. */
    @Test
    void flushesUnderWayElsewhereAreNotJudged() {
        TraceText t =
                mapped().begin().unmap(A, 5, 1).on(2, 1).pages(3, 5, 0).on(1, 0).end();
        counts(t, AuditRule.RETURN_PAGE, 0, 0, 1);
        TraceText done = mapped().begin()
                .unmap(A, 5, 1)
                .on(2, 1)
                .pages(3, 5, 0)
                .tick()
                .on(1, 0)
                .end();
        counts(done, AuditRule.RETURN_PAGE, 1, 0, 0);
    }

    @Test
    void tasksInterleave() {
        TraceText t =
                mapped().map(A, 6, 1, 101).begin().on(2, 1).begin().on(1, 0).unmap(A, 5, 1);
        t.on(2, 1)
                .unmap(A, 6, 1)
                .on(1, 0)
                .pages(3, 5, 0)
                .on(2, 1)
                .end()
                .on(1, 0)
                .end();
        counts(t, AuditRule.RETURN_PAGE, 1, 1, 0);
    }

    /** The idle tasks of two CPUs are two tasks; an interrupt's call is inside the interrupted one. */
    @Test
    void idleTasksAndInterrupts() {
        TraceText idle = mapped().on(0, 0)
                .begin()
                .on(0, 1)
                .begin()
                .on(0, 0)
                .unmap(A, 5, 1)
                .on(0, 1)
                .end();
        assertThat(idle.tally(AuditRule.RETURN_PAGE).unjudged()).isEqualTo(Map.of("no unmap was seen inside", 1L));
        TraceText nested =
                mapped().map(A, 6, 1, 101).begin().unmap(A, 5, 1).begin().unmap(A, 6, 1);
        counts(nested.pages(3, 6, 0).end().end(), AuditRule.RETURN_PAGE, 1, 1, 0);
    }

    @Test
    void unseenMappingsAreNotJudged() {
        TraceText t = new TraceText().flushAll(A, 3).begin().unmap(A, 5, 2).end();
        counts(t, AuditRule.RETURN_PAGE, 0, 0, 1);
        assertThat(t.audit().figures()).containsEntry("unseenUnmaps", 1L).containsEntry("unseenPages", 2L);
    }

    @Test
    void addressReuse() {
        counts(mapped().unmap(A, 5, 1).map(A, 5, 1, 200), AuditRule.IOVA_REUSE, 1, 1, 0);
        counts(mapped().unmap(A, 5, 1).flushAll(A, 3).map(A, 5, 1, 200), AuditRule.IOVA_REUSE, 2, 0, 0);
        counts(mapped().unmap(A, 5, 1).map(B, 5, 1, 200), AuditRule.IOVA_REUSE, 2, 0, 0);
        counts(mapped().unmap(A, 5, 1).map(A, 6, 1, 200), AuditRule.IOVA_REUSE, 2, 0, 0);
    }

    /** Without domains, reuse is judged as long as nothing speaks against one domain. */
    @Test
    void addressReuseWithoutDomains() {
        TraceText t = new TraceText().mapPoint(5, 1, 100).unmapPoint(5, 1, 1).mapPoint(5, 1, 200);
        counts(t, AuditRule.IOVA_REUSE, 0, 0, 2); // no invalidation at all: perhaps they are not recorded
        t.pages(3, 9, 0);
        counts(t, AuditRule.IOVA_REUSE, 1, 1, 0);
        t.pages(4, 9, 0);
        counts(t, AuditRule.IOVA_REUSE, 0, 0, 2);
    }

    @Test
    void frameReuse() {
        counts(mapped().map(B, 9, 1, 300).unmap(A, 5, 1).map(B, 5, 1, 100), AuditRule.FRAME_REUSE, 1, 1, 1);
        counts(mapped().map(B, 9, 1, 300).unmap(A, 5, 1).map(A, 7, 1, 100), AuditRule.FRAME_REUSE, 2, 0, 1);
        TraceText flushed = mapped().map(B, 9, 1, 300).unmap(A, 5, 1).flushAll(A, 3);
        counts(flushed.map(B, 5, 1, 100), AuditRule.FRAME_REUSE, 2, 0, 1);
        counts(mapped().map(B, 9, 1, 300).unmap(A, 5, 1).map(B, 5, 1, 101), AuditRule.FRAME_REUSE, 2, 0, 1);
    }

    @Test
    void tooSmallInvalidation() {
        TraceText t = new TraceText().map(A, 16, 4, 100).begin().unmap(A, 16, 4).sync(A, 16, 4);
        counts(t.pages(3, 16, 1).synced().end(), AuditRule.COVERS, 0, 1, 0);
        assertThat(t.tally(AuditRule.COVERS).examples().get(0).says()).contains("without covering [0x12000, 0x14000)");
        TraceText whole =
                new TraceText().map(A, 16, 4, 100).begin().unmap(A, 16, 4).sync(A, 16, 4);
        counts(whole.pages(3, 16, 2).synced().end(), AuditRule.COVERS, 1, 0, 0);
    }

    @Test
    void mapOverAMapping() {
        counts(mapped().map(A, 5, 1, 200), AuditRule.OVERLAP, 1, 1, 0);
        counts(mapped().map(A, 4, 4, 200), AuditRule.OVERLAP, 1, 1, 0);
        counts(mapped().map(B, 5, 1, 200), AuditRule.OVERLAP, 2, 0, 0);
        counts(mapped().mapPoint(5, 1, 200), AuditRule.OVERLAP, 1, 0, 1);
        counts(
                mapped().event("domain_free: (iommu_domain_free+0x0/0x9) dom=0x%x", A)
                        .map(A, 5, 1, 7),
                AuditRule.OVERLAP,
                2,
                0,
                0);
    }

    @Test
    void unmapOfMoreOrLess() {
        counts(mapped().begin().unmapPoint(5, 1, 2), AuditRule.EXACT, 0, 1, 0);
        counts(mapped().begin().unmapPoint(5, 2, 1), AuditRule.EXACT, 0, 1, 0);
        counts(mapped().begin().unmapPoint(5, 1, 1), AuditRule.EXACT, 1, 0, 0);
        counts(mapped().unmapPoint(5, 2, 1), AuditRule.EXACT, 0, 0, 1);
    }

    @Test
    void rightsBeyondTheDirection() {
        for (int direction = 0; direction < 3; direction++) {
            for (int prot = 0; prot < 8; prot++) {
                TraceText t = new TraceText()
                        .event("dma_map_page: (iommu_dma_map_page+0x0/0x260) size=0x10 dir=0x%x", direction)
                        .event("iommu_map: (__iommu_map+0x0/0x2a0) dom=0x1 iova=0x1000 size=0x1000 prot=0x%x", prot);
                boolean more = direction == 1 && (prot & 2) != 0 || direction == 2 && (prot & 1) != 0;
                counts(t, AuditRule.RIGHTS, more ? 0 : 1, more ? 1 : 0, 0);
                assertThat(t.audit().figures()).containsEntry("bytesAsked", 16L).containsEntry("bytesExposed", 4096L);
            }
        }
    }

    @Test
    void buffersFreed() {
        String end = "free_ret: (driver+0x1/0x2 <- iommu_dma_free)";
        counts(mapped().unmap(A, 5, 1).event(end), AuditRule.RETURN_FREE, 0, 1, 0);
        counts(mapped().unmap(A, 5, 1).pages(3, 5, 0).event(end), AuditRule.RETURN_FREE, 1, 0, 0);
        TraceText entered =
                mapped().event("dma_free: (iommu_dma_free+0x0/0x40) size=4096").unmap(A, 5, 1);
        counts(entered.event(end), AuditRule.RETURN_FREE, 0, 1, 0);
    }

    /** What is under way when events are lost is not judged, nor what other CPUs did since that CPU's last event. */
    @Test
    void lostEvents() {
        TraceText t =
                mapped().begin().unmap(A, 5, 1).line("CPU:0 [LOST 12 EVENTS]").end();
        counts(t, AuditRule.RETURN_PAGE, 0, 0, 1);
        assertThat(t.audit().warnings()).contains("12 events were lost; what was under way then is not judged");
        TraceText other = mapped().on(2, 1).begin().unmap(A, 5, 1).end().on(1, 0);
        counts(other, AuditRule.RETURN_PAGE, 0, 1, 0);
        counts(other.line("CPU:0 [LOST 1 EVENTS]"), AuditRule.RETURN_PAGE, 0, 0, 1);
        TraceText before = mapped().begin().unmap(A, 5, 1).end().tick().line("CPU:0 [LOST 1 EVENTS]");
        counts(before, AuditRule.RETURN_PAGE, 0, 1, 0);
        counts(before.line("##### CPU 3 buffer started ####"), AuditRule.RETURN_PAGE, 0, 0, 1);
    }

    @Test
    void recordingsInOneFileAreApart() {
        TraceText t = new TraceText()
                .line("# tracer: nop")
                .map(A, 5, 1, 100)
                .unmap(A, 5, 1)
                .line("# tracer: nop");
        counts(t.map(A, 5, 1, 200).flushAll(A, 3), AuditRule.IOVA_REUSE, 2, 0, 0);
        assertThat(t.audit().warnings()).anyMatch(w -> w.startsWith("1 further recording in"));
    }

    @Test
    void faults() {
        TraceText t = mapped().map(A, 6, 1, 101).unmap(A, 5, 1);
        for (int page : new int[] {5, 6, 7, 7}) {
            t.event("io_page_fault: IOMMU:drv dev iova=0x%016x flags=0x0000", (long) page << 12);
        }
        assertThat(t.audit().figures())
                .containsEntry("faultsOnLingering", 1L)
                .containsEntry("faultsOnMapped", 1L)
                .containsEntry("faultsOnUnmapped", 2L);
    }

    /** A window ends with the return of the flush where that is recorded, otherwise with the submission. */
    @Test
    void windowsEnd() {
        TraceText t = mapped().begin()
                .unmap(A, 5, 1)
                .sync(A, 5, 1)
                .pages(3, 5, 0)
                .later(100)
                .synced()
                .end();
        assertThat(t.audit().windows().max()).isEqualTo(103_000);
        TraceText without =
                mapped().begin().unmap(A, 5, 1).pages(3, 5, 0).later(100).end();
        assertThat(without.audit().windows().max()).isEqualTo(1_000);
        assertThat(without.audit().figures()).containsEntry("windowsEndedBySubmission", 1L);
        TraceText open = mapped().unmap(A, 5, 1).tick();
        assertThat(open.audit().figures()).containsEntry("windowsOpen", 1L).containsEntry("pagesOpen", 1L);
    }

    /** Linux 6.12 with a first-level table: another descriptor, and the id from its own tracepoint. */
    @Test
    void invalidationsByPasid() {
        TraceText t = new TraceText().map(A, 5, 1, 100).begin().unmap(A, 5, 1).sync(A, 5, 1);
        t.event(
                "cache_tag_flush_range: dmar0 0000:00:01.0[0] type iotlb did 3 [0x5000-0x5fff] addr 0x5000 pages 0x1 mask 0x0");
        t.event("qi_submit: p_iotlb_inv dmar0: 0x%x 0x5000 0x0 0x0", 3L << 16 | 0x36)
                .synced()
                .end();
        counts(t, AuditRule.RETURN_PAGE, 1, 0, 0);
        counts(t, AuditRule.COVERS, 1, 0, 0);
        assertThat(t.audit().figures())
                .containsEntry("pagesInvalidations", 1L)
                .containsEntry("unassignedInvalidations", 0L);
    }
}
