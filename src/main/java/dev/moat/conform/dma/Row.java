package dev.moat.conform.dma;

import dev.moat.conform.record.Cell;
import dev.moat.input.InputException;
import java.util.List;

/**
 * One row of a recorded case.
 *
 * @param kind of the file
 * @param cells one per column of the kind
 */
record Row(RecordKind kind, List<Cell> cells) {
    private static final int MAX_STEP = 1_000_000;

    /** The cell of a column of the kind. */
    Cell cell(String column) {
        return cells.get(kind.columns().indexOf(column));
    }

    String text(String column) {
        return cell(column).text();
    }

    /** What the function does. */
    String op() {
        return text("op");
    }

    /** Place in the case; {@link InputException} when it is no number. */
    int step() {
        return (int) cell("step").number(MAX_STEP);
    }

    String caseName() {
        return text("case");
    }

    /** The error of an operation that the kind does not have. */
    InputException unknownOp() {
        return cell("op").error("'" + op() + "' is no operation of a " + kind.name() + " file");
    }

    /** A number without a prefix, in hexadecimal digits, of up to 64 bits. */
    long hex(String column) {
        return Numbers.hex(cell(column));
    }

    /** A number in decimal digits, from 0 to max. */
    int decimal(String column, int max) {
        return Numbers.decimal(cell(column), max);
    }
}
