package dev.moat.conform.dma.row;

import dev.moat.conform.rows.Cell;
import dev.moat.input.InputException;
import java.util.List;

/**
 * One row of a recorded case.
 *
 * @param kind of the file
 * @param cells one per column of the kind
 */
public record Row(RecordKind kind, List<Cell> cells) {
    private static final int MAX_STEP = 1_000_000;

    /** The cell of a column of the kind. */
    public Cell cell(String column) {
        return cells.get(kind.columns().indexOf(column));
    }

    public String text(String column) {
        return cell(column).text();
    }

    /** What the function does. */
    public String op() {
        return text("op");
    }

    /** Place in the case; {@link InputException} when it is no number. */
    public int step() {
        return (int) cell("step").number(MAX_STEP);
    }

    public String caseName() {
        return text("case");
    }

    /** The error of an operation that the kind does not have. */
    public InputException unknownOp() {
        return cell("op").error("'" + op() + "' is no operation of kind " + kind.name());
    }

    /** A number without a prefix, in hexadecimal digits, of up to 64 bits. */
    public long hex(String column) {
        return Numbers.hex(cell(column));
    }

    /** The same from 0 to max. */
    public long hex(String column, long max) {
        return Numbers.hex(cell(column), max);
    }

    /** A number in decimal digits, from 0 to max. */
    public int decimal(String column, int max) {
        return Numbers.decimal(cell(column), max);
    }
}
