package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Disagreement;
import dev.moat.conform.rows.UnrepresentableException;
import dev.moat.conform.xen.record.RecordedCase;
import dev.moat.conform.xen.record.RecordedCases;
import dev.moat.conform.xen.record.RecordedOp;
import dev.moat.conform.xen.record.RecordedRow;
import dev.moat.input.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Counts cases and rows while they are compared. */
final class Tally {
    private final SortedMap<String, Integer> skipped = new TreeMap<>();
    private final List<String> leftOut = new ArrayList<>();
    private int cases;
    /** Rows of earlier cases that were compared or skipped. */
    private int handled;

    private int rows;
    private int statuses;
    private int comparedRows;
    private int comparedStatuses;

    /**
     * Judges a selected case up to the first row that it cannot be judged from on: one that asks for what the machine does not
     * have, whose arguments are malformed, or in whose hypercall an element is missing. What is wrong with any other cell is
     * thrown.
     */
    void run(RecordedCase recorded, Consumer<RecordedCase> judge) {
        begin(recorded);
        InputException reason = judge(recorded, judge);
        if (reason != null) {
            leaveOut(recorded, reason);
        }
    }

    /**
     * What the machine has not may show before a row is run, since it is made for all rows of the case. Then those before the place
     * are a shorter case, for which another machine is made.
     *
     * @return why the rest is not judged, the first place in the file; null when there is none
     */
    private @Nullable InputException judge(RecordedCase recorded, Consumer<RecordedCase> judge) {
        try {
            judge.accept(recorded);
            return null;
        } catch (InputException e) {
            if (!(e instanceof UnrepresentableException) && !recorded.isArgument(e) && !recorded.isElement(e)) {
                throw e;
            }
            List<RecordedRow> before = comparedRows + skippedRows() == handled ? recorded.before(e.line()) : List.of();
            InputException earlier =
                    before.isEmpty() ? null : judge(new RecordedCase(recorded.suite(), recorded.name(), before), judge);
            return earlier == null ? e : earlier;
        }
    }

    private void begin(RecordedCase recorded) {
        cases++;
        handled = comparedRows + skippedRows();
        rows += recorded.rows().size();
        statuses +=
                (int) recorded.rows().stream().filter(RecordedRow::hasStatus).count();
    }

    /** Rows that are not run, by what they would need. */
    void skip(String mechanism, int count) {
        skipped.merge(mechanism, count, Integer::sum);
    }

    /** The rest of a case, from its first row that was neither compared nor skipped, is not judged. */
    private void leaveOut(RecordedCase recorded, InputException reason) {
        int rest = recorded.rows().size() - (comparedRows + skippedRows() - handled);
        skip(mechanism(recorded, reason), rest);
        leftOut.add("case " + recorded.suite() + "/" + recorded.name() + ", " + rest + " of "
                + recorded.rows().size() + " rows: " + reason.getMessage());
    }

    private static String mechanism(RecordedCase recorded, InputException reason) {
        if (reason instanceof UnrepresentableException) {
            return "case that Moat cannot represent";
        }
        return recorded.isElement(reason) ? "case with an element missing" : "case with a malformed argument";
    }

    /** A case of which no row is run, by what it would need. */
    void leaveOut(RecordedCase recorded, String mechanism) {
        leaveOut(recorded, mechanism, mechanism);
    }

    /** A case of which no row is run, because it has an operation that is not known. */
    void leaveOut(RecordedCase recorded, Cell operation) {
        String mechanism = "case with " + operation.text();
        leaveOut(recorded, mechanism, RecordedOp.misspelt(operation).orElse(mechanism));
    }

    private void leaveOut(RecordedCase recorded, String mechanism, String reason) {
        skip(mechanism, recorded.rows().size());
        leftOut.add("case " + recorded.suite() + "/" + recorded.name() + ", all rows: " + reason);
    }

    /** What of the file is no row. */
    void leaveOut(RecordedCases.Remains remains) {
        remains.cut().ifPresent(reason -> {
            skip("end of a file that is cut off", 1);
            leftOut.add(reason);
        });
        if (remains.consoleLines() > 0) {
            skip("line of Xen's console", remains.consoleLines());
            leftOut.add("lines of Xen's console, the first of them line " + remains.firstConsoleLine());
        }
    }

    private int skippedRows() {
        return skipped.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** A row that was run and compared. */
    void compared(RecordedRow row) {
        comparedRows++;
        comparedStatuses += row.hasStatus() ? 1 : 0;
    }

    /** The counts, with what was found. */
    Conformance result(List<Disagreement> found) {
        return new Conformance(cases, rows, statuses, comparedRows, comparedStatuses, skipped, leftOut, found);
    }
}
