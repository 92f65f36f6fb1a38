package dev.moat.conform;

import dev.moat.conform.record.Disagreement;
import dev.moat.conform.record.RecordedCase;
import dev.moat.conform.record.RecordedRow;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts cases and rows while they are compared. */
final class Tally {
    private final SortedMap<String, Integer> skipped = new TreeMap<>();
    private int cases;
    private int rows;
    private int statuses;
    private int comparedRows;
    private int comparedStatuses;

    /** A selected case. */
    void begin(RecordedCase recorded) {
        cases++;
        rows += recorded.rows().size();
        statuses +=
                (int) recorded.rows().stream().filter(RecordedRow::hasStatus).count();
    }

    /** Rows that are not run, by what they would need. */
    void skip(String mechanism, int count) {
        skipped.merge(mechanism, count, Integer::sum);
    }

    /** A row that was run and compared. */
    void compared(RecordedRow row) {
        comparedRows++;
        comparedStatuses += row.hasStatus() ? 1 : 0;
    }

    /** The counts, with what was found. */
    Conformance result(List<Disagreement> found) {
        return new Conformance(cases, rows, statuses, comparedRows, comparedStatuses, skipped, found);
    }
}
