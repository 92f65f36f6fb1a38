package dev.moat.conform.xen.record;

import dev.moat.input.InputException;
import java.util.List;

/**
 * Rows that start from freshly created domains, in the order of execution.
 *
 * @param suite what the case belongs to: its suite or its configuration
 * @param name unique within the suite
 * @param rows at least one
 */
public record RecordedCase(String suite, String name, List<RecordedRow> rows) {
    public RecordedCase {
        rows = List.copyOf(rows);
    }

    /** Whether a complaint is about the arguments of one row. */
    public boolean isArgument(InputException complaint) {
        return isAt(complaint, Column.ARGS);
    }

    /** Whether a complaint is about an element that is missing in a hypercall. */
    public boolean isElement(InputException complaint) {
        return isAt(complaint, Column.BATCH);
    }

    private boolean isAt(InputException complaint, Column column) {
        return rows.stream()
                .filter(row -> row.line() == complaint.line())
                .map(row -> row.cell(column))
                .anyMatch(cell -> complaint.column() >= cell.column()
                        && complaint.column() <= cell.column() + cell.text().length());
    }

    /** The rows of the hypercalls before the one that a line belongs to; none when it is of the first one, or of no row. */
    public List<RecordedRow> before(int line) {
        int step = rows.stream()
                .filter(row -> row.line() == line)
                .mapToInt(RecordedRow::step)
                .findFirst()
                .orElse(0);
        return rows.stream().takeWhile(row -> row.step() < step).toList();
    }
}
