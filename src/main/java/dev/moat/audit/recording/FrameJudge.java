package dev.moat.audit.recording;

import dev.moat.audit.recording.FrameOwners.Range;
import dev.moat.audit.recording.RecordedTables.Table;
import dev.moat.audit.result.AuditRule;
import dev.moat.iommu.Entry;
import java.util.List;

/** Frames that are freed, given away or mapped. */
final class FrameJudge {
    /** Of a longer range only the first pages are looked at as tables. */
    private static final int MOST_TABLES = 1 << 10;

    private final Recorded recorded;

    FrameJudge(Recorded recorded) {
        this.recorded = recorded;
    }

    void allocated(long frame, long count, String owner, Moment when) {
        recorded.frames.set(frame, count, new Range(frame + count, false, owner, when.line()));
        if (!owner.isEmpty()) {
            foreign(frame, count, owner, when);
        }
    }

    void freed(long frame, long count, Moment when) {
        recorded.frames.set(frame, count, new Range(frame + count, true, "", when.line()));
        if (recorded.tables.everLedTo(frame, count)) {
            List<Reach> all = recorded.tables.leadingTo(frame, count).stream()
                    .filter(r -> !isAnybodys(r))
                    .toList();
            mapped(frame, all, when);
            lingering(frame, all, when);
        }
        for (long page = frame; page < frame + Math.min(count, MOST_TABLES); page++) {
            for (Table table : recorded.tables.tables(page)) {
                freedTable(page, table, when);
            }
        }
    }

    private boolean isAnybodys(Reach r) {
        return recorded.owner(r.unit(), r.tag()).equals(Recorded.ANY_OWNER);
    }

    private static String at(Reach r) {
        return LingeringExplanation.pages(r.page(), 0) + " of "
                + r.unit().unit().tagName(r.tag()) + " in " + r.unit().name();
    }

    private void mapped(long frame, List<Reach> all, Moment when) {
        for (Reach r : all) {
            if (r.through() == null) {
                recorded.violated(
                        AuditRule.FREED_MAPPED,
                        when,
                        "frame " + Recorded.hex(frame) + " is freed, and tables still lead to it: " + at(r));
                return;
            }
        }
        recorded.ledger.clean(AuditRule.FREED_MAPPED);
    }

    private void lingering(long frame, List<Reach> all, Moment when) {
        for (Reach r : all) {
            Lingering through = r.through();
            if (through != null && recorded.isHarmful(through)) {
                recorded.violated(
                        AuditRule.FREED_LINGERING,
                        when,
                        "frame " + Recorded.hex(frame) + " is freed, but " + LingeringExplanation.of(through),
                        through);
                return;
            }
        }
        recorded.ledger.clean(AuditRule.FREED_LINGERING);
    }

    private void freedTable(long page, Table table, Moment when) {
        if (table.live()) {
            recorded.violated(
                    AuditRule.TABLE_REUSE,
                    when,
                    "page " + Recorded.hex(page) + " is freed, and "
                            + table.unit().name() + " still comes to it as a " + table.kind());
            return;
        }
        for (Lingering through : table.walkable()) {
            if (through.unit().mayWalk(through)) {
                usedAgain(page, through, when, "is freed");
                return;
            }
        }
        recorded.ledger.clean(AuditRule.TABLE_REUSE);
        recorded.ledger.clean(AuditRule.REQUESTER_FORGOTTEN);
    }

    /** A page that was a table is used again while something leads there. */
    void usedAgain(long page, Lingering through, Moment when, String how) {
        boolean requester = through.what() == Lingering.What.ENTRY;
        recorded.violated(
                requester ? AuditRule.REQUESTER_FORGOTTEN : AuditRule.TABLE_REUSE,
                when,
                "page " + Recorded.hex(page) + " was a table and " + how + ", but " + LingeringExplanation.of(through),
                through);
    }

    void owned(long frame, long count, String owner, Moment when) {
        recorded.frames.set(frame, count, new Range(frame + count, false, owner, when.line()));
        foreign(frame, count, owner, when);
    }

    private void foreign(long frame, long count, String owner, Moment when) {
        boolean known = true;
        for (Reach r : recorded.tables.leadingTo(frame, count)) {
            String whose = recorded.owner(r.unit(), r.tag());
            Lingering through = r.through();
            if (whose.isEmpty()) {
                recorded.ledger.unjudged(AuditRule.FOREIGN, "whose tables are under a tag is not told");
            } else if (!whose.equals(owner) && !whose.equals(Recorded.ANY_OWNER)) {
                String says = "frame " + Recorded.hex(frame) + " is " + owner + "'s from here on, but ";
                if (through == null) {
                    recorded.violated(AuditRule.FOREIGN, when, says + "tables of " + whose + " lead to it: " + at(r));
                    return;
                } else if (recorded.isHarmful(through)) {
                    recorded.violated(
                            AuditRule.FOREIGN,
                            when,
                            says + "of " + whose + ", " + LingeringExplanation.of(through),
                            through);
                    return;
                }
                known &= recorded.serving(through) != Lingering.Serving.UNKNOWN;
            }
        }
        if (known) {
            recorded.ledger.clean(AuditRule.FOREIGN);
        } else {
            recorded.ledger.unjudged(AuditRule.FOREIGN, "a table that was unlinked was not shown");
        }
    }

    /** Tables lead pages somewhere. */
    void mapped(Moment when, UnitTables unit, long tag, long page, Entry entry) {
        long count = 1L << entry.size();
        Range range = recorded.frames.first(entry.frame(), count);
        String whose = recorded.owner(unit, tag);
        if (range == null || whose.equals(Recorded.ANY_OWNER)) {
            return;
        } else if (range.free() && recorded.allocations()) {
            recorded.violated(
                    AuditRule.FREED_MAPPED,
                    when,
                    LingeringExplanation.pages(page, 0) + " of " + unit.unit().tagName(tag) + " in " + unit.name()
                            + " is led to frame " + Recorded.hex(entry.frame()) + ", which is free since line "
                            + range.line());
        } else if (!range.owner().isEmpty()) {
            if (whose.isEmpty()) {
                recorded.ledger.unjudged(AuditRule.FOREIGN, "whose tables are under a tag is not told");
            } else if (!whose.equals(range.owner())) {
                recorded.violated(
                        AuditRule.FOREIGN,
                        when,
                        LingeringExplanation.pages(page, 0) + " of "
                                + unit.unit().tagName(tag) + " in " + unit.name()
                                + ", whose tables are " + whose + "'s, is led to frame "
                                + Recorded.hex(entry.frame()) + ", which is " + range.owner() + "'s since line "
                                + range.line());
            } else {
                recorded.ledger.clean(AuditRule.FOREIGN);
            }
        }
    }
}
