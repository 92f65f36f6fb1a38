package dev.moat.conform.dma.row;

import java.util.List;
import java.util.function.Function;

/**
 * A kind of recorded file.
 *
 * @param name one word, as in messages
 * @param says whose code was recorded
 * @param columns the cells of a row in order; first {@code case}, {@code step}, and {@code op} among the others
 * @param runner what runs the rows of one case, new for each
 */
public record RecordKind(String name, String says, List<String> columns, Function<Judge, RowRunner> runner) {
    /** The first line of a file. */
    public String header() {
        return String.join(",", columns);
    }
}
