package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static dev.moat.audit.TraceText.counts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unmaps whose entry the probe has missed, unmaps of what is unmapped already, and invalidations inside an unmap. */
class UnmapsTest {
    private static final String NO_DOMAIN = "the domain of an unmap is not known";

    private static TraceText mapped(int pages) {
        return new TraceText().map(A, 5, pages, 100).flushAll(A, 3).tick();
    }

    /** A correct call; without the entry of its unmap. */
    private static TraceText missed(TraceText t, long page, long pages) {
        t.begin().unmapPoint(page, pages, pages).sync(A, page, pages).pages(3, page, 0);
        return t.synced().end();
    }

    private static TraceText whole(TraceText t, long dom, long page) {
        t.begin().unmap(dom, page, 1).sync(dom, page, 1).pages(dom == A ? 3 : 4, page, 0);
        return t.synced().end();
    }

    /** The page may be mapped or not: neither the call, nor the flush, nor the next map is judged; what follows is. */
    @Test
    void anEntryThatWasMissed() {
        TraceText t = missed(mapped(1), 5, 1).map(A, 5, 1, 101);
        for (AuditRule rule : List.of(AuditRule.RETURN_PAGE, AuditRule.COVERS)) {
            assertThat(t.tally(rule).unjudged()).isEqualTo(Map.of(NO_DOMAIN, 1L));
            assertThat(t.tally(rule).judged()).isZero();
        }
        assertThat(t.tally(AuditRule.OVERLAP).unjudged()).isEqualTo(Map.of(NO_DOMAIN, 1L));
        assertThat(t.tally(AuditRule.IOVA_REUSE).unjudged()).isEqualTo(Map.of(NO_DOMAIN, 1L));
        assertThat(t.audit().warnings())
                .containsExactly("1 unmap tells no domain (no iommu_unmap before it); whatever is mapped at its"
                        + " addresses is not judged");
        assertThat(t.audit().figures()).containsEntry("unseenUnmaps", 0L);
        counts(whole(t, A, 5), AuditRule.RETURN_PAGE, 1, 0, 1);
        counts(t.map(A, 5, 1, 102).map(A, 5, 1, 103), AuditRule.OVERLAP, 2, 1, 1);
    }

    /** It may have been of another domain: then the page is unmapped by what looks like a second unmap. */
    @Test
    void aMissedEntryOfAnotherDomain() {
        TraceText t = mapped(1).map(B, 5, 1, 200);
        whole(missed(t, 5, 1), A, 5);
        assertThat(t.tally(AuditRule.EXACT).unjudged()).isEqualTo(Map.of(NO_DOMAIN, 1L));
        counts(t, AuditRule.EXACT, 1, 0, 1);
        TraceText unflushed = missed(mapped(1), 5, 1).begin().unmap(A, 5, 1).end();
        assertThat(unflushed.tally(AuditRule.RETURN_PAGE).unjudged()).isEqualTo(Map.of(NO_DOMAIN, 2L));
    }

    /** Pages beside those of the unmap are known as before. */
    @Test
    void neighboursOfAMissedEntry() {
        TraceText t = missed(mapped(3), 6, 1);
        counts(t.map(A, 6, 1, 300), AuditRule.OVERLAP, 1, 0, 1);
        counts(t.map(A, 5, 1, 300), AuditRule.OVERLAP, 1, 1, 1);
        TraceText all =
                missed(mapped(3), 6, 1).begin().unmap(A, 5, 3).pages(3, 6, 0).tick();
        counts(all.end(), AuditRule.RETURN_PAGE, 0, 1, 1);
        assertThat(all.audit().figures()).containsEntry("unseenPages", 0L);
    }

    /** What calls the function that was missed tells the domain, too. */
    @ParameterizedTest
    @ValueSource(strings = {".....", ""})
    void theCallerOfAnEntryThatWasMissed(String flags) {
        for (int page : new int[] {5, 6}) {
            TraceText t = mapped(1).in(flags).begin();
            t.event("unmap_fast: (iommu_unmap_fast+0x0/0x10) dom=0x%x iova=0x%x size=0x1000", A, page << 12);
            t.unmapPoint(5, 1, 1).pages(3, 5, 0).end();
            counts(t, AuditRule.RETURN_PAGE, page == 5 ? 1 : 0, 0, page == 5 ? 0 : 1);
        }
        TraceText both = mapped(1).in(flags).begin();
        both.event("unmap_fast: (iommu_unmap_fast+0x0/0x10) dom=0x%x iova=0x5000 size=0x1000", A);
        both.on(2, 1).pages(3, 5, 0).tick().on(1, 0).unmap(A, 5, 1);
        counts(both.end(), AuditRule.RETURN_PAGE, 0, 1, 0); // entered behind the flush of the other CPU
        counts(both.unmapPoint(5, 1, 1).map(A, 5, 1, 7), AuditRule.IOVA_REUSE, 1, 1, 0);
    }

    @Test
    void anUnmapOfWhatIsUnmapped() {
        TraceText t = whole(mapped(1), A, 5);
        counts(whole(t, A, 5), AuditRule.EXACT, 1, 1, 0);
        assertThat(t.tally(AuditRule.EXACT).examples().get(0).says())
                .isEqualTo("line 16 unmaps [0x5000, 0x6000), unmapped at line 9 already; the call began at line 14");
        assertThat(t.tally(AuditRule.RETURN_PAGE).unjudged()).isEqualTo(Map.of("unmapped already", 1L));
        assertThat(t.audit().figures()).containsEntry("unseenUnmaps", 0L).containsEntry("unseenPages", 0L);
        TraceText part = whole(mapped(3), A, 6).begin().unmap(A, 5, 3).end();
        counts(part, AuditRule.EXACT, 1, 1, 0);
        counts(mapped(1).unmap(A, 5, 1).unmap(A, 5, 1), AuditRule.EXACT, 0, 0, 2);
    }

    /** What may have come between two unmaps, so that the second is none of what is unmapped. */
    private enum Between {
        MAPPED,
        MAPPED_WITHOUT_ENTRY,
        MAP_FAILED,
        LOST,
        RECORDED_ANEW,
        DOMAIN_FREED,
        ANOTHER_DOMAIN;

        TraceText after(TraceText t) {
            return switch (this) {
                case MAPPED -> t.map(A, 5, 1, 7);
                case MAPPED_WITHOUT_ENTRY -> t.mapPoint(5, 1, 7);
                // The kernel unmaps what it had mapped so far, and says nothing of having mapped it.
                case MAP_FAILED -> t.enterMap(A, 4, 4, 7);
                case LOST -> t.line("CPU:0 [LOST 1 EVENTS]");
                case RECORDED_ANEW -> t.line("# tracer: nop");
                case DOMAIN_FREED -> t.event("domain_free: (iommu_domain_free+0x0/0x9) dom=0x%x", A);
                case ANOTHER_DOMAIN -> t;
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Between.class)
    void noSecondUnmap(Between between) {
        TraceText t = between.after(whole(mapped(1), A, 5));
        counts(whole(t, between == Between.ANOTHER_DOMAIN ? B : A, 5), AuditRule.EXACT, 2, 0, 0);
    }

    /** What nothing tells apart may be two domains; what was mapped before the recording began is not known. */
    @Test
    void noSecondUnmapThatIsKnown() {
        TraceText t =
                new TraceText().mapPoint(5, 1, 100).begin().unmapPoint(5, 1, 1).end();
        counts(t.begin().unmapPoint(5, 1, 1).end(), AuditRule.EXACT, 2, 0, 0);
        TraceText before = whole(whole(new TraceText().flushAll(A, 3), A, 5), A, 5);
        counts(before, AuditRule.EXACT, 2, 0, 0);
        counts(missed(missed(mapped(1), 5, 1), 5, 1), AuditRule.EXACT, 2, 0, 0);
    }

    /** Nothing shows whether the tables were cleared before or behind it, though both are in one call. */
    @Test
    void anInvalidationInsideAnUnmap() {
        TraceText t = mapped(1).begin().enterUnmap(A, 5, 1).sync(A, 5, 1).pages(3, 5, 0);
        t.synced().unmapPoint(5, 1, 1).end();
        assertThat(t.tally(AuditRule.RETURN_PAGE).unjudged())
                .isEqualTo(Map.of(
                        "an invalidation came between the entry of the unmap and its event: before or behind the"
                                + " clearing",
                        1L));
    }

    /** The address is free before the call returns: what another task has mapped and unmapped there since is that task's to flush. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void unmappedAgainBeforeTheReturn(boolean flushed) {
        TraceText t = mapped(1).begin().unmap(A, 5, 1);
        t = flushed ? t.pages(3, 5, 0).tick() : t;
        t.on(2, 1).map(A, 5, 1, 200).begin().unmap(A, 5, 1).on(1, 0).end();
        counts(t, AuditRule.RETURN_PAGE, 0, flushed ? 0 : 1, flushed ? 1 : 0);
        counts(t.on(2, 1).pages(3, 5, 0).end(), AuditRule.RETURN_PAGE, 1, flushed ? 0 : 1, flushed ? 1 : 0);
    }

    /** An interrupt's unmap upon another, which nothing tells apart, does not end the other: a flush elsewhere still races with it. */
    @Test
    void racesOfAnUnmapThatGoesOn() {
        TraceText t = mapped(1).map(B, 6, 1, 200).in("").begin().enterUnmap(A, 5, 1);
        t.unmap(B, 6, 1).pages(4, 6, 0);
        t.on(2, 1).pages(3, 5, 0).tick().on(1, 0).unmapPoint(5, 1, 1).end();
        counts(t, AuditRule.RETURN_PAGE, 0, 0, 1);
    }

    /** Part of an unmap is in doubt for an earlier one; the flush that raced with it leaves the other part open as well. */
    @Test
    void racesBesideDoubts() {
        TraceText t = missed(mapped(2), 6, 1).begin().enterUnmap(A, 5, 2);
        t.on(2, 1).pages(3, 5, 1).tick().on(1, 0).unmapPoint(5, 2, 2).end();
        counts(t, AuditRule.RETURN_PAGE, 0, 0, 2);
    }
}
