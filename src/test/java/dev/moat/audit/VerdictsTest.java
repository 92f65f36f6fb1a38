package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.RuleTally;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said while a trace is read, and what is taken back. */
class VerdictsTest {
    private static TraceText lingering(TraceText t, long page) {
        return t.map(A, page, 1, 100 + page).begin().unmap(A, page, 1).end();
    }

    /** Many more than the five that a report keeps. */
    @Test
    void everyViolationIsSaid() {
        TraceText t = new TraceText().flushAll(A, 3).tick();
        for (int page = 1; page <= 20; page++) {
            lingering(t, page);
        }
        List<String> said = t.live();
        assertThat(said)
                .hasSize(20)
                .allMatch(l -> l.startsWith("strict-return of page unmaps violated: line "))
                .doesNotHaveDuplicates();
        assertThat(t.live()).isEqualTo(said);
    }

    /** The first invalidation says that the trace holds any: what waited for it is said then, up to a bound. */
    @Test
    void whatWaitsForTheFirstInvalidation() {
        TraceText t = new TraceText();
        for (int page = 1; page <= 130; page++) {
            lingering(t, page);
        }
        assertThat(t.live()).isEmpty();
        t.flushAll(A, 3).tick();
        assertThat(t.live()).hasSize(101).last().isEqualTo("and 30 more before the first invalidation");
    }

    /** A CPU that lost events may have sent the invalidation. */
    @Test
    void lostEventsTakeBack() {
        TraceText t = new TraceText().flushAll(A, 3).on(7, 1).tick().on(1, 0);
        lingering(lingering(t, 5), 6).line("CPU:1 [LOST 2 EVENTS]");
        assertThat(t.live())
                .hasSize(3)
                .last()
                .isEqualTo(
                        "taken back: the last 2 violations of strict-return of page unmaps: events were lost about then");
        TraceText early = new TraceText().on(7, 1).tick().on(1, 0);
        lingering(lingering(early, 5), 6)
                .line("CPU:1 [LOST 2 EVENTS]")
                .flushAll(B, 3)
                .tick();
        assertThat(early.live()).isEmpty();
    }

    /** What there was no room for is later than what waits, and is taken back before it. */
    @Test
    void whatThereWasNoRoomForIsTakenBackFirst() {
        TraceText t = new TraceText();
        for (int page = 1; page <= 101; page++) {
            lingering(t, page);
        }
        t.on(7, 1).tick().on(1, 0);
        lingering(lingering(t, 102), 103)
                .line("CPU:1 [LOST 2 EVENTS]")
                .flushAll(B, 3)
                .tick();
        assertThat(t.live()).hasSize(101).last().isEqualTo("and 1 more before the first invalidation");
        TraceText one = new TraceText().flushAll(A, 3).on(7, 1).tick().on(1, 0);
        assertThat(lingering(one, 5).line("CPU:1 [LOST 2 EVENTS]").live())
                .last()
                .asString()
                .startsWith("taken back: the last 1 violation of strict-return of page unmaps: ");
    }

    /** That several domains are there is seen late; what was said of one is taken back then. */
    @Test
    void theEndTakesBack() {
        TraceText t = new TraceText().flushAll(0, 3).tick().mapPoint(5, 1, 100).unmapPoint(5, 1, 1);
        t.mapPoint(5, 1, 101).mapPoint(5, 1, 102).tick();
        assertThat(t.live())
                .hasSize(3)
                .last()
                .asString()
                .startsWith("taken back: the last 2 violations of iova-reuse of maps: several domains");
    }

    /** Flushes name domains, too; whose the maps are they do not say. */
    @Test
    void domainsThatNoMapNames() {
        TraceText t = new TraceText().mapPoint(5, 1, 100).unmapPoint(5, 1, 1).mapPoint(5, 1, 101); // of two domains
        t.flushAll(A, 4).flushAll(B, 3).tick();
        RuleTally reuse = t.tally(AuditRule.IOVA_REUSE);
        assertThat(reuse.judged()).isZero();
        assertThat(reuse.unjudged()).containsEntry("several domains, and nothing tells them apart", 2L);
        TraceText one = new TraceText().mapPoint(5, 1, 100).unmapPoint(5, 1, 1).mapPoint(5, 1, 101);
        one.flushAll(B, 3).tick();
        TraceText.counts(one, AuditRule.IOVA_REUSE, 1, 1, 0);
    }
}
