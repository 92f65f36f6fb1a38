package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import org.junit.jupiter.api.Test;

/** Maps of more than anybody unmaps at once, as of a guest's memory in huge pages. */
class LongRangesTest {
    /** The frame that lingers is far behind the first of the map. */
    @Test
    void aLongMapIsComparedToItsEnd() {
        TraceText t = new TraceText().flushAll(A, 3).flushAll(B, 4).tick();
        t.map(B, 1, 1, 1).map(A, 7, 1, 60_000).unmap(A, 7, 1);
        t.map(B, 0x10_0000, 59_000, 200);
        assertThat(t.tally(AuditRule.FRAME_REUSE).violated()).isZero();
        t.map(B, 0x20_0000, 70_000, 300);
        assertThat(t.tally(AuditRule.FRAME_REUSE).violated()).isEqualTo(1);
        assertThat(t.tally(AuditRule.FRAME_REUSE).examples().get(0).says())
                .contains("that domain 0xff0000000000a000 may still reach at [0x7000, 0x8000), unmapped at line ");
    }
}
