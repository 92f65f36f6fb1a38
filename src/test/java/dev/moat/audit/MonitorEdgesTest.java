package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static dev.moat.audit.TraceText.counts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.AuditStory;
import dev.moat.audit.result.RuleTally;
import dev.moat.audit.result.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Places where a monitor that is almost right goes wrong; each was found by changing the code. */
class MonitorEdgesTest {
    /** Mappings kept of 512 frames in a row. */
    private static final int MOST_IN_BUCKET = 1 << 10;

    private static TraceText mapped(long page, long pages) {
        return new TraceText().map(A, page, pages, 100).flushAll(A, 3).tick();
    }

    private static TraceText map(TraceText t, long page, int prot) {
        t.event(
                "iommu_map: (__iommu_map+0x0/0x2a0) dom=0x%x iova=0x%x paddr=0x%x size=0x1000 prot=0x%x",
                A, page << 12, (100 + page) << 12, prot);
        return t.mapPoint(page, 1, 100 + page);
    }

    /** A trace of returns that were not recorded: of too many tasks that which was silent longest is not judged, in no more time. */
    @Test
    @Timeout(60)
    void tasksThatNeverReturnAreGivenUpOneByOne() {
        TraceText t = mapped(5, 1).begin().unmap(A, 5, 1).pages(3, 5, 0);
        for (int pid = 2; pid < 80_000; pid++) {
            t.on(pid, 0).enterUnmap(B, 9, 1);
        }
        t.on(1, 0).end();
        RuleTally tally = t.tally(AuditRule.RETURN_PAGE);
        assertThat(tally.unjudged()).containsEntry("too many tasks at once", 1L);
        assertThat(tally.clean() + tally.violated()).isZero();
    }

    /** One that goes on meanwhile is not the one. */
    @Test
    void aTaskThatGoesOnIsKept() {
        TraceText t = mapped(5, 1).begin();
        for (int pid = 2; pid < 66_000; pid++) {
            t.on(pid, 0).enterUnmap(B, 9, 1);
            if (pid % 60_000 == 0) {
                t.on(1, 0).unmap(A, 5, 1).pages(3, 5, 0);
            }
        }
        t.on(1, 0).end();
        assertThat(t.tally(AuditRule.RETURN_PAGE))
                .extracting(RuleTally::clean, RuleTally::violated)
                .containsExactly(1L, 0L);
    }

    @Test
    void rangesOfAnyMask() {
        for (int mask : new int[] {13, 31, 32, 40, 51, 52, 63}) {
            counts(mapped(5000, 1).begin().unmap(A, 5000, 1).pages(3, 0, mask).end(), AuditRule.RETURN_PAGE, 1, 0, 0);
        }
        counts(mapped(5000, 1).begin().unmap(A, 5000, 1).pages(3, 0, 12).end(), AuditRule.RETURN_PAGE, 0, 1, 0);
    }

    /** An id that no domain is known to have may be that of any domain whose id is not known. */
    @Test
    void idsOfUnknownOwner() {
        TraceText t = mapped(5, 1).map(B, 9, 1, 200).unmap(A, 5, 1).unmap(B, 9, 1);
        t.on(2, 1).event("qi_submit: iotlb_inv dmar0: 0x700e2 0x0 0x0 0x0").tick();
        assertThat(t.audit().figures())
                .containsEntry("unassignedInvalidations", 1L)
                .containsEntry("domainInvalidatedPages", 1L)
                .containsEntry("windowsOpen", 1L);
    }

    /** The flush of a domain ends with its task's next event, even where ids are not certain. */
    @Test
    void descriptorsAfterAFlush() {
        TraceText t = new TraceText().map(B, 5, 1, 100).map(A, 6, 1, 101).flushAll(A, 3);
        t.event("qi_submit: cc_inv dmar0: 0x31 0x0 0x0 0x0").tick();
        t.pages(4, 5, 0).tick().begin().unmap(B, 5, 1).pages(4, 5, 0).end();
        counts(t, AuditRule.RETURN_PAGE, 1, 0, 0);
    }

    @Test
    void rightsOfNeighboursAreNotMixed() {
        TraceText t = map(map(new TraceText(), 5, 4), 6, 7).flushAll(A, 3).tick();
        counts(t.begin().unmap(A, 5, 2).end(), AuditRule.RETURN_PAGE, 0, 1, 0);
        TraceText none = map(map(new TraceText(), 5, 4), 6, 4).flushAll(A, 3).tick();
        counts(none.begin().unmap(A, 5, 2).end(), AuditRule.RETURN_PAGE, 1, 0, 0);
    }

    /** What lingers from an older mapping goes on lingering when a weaker one is removed; nobody can run that again. */
    @Test
    void olderRightsLinger() {
        TraceText t = map(mapped(5, 1).unmap(A, 5, 1), 5, 4);
        counts(t.begin().unmap(A, 5, 1).end(), AuditRule.RETURN_PAGE, 0, 1, 0);
        assertThat(t.tally(AuditRule.RETURN_PAGE).examples().get(0).story()).isNull();
    }

    @Test
    void windowsBeginWithTheOldestUnmap() {
        TraceText t = mapped(5, 1).unmap(A, 5, 1).later(50).map(A, 5, 1, 100).unmap(A, 5, 1);
        Window only = t.pages(3, 5, 0).tick().audit().windows().worst().get(0);
        assertThat(only.length()).isEqualTo(56_000);
        assertThat(only.from()).isEqualTo(8);
    }

    /** Splitting what lingers keeps what is known of it. */
    @Test
    void partsOfRangesKeepWhatIsKnown() {
        TraceText raced = mapped(5, 2).begin();
        raced.event("iommu_unmap: (__iommu_unmap+0x0/0x1f0) dom=0x%x iova=0x5000 size=0x2000", A);
        raced.on(2, 1)
                .pages(3, 5, 1)
                .tick()
                .on(1, 0)
                .unmapPoint(5, 2, 2)
                .pages(3, 5, 0)
                .tick()
                .end();
        counts(raced, AuditRule.RETURN_PAGE, 0, 0, 1);
        TraceText late = mapped(5, 2).begin().unmap(A, 5, 2).end();
        late.pages(3, 5, 0).tick().pages(3, 6, 0).tick();
        assertThat(late.audit().figures()).containsEntry("windowsOutliving", 2L);
    }

    /** What another task unmaps while a flush is under way is not the flush's to cover. */
    @Test
    void unmapsDuringAFlush() {
        TraceText t = mapped(5, 2).unmap(A, 5, 1).sync(A, 5, 2).on(2, 1).unmap(A, 6, 1);
        counts(t.on(1, 0).pages(3, 5, 0).synced(), AuditRule.COVERS, 0, 0, 1);
    }

    /** A page that led to a frame before its last invalidation does not lead there any more. */
    @Test
    void framesOfEarlierWindows() {
        TraceText t =
                mapped(5, 1).flushAll(B, 4).tick().unmap(A, 5, 1).pages(3, 5, 0).tick();
        t.map(A, 5, 1, 300).unmap(A, 5, 1).map(B, 9, 1, 100);
        counts(t, AuditRule.FRAME_REUSE, 2, 0, 1);
        counts(t.map(B, 10, 1, 300), AuditRule.FRAME_REUSE, 2, 1, 1);
    }

    /** What an invalidation under way may have covered ends with it, though the page was unmapped again meanwhile. */
    @Test
    void unmapsBehindAnInvalidationUnderWay() {
        TraceText t = mapped(5, 1)
                .flushAll(B, 4)
                .tick()
                .unmap(A, 5, 1)
                .on(2, 1)
                .pages(3, 5, 0)
                .on(1, 0);
        t.map(A, 5, 1, 300).unmap(A, 5, 1).on(2, 1).tick().on(1, 0).map(B, 9, 1, 100);
        counts(t, AuditRule.FRAME_REUSE, 2, 0, 1);
        t.later(10).pages(3, 5, 0).tick();
        assertThat(t.audit().windows().count()).isEqualTo(2);
        assertThat(t.audit().windows().worst().get(0).length()).isEqualTo(15_000);
    }

    @Test
    void racesEndWithTheirUnmap() {
        TraceText t = mapped(5, 2).event("iommu_unmap: (f+0x0/0x1) dom=0x%x iova=0x5000 size=0x1000", A);
        t.on(2, 1).pages(3, 5, 0).tick().on(1, 0).unmapPoint(5, 1, 1);
        counts(t.begin().unmap(A, 6, 1).end(), AuditRule.RETURN_PAGE, 0, 1, 0);
    }

    @Test
    void unmapsOfNothing() {
        TraceText t = mapped(5, 1).begin().unmapPoint(7, 1, 0).end();
        assertThat(t.audit().warnings()).isEmpty();
        counts(t, AuditRule.EXACT, 0, 1, 0);
        TraceText freed = mapped(5, 1).unmap(A, 7, 1).event("free_ret: (dma_free_attrs+0x1/0x2 <- iommu_dma_free)");
        counts(freed, AuditRule.RETURN_FREE, 0, 0, 1);
        TraceText seen = mapped(5, 1).unmap(A, 5, 1).event("free_ret: (dma_free_attrs+0x1/0x2 <- iommu_dma_free)");
        counts(seen, AuditRule.RETURN_FREE, 0, 1, 0);
    }

    /** A domain whose memory is used again for another has no id any more. */
    @Test
    void freedDomains() {
        TraceText t = mapped(5, 1).event("domain_free: (iommu_domain_free+0x0/0x10) dom=0x%x", A);
        t.map(A, 5, 1, 100).unmap(A, 5, 1).on(2, 1).pages(3, 5, 0).tick();
        assertThat(t.audit().figures()).containsEntry("windowsOpen", 0L).containsEntry("unassignedInvalidations", 1L);
    }

    @Test
    void frameReuseNamesThePageThatLingers() {
        TraceText t = mapped(5, 3)
                .flushAll(B, 4)
                .tick()
                .unmap(A, 5, 3)
                .pages(3, 5, 0)
                .tick()
                .map(B, 9, 3, 100);
        AuditStory story = t.tally(AuditRule.FRAME_REUSE).examples().get(0).story();
        assertThat(story).isNotNull();
        assertThat(story.calls().get(0).says()).startsWith("0x6000 is mapped to 0x65000");
    }

    @Test
    void framesOutliveASweep() {
        TraceText t = mapped(5, 1).flushAll(B, 4).tick().unmap(A, 5, 1);
        for (int n = 0; n < 1200; n++) {
            t.map(A, 10 + n, 1, 1000 + n).unmap(A, 10 + n, 1);
        }
        counts(t.map(B, 9, 1, 100), AuditRule.FRAME_REUSE, 1200, 1, 1);
    }

    /** A violation at the last event before the loss stands, and its example with it. */
    @Test
    void lossesBehindAViolation() {
        TraceText t = mapped(5, 1).begin().unmap(A, 5, 1).end().line("CPU:0 [LOST 3 EVENTS]");
        counts(t, AuditRule.RETURN_PAGE, 0, 1, 0);
        assertThat(t.tally(AuditRule.RETURN_PAGE).examples()).hasSize(1);
        assertThat(t.line("##### CPU 99999 buffer started ####").tick().audit().events())
                .containsEntry("other", 2L);
    }

    /** Without names for domains two maps of a page contradict the assumption that there is one. */
    @Test
    void unnamedDomains() {
        TraceText one = new TraceText().mapPoint(5, 1, 100).unmapPoint(5, 1, 1);
        one.event("qi_submit: iec_inv dmar0: 0x14 0x0 0x0 0x0")
                .event("qi_submit: iotlb_inv dmar0: 0x300f2 0x9000 0x0 0x0");
        counts(one.mapPoint(5, 1, 100), AuditRule.IOVA_REUSE, 1, 1, 0);
        counts(one.mapPoint(5, 1, 100), AuditRule.IOVA_REUSE, 0, 0, 3);
        TraceText mixed = mapped(5, 1).mapPoint(9, 1, 200).unmapPoint(9, 1, 1).mapPoint(9, 1, 300);
        counts(mixed, AuditRule.IOVA_REUSE, 1, 0, 2);
    }

    @Test
    void flushesWithoutAnyDescriptorInTheTrace() {
        TraceText t =
                new TraceText().map(A, 5, 1, 100).unmap(A, 5, 1).sync(A, 5, 1).synced();
        counts(t, AuditRule.COVERS, 0, 0, 1);
    }

    /** A kernel that never invalidates fills no memory: the same pages linger, whatever was mapped there. */
    @Test
    void reuseForEverIsBounded() {
        TraceText t = mapped(5, 1).flushAll(B, 4).tick().unmap(A, 5, 1);
        for (int n = 0; n < MOST_IN_BUCKET + 10; n++) {
            t.map(A, 5, 1, 100 + n % 3).unmap(A, 5, 1);
        }
        t.map(B, 9, 1, 100);
        counts(t, AuditRule.FRAME_REUSE, MOST_IN_BUCKET + 10, 1, 1);
        assertThat(t.audit().warnings()).anyMatch(w -> w.contains("were forgotten by frame-reuse"));
    }

    /** What was invalidated makes room; only what lingers is said to be forgotten. */
    @Test
    void invalidatedMakesRoom() {
        TraceText t = mapped(5, 1).flushAll(B, 4).tick();
        for (int n = 0; n < 3 * MOST_IN_BUCKET; n++) {
            t.unmap(A, 5, 1);
            t = n % 600 == 599 ? t.flushAll(A, 3).tick() : t;
            t.map(A, 5, 1, 100 + n % 3);
        }
        assertThat(t.audit().warnings()).isEmpty();
        t.unmap(A, 5, 1).map(B, 9, 1, 100);
        assertThat(t.tally(AuditRule.FRAME_REUSE).violated()).isEqualTo(1);
    }

    /** What was mapped before the trace, or before events were lost, may linger when its address is mapped again. */
    @Test
    void mappedBeforeTheTrace() {
        for (boolean probes : new boolean[] {true, false}) {
            for (boolean lost : new boolean[] {true, false}) {
                TraceText begun = new TraceText().pages(3, 9, 0).tick();
                begun = lost ? begun.mapPoint(5, 1, 99).line("CPU:0 [LOST 3 EVENTS]") : begun;
                TraceText t = probes ? begun.unmap(A, 5, 1).map(A, 5, 1, 100) : begun.unmapPoint(5, 1, 1);
                t = probes ? t : t.mapPoint(5, 1, 100);
                assertThat(t.tally(AuditRule.IOVA_REUSE).unjudged())
                        .as("%s", t)
                        .containsEntry("mapped before the trace began", 1L);
            }
        }
        TraceText t = new TraceText().flushAll(A, 3).tick().unmap(A, 5, 4);
        counts(t.pages(3, 6, 0).tick().map(A, 6, 1, 100), AuditRule.IOVA_REUSE, 1, 0, 0);
        counts(t.map(A, 7, 2, 101), AuditRule.IOVA_REUSE, 1, 0, 1);
        counts(t.map(A, 5, 1, 105), AuditRule.IOVA_REUSE, 1, 0, 2);
        counts(t.unmap(A, 5, 1).pages(3, 5, 0).tick().map(A, 5, 1, 106), AuditRule.IOVA_REUSE, 2, 0, 2);
    }

    /** A flush that sends something else does not show that such pages were dropped; one that sends them does. */
    @Test
    void flushesOfWhatWasMappedBefore() {
        for (int page : new int[] {5, 6}) {
            TraceText t = new TraceText().flushAll(A, 3).tick().unmap(A, 5, 1).sync(A, 5, 1);
            counts(t.pages(3, page, 0).synced(), AuditRule.COVERS, page == 5 ? 1 : 0, 0, page == 5 ? 0 : 1);
        }
    }

    /** Where a kernel prints no {@code iommu:map}, the return of the map stands for it; that of a map that failed does not. */
    @Test
    void mapsByTheirReturn() {
        TraceText t = new TraceText()
                .enterMap(A, 5, 1, 100)
                .mapReturns()
                .flushAll(A, 3)
                .tick();
        counts(t.begin().unmap(A, 5, 1).end(), AuditRule.RETURN_PAGE, 0, 1, 0);
        TraceText failed = new TraceText().enterMap(A, 5, 1, 100);
        failed.event("map_ret: (iommu_map+0x2/0x6 <- __iommu_map) ret=-12")
                .flushAll(A, 3)
                .tick();
        counts(failed.begin().unmap(A, 5, 1).end(), AuditRule.RETURN_PAGE, 0, 0, 1);
        counts(mapped(5, 1).tick(), AuditRule.OVERLAP, 1, 0, 0); // once, though both are printed
    }

    /** A flush that was not seen to return ends with the trace; what it dropped was exposed until it was asked for. */
    @Test
    void flushesThatDoNotReturn() {
        TraceText t = mapped(5, 1)
                .unmap(A, 5, 1)
                .sync(A, 5, 1)
                .pages(3, 5, 0)
                .later(9)
                .tick();
        assertThat(t.audit().figures())
                .containsEntry("windowsEndedBySubmission", 1L)
                .containsEntry("windowsOpen", 0L);
        assertThat(t.audit().windows().max()).isEqualTo(2_000);
        for (int n = 0; n < 20; n++) { // however many
            t.map(A, 5, 1, 100)
                    .unmap(A, 5, 1)
                    .sync(A, 5, 1)
                    .pages(3, 5, 0)
                    .later(9)
                    .tick();
        }
        assertThat(t.audit().windows().count()).isEqualTo(21);
        assertThat(t.audit().windows().max()).isEqualTo(2_000);
    }

    /** One domain goes away; whose the others' ids are is known as before. */
    @Test
    void idsOfDomainsThatStay() {
        TraceText t = mapped(5, 1).flushAll(B, 4).tick().event("domain_free: (f+0x0/0x1) dom=0x%x", B);
        t.unmap(A, 5, 1).on(2, 1).pages(3, 5, 0).tick();
        assertThat(t.audit().figures()).containsEntry("windowsOpen", 0L).containsEntry("unassignedInvalidations", 0L);
    }

    /** What a flush has named is over with it: a descriptor behind it, with another id, contradicts nothing. */
    @Test
    void idsNamedByAFlushThatIsOver() {
        TraceText t = mapped(5, 1).event("cache_tag_flush_all: dmar0/0000:00:01.0 type iotlb did 3 pasid 0 ref 1");
        t.tick().event("qi_submit: iotlb_inv dmar0: 0x900e2 0x0 0x0 0x0").tick();
        assertThat(t.audit().figures()).containsEntry("foreignIdInvalidations", 0L);
    }

    /** A direction that is none, or a map whose rights are not printed, is not judged. */
    @Test
    void directionsThatAreNotShown() {
        for (String map : new String[] {"dir=0x3|prot=0x7", "dir=0xffff|prot=0x7", "dir=0x1|x=0x1", "x=0x1|prot=0x7"}) {
            String[] of = map.split("[|]");
            TraceText t = new TraceText().event("dma_map_page: (iommu_dma_map_page+0x0/0x260) size=0x10 " + of[0]);
            t.event("iommu_map: (__iommu_map+0x0/0x2a0) dom=0x1 iova=0x1000 size=0x1000 " + of[1]);
            counts(t, AuditRule.RIGHTS, 0, 0, 1);
        }
    }

    /** Which CPU has lost events is not said: what the last event of each has shown stands. */
    @Test
    void lossesOfSomeCpu() {
        TraceText t = new TraceText()
                .in("")
                .line("Attaching 24 probes...")
                .map(A, 5, 1, 100)
                .flushAll(A, 3);
        t.tick().begin().unmap(A, 5, 1).end().line("Lost 3 events");
        counts(t, AuditRule.RETURN_PAGE, 0, 1, 0);
        TraceText other = new TraceText()
                .in("")
                .line("Attaching 24 probes...")
                .map(A, 5, 1, 100)
                .flushAll(A, 3);
        other.on(2, 1).begin().unmap(A, 5, 1).end().line("Lost 3 events");
        counts(other, AuditRule.RETURN_PAGE, 0, 0, 1);
    }
}
