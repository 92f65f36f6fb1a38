package dev.moat.conform.dma;

import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.UnrepresentableException;
import dev.moat.input.InputException;
import org.jspecify.annotations.Nullable;

/** Runs the rows of one case, in order, and compares what each of them shows. */
interface RowRunner {
    /**
     * Why a row cannot be run, or null. It is then skipped under this name, and the next row is asked about anew: a case may
     * begin again.
     */
    default @Nullable String missing(Row row) {
        return null;
    }

    /**
     * Runs one row and reports every cell that says something else than Moat.
     *
     * @throws InputException when a cell is malformed, the row cannot come here, or asks for more than the machine has ({@link
     *     UnrepresentableException})
     */
    void run(Row row);
}
