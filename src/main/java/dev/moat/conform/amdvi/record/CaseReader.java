package dev.moat.conform.amdvi.record;

import dev.moat.conform.left.LostRows;
import dev.moat.conform.record.Cell;
import dev.moat.conform.record.CellReader;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads recorded answers, one case at a time. {@code @shape} as {@link CellReader} reads it, the first line {@link Column#HEADER};
 * then at least one case, whose rows follow one another, steps ascending.
 */
public final class CaseReader {
    private static final int MAX_LINE = 1 << 17;
    private static final int MAX_ROWS = 100_000;

    private final String file;
    private final CellReader lines;
    private final Consumer<List<Row>> sink;
    private final LostRows lost;
    private final Set<String> seen = new HashSet<>();
    private List<Row> rows = new ArrayList<>();

    private CaseReader(String file, Reader in, Consumer<List<Row>> sink, LostRows lost) {
        this.file = file;
        lines = new CellReader(file, in, MAX_LINE);
        this.sink = sink;
        this.lost = lost;
    }

    /**
     * Offers every case to the sink, in the order of the file, once its last row was read, and of a case in which a line is lost the
     * rows before that line.
     *
     * @param file the name that messages print
     * @param lost told of a line that is none: in a row, the wrong number of cells comes first, then its case and step, a case that
     *     comes back, a step that does not go up, and a case that is too long. What is malformed otherwise the row tells ({@link
     *     Row#malformed})
     * @throws InputException for another first line, and for a file without a line behind it
     */
    public static void read(String file, Reader in, Consumer<List<Row>> sink, LostRows lost) throws IOException {
        new CaseReader(file, in, sink, lost).read();
    }

    private void read() throws IOException {
        if (!Column.HEADER.equals(lines.header())) {
            throw new InputException(file, 1, 1, "the first line must be " + Column.HEADER);
        }
        if (!lost.readAll(this::takeNext, this::offer)) {
            throw lines.error(1, "there is no case after the first line");
        }
    }

    private boolean takeNext() throws IOException {
        List<Cell> cells = lines.next(Column.values().length);
        if (cells == null) {
            return false;
        }
        Row row = new Row(cells);
        lost.isOf(row.group());
        take(row);
        return true;
    }

    private void take(Row row) {
        if (lost.has(row.group(), row.step())) {
            return;
        }
        try {
            add(row);
        } catch (InputException e) {
            offer();
            lost.refused(row.group(), e);
        }
    }

    private void offer() {
        if (!rows.isEmpty()) {
            sink.accept(rows);
            rows = new ArrayList<>();
        }
    }

    private void add(Row row) {
        if (!rows.isEmpty() && !rows.get(0).group().equals(row.group())) {
            offer();
        }
        if (rows.isEmpty() && !seen.add(row.group())) {
            throw row.error(Column.CASE, "case " + row.group() + " comes back after other cases");
        }
        int last = rows.isEmpty() ? -1 : rows.get(rows.size() - 1).step();
        if (row.step() <= last) {
            throw row.error(Column.STEP, "step " + row.step() + " cannot follow step " + last);
        }
        if (rows.size() == MAX_ROWS) {
            throw row.error(Column.STEP, "the case has more than " + MAX_ROWS + " rows");
        }
        rows.add(row);
    }
}
