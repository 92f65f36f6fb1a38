package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static dev.moat.audit.TraceText.counts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several recordings in one file: what one shows, or lacks, says nothing of the other. */
class RecordingsTest {
    private static final String NEXT = "# tracer: nop";

    private static TraceText mapped() {
        return new TraceText().line(NEXT).map(A, 5, 1, 100).flushAll(A, 3).tick();
    }

    /** Whichever CPU has lost events in the second, one that the first has never shown, or one that was silent in it for long. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void lossesInTheNext(int cpu) {
        TraceText t = mapped().on(1, 0).tick().on(2, 1).begin().unmap(A, 5, 1).end();
        t.line(NEXT).line("##### CPU " + cpu + " buffer started ####");
        counts(t, AuditRule.RETURN_PAGE, 0, 1, 0);
        assertThat(t.tally(AuditRule.RETURN_PAGE).examples()).hasSize(1);
        assertThat(t.audit().outcome(true)).isEqualTo(Audit.Outcome.VIOLATED);
    }

    /** What the second itself has shown since that CPU's last event is taken back, and that alone. */
    @Test
    void lossesInTheNextTakeBackItsOwn() {
        TraceText t = mapped().begin().unmap(A, 5, 1).end().line(NEXT);
        t.on(2, 1).map(A, 5, 1, 100).begin().unmap(A, 5, 1).end().on(1, 0);
        counts(t, AuditRule.RETURN_PAGE, 0, 2, 0);
        counts(t.line("CPU:0 [LOST 1 EVENTS]"), AuditRule.RETURN_PAGE, 0, 1, 1);
        assertThat(t.tally(AuditRule.RETURN_PAGE).examples()).hasSize(1);
        counts(t.line("CPU:1 [LOST 1 EVENTS]"), AuditRule.RETURN_PAGE, 0, 1, 1);
    }

    /** Of another boot: an id that was one domain's is another's, though no flush tells whose. */
    @Test
    void idsOfTheNext() {
        TraceText t = mapped().begin().unmap(A, 5, 1).pages(3, 5, 0).end().line(NEXT);
        t.map(B, 5, 1, 100).begin().unmap(B, 5, 1).pages(3, 5, 0).end();
        counts(t, AuditRule.RETURN_PAGE, 2, 0, 0);
        t.map(B, 5, 1, 100).begin().unmap(B, 5, 1).pages(4, 5, 0).end();
        counts(t, AuditRule.RETURN_PAGE, 2, 1, 0);
    }
}
