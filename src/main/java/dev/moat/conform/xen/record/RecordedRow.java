package dev.moat.conform.xen.record;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Fields;
import dev.moat.input.InputException;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One row of a recorded case: its cells, and what of them every row has. */
public final class RecordedRow {
    static final int MAX_STEP = 1_000_000;
    /** The last number that a domain can have; those above are reserved. */
    private static final int MAX_DOMAIN = 0x7fef;

    private static final int MAX_STATUS = 4095;

    private final Map<Column, Cell> cells = new EnumMap<>(Column.class);
    private final Cell group;
    private final int step;
    private final int actor;
    private final RecordedOp op;
    private final int place;
    private final int batchSize;

    /**
     * @param format of the file
     * @param inOrder one cell per column of the format
     * @throws InputException at the first cell that is malformed, from left to right
     */
    RecordedRow(RecordFormat format, List<Cell> inOrder) {
        Iterator<Cell> rest = inOrder.iterator();
        for (Column column : format.columns()) {
            cells.put(column, rest.next());
        }
        Column grouping = format.columns().get(0);
        group = cell(grouping);
        for (Column named : List.of(grouping, Column.CASE)) {
            if (cell(named).isEmpty()) {
                throw cell(named).error("the " + named.label() + " is empty");
            }
        }
        step = (int) cell(Column.STEP).number(MAX_STEP);
        if (has(Column.ACTOR_VER)) {
            cell(Column.ACTOR_VER).number(2);
        }
        actor = domain(cell(Column.ACTOR));
        op = RecordedOp.of(cell(Column.OP));
        place = part(cell(Column.BATCH), 0);
        batchSize = part(cell(Column.BATCH), 1);
        if (op != RecordedOp.PROBE || !cell(Column.HRC).isEmpty()) {
            cell(Column.HRC).signed(MAX_STATUS);
        }
        if (!cell(Column.STATUS).isEmpty()) {
            cell(Column.STATUS).signed(MAX_STATUS);
        }
    }

    /** The number in {@code D0}, {@code D1}, ... */
    private static int domain(Cell cell) {
        if (!cell.text().startsWith("D")) {
            throw cell.error("'" + cell.text() + "' is not a domain: D0 to D7");
        }
        return (int) cell.part(1, cell.text().length()).number(MAX_DOMAIN);
    }

    /** Of {@code i/n} the one or the other; 1 of an empty cell. */
    private static int part(Cell batch, int index) {
        if (batch.isEmpty()) {
            return 1;
        }
        int slash = batch.text().indexOf('/');
        if (slash < 0) {
            throw batch.error("'" + batch.text() + "' is not a place in a batch: i/n");
        }
        int n = (int) batch.part(slash + 1, batch.text().length()).number(MAX_STEP);
        int i = (int) batch.part(0, slash).number(n);
        if (i == 0) {
            throw batch.error("'" + batch.text() + "' is not a place in a batch: the first one is 1");
        }
        return index == 0 ? i : n;
    }

    /** Whether the file has such a column. */
    public boolean has(Column column) {
        return cells.containsKey(column);
    }

    /** What the case belongs to: its suite or its configuration. */
    public Cell group() {
        return group;
    }

    /** The cell of a column that the file has. */
    public Cell cell(Column column) {
        return Objects.requireNonNull(cells.get(column));
    }

    /** The text of a column that the file has. */
    public String text(Column column) {
        return cell(column).text();
    }

    /** 1-based. */
    public int line() {
        return group.line();
    }

    /** The number of the hypercall within its case; rows with the same are elements of one. */
    public int step() {
        return step;
    }

    /** The domain that executes. */
    public int actor() {
        return actor;
    }

    /** What was called. */
    public RecordedOp op() {
        return op;
    }

    /** Whether this is the second or a later element of one hypercall. */
    public boolean continues() {
        return place > 1;
    }

    /** Whether no further element of its hypercall follows. */
    boolean isLastOfBatch() {
        return place == batchSize;
    }

    /** The number of this element within its hypercall, from 1 on. */
    public int place() {
        return place;
    }

    /** How many elements its hypercall has. */
    public int batchSize() {
        return batchSize;
    }

    /** Whether a status was recorded. */
    public boolean hasStatus() {
        return !cell(Column.STATUS).isEmpty();
    }

    /** The arguments, read anew. InputException where they are malformed, or not of the operation. */
    public Fields args() {
        return new Fields(cell(Column.ARGS)).only(op.arguments());
    }
}
