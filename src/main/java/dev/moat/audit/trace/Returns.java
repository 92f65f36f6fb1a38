package dev.moat.audit.trace;

import dev.moat.audit.read.TraceEvent;
import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.Ledger;
import dev.moat.audit.result.StaleJudge;
import dev.moat.audit.result.Violation;
import java.util.Locale;

/** Judges at the moments when somebody is told that nothing lingers: the return of an unmap, and of a flush. */
final class Returns {
    private static final String OF_ANOTHER = "it was invalidated for a domain id that may be another domain's";
    private static final String AGAIN = "its addresses were mapped and unmapped again before it returned";
    static final String NO_UNMAP = "no unmap was seen inside";

    private final Ledger ledger;
    private final FollowedSpaces tables;
    private final StaleJudge judge;
    private final Flushes flushes;

    Returns(Ledger ledger, FollowedSpaces tables, StaleJudge judge, Flushes flushes) {
        this.flushes = flushes;
        this.ledger = ledger;
        this.tables = tables;
        this.judge = judge;
    }

    /** The strict promise: whatever this call unmapped, nobody owes an invalidation for it any more. */
    void call(DmaCall op, TraceEvent e) {
        AuditRule rule = op.rule();
        if (rule == null) {
            return;
        }
        String reason = op.spoiled;
        if (op.ranges.isEmpty()) {
            reason = NO_UNMAP;
        }
        Stale lingering = null;
        for (DmaCall.Range r : op.ranges) {
            for (Stale s : r.space().stale().touching(r.first(), r.end())) {
                if (!s.owed()) {
                    reason = s.why();
                } else if (r.when().isBefore(s.when())) { // the address was free before the return
                    reason = AGAIN;
                } else if (judge.violated(s.rights(), 0, false)) {
                    s.outlive();
                    lingering = lingering == null ? s : lingering;
                }
            }
        }
        if (lingering != null && judge.violated(lingering.rights(), 0, false)) { // once more: its state is explained
            lingers(rule, op, lingering, e);
            return;
        }
        for (DmaCall.Range r : op.ranges) {
            reason = reason == null ? r.taken().unseen() : reason;
            reason = (reason == null && ofAnother(r, e)) ? OF_ANOTHER : reason;
        }
        if (reason != null) {
            ledger.unjudged(rule, reason);
        } else {
            ledger.clean(rule);
        }
    }

    /**
     * Whether pages of no known domain linger no more because of an invalidation that may have been for another domain: its id is none
     * of the device's or, where the trace does not tell those, one of several and sent by another task.
     */
    private boolean ofAnother(DmaCall.Range r, TraceEvent e) {
        Removal removal = r.removal();
        if (r.space().known() || removal == null || flushes.identities() < 2) {
            return false;
        }
        String device = e.device();
        for (Removal.End end : removal.ends()) {
            boolean own = (device != null && flushes.devices().knows(device))
                    ? flushes.devices().has(device, end.unit(), end.id())
                    : end.task() == e.task();
            if (!own) {
                return true;
            }
        }
        return removal.crowded();
    }

    private void lingers(AuditRule rule, DmaCall op, Stale s, TraceEvent e) {
        ledger.violated(rule, () -> {
            String says = String.format(
                    Locale.ROOT,
                    "line %d returns while %s may still be translated; begun at line %d, unmapped at line %d",
                    e.line(),
                    FollowedSpaces.range(s.first(), s.end()),
                    op.line,
                    s.line());
            return new Violation(rule, e.line(), says, tables.explain(s), Storyteller.returned(s, e.line()));
        });
    }

    /** A flush of somebody's domain is not seen to return. */
    void unreturned(Ledger.Subject whose, String reason) {
        ledger.as(whose, () -> ledger.unjudged(AuditRule.COVERS, reason));
    }

    /** Whatever the flush was asked to drop and was unmapped before, is invalidated. */
    void flush(Task.Sync sync, TraceEvent e) {
        String unsure = sync.space().doubtful().touches(sync.first(), sync.end()) ? FollowedSpaces.NO_DOMAIN : null;
        for (Gone g : sync.space().unseen().touching(sync.first(), sync.end())) {
            unsure = g.when().isBefore(sync.when()) ? FollowedSpaces.EARLIER : unsure;
        }
        for (Stale s : sync.space().stale().touching(sync.first(), sync.end())) {
            if (!s.owed() || sync.when().isBefore(s.when())) {
                unsure = s.why();
            } else if (judge.violated(s.rights(), 0, false)) {
                uncovered(sync, s, e.line());
                return;
            }
        }
        if (unsure != null) {
            ledger.unjudged(AuditRule.COVERS, unsure);
        } else {
            ledger.clean(AuditRule.COVERS);
        }
    }

    private void uncovered(Task.Sync sync, Stale s, long line) {
        ledger.violated(AuditRule.COVERS, () -> {
            String says = String.format(
                    Locale.ROOT,
                    "line %d: the flush of %s begun at line %d ends without covering %s, unmapped at line %d",
                    line,
                    FollowedSpaces.range(sync.first(), sync.end()),
                    sync.when().line(),
                    FollowedSpaces.range(s.first(), s.end()),
                    s.line());
            return new Violation(AuditRule.COVERS, line, says, tables.explain(s), Storyteller.uncovered(s, sync, line));
        });
    }
}
