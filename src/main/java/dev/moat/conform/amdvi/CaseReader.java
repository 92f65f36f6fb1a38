package dev.moat.conform.amdvi;

import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads recorded answers, one case at a time. {@code @shape} text lines of cells separated by commas, without quoting, the first
 * line {@link Column#HEADER}, a byte order mark before it or not; then at least one case, whose rows follow one another, steps
 * ascending.
 */
final class CaseReader {
    private static final int MAX_LINE = 1 << 17;
    private static final int MAX_ROWS = 100_000;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String file;
    private final Reader in;
    private final Consumer<List<Row>> sink;
    private final Set<String> seen = new HashSet<>();
    private List<Row> rows = new ArrayList<>();
    private int line;

    private CaseReader(String file, Reader in, Consumer<List<Row>> sink) {
        this.file = file;
        this.in = in;
        this.sink = sink;
    }

    /**
     * Offers every case to the sink, in the order of the file, once its last row was read.
     *
     * @param file the name that messages print
     * @throws InputException at the first malformed row; in a row, the wrong number of cells comes first, then the malformed
     *     cells from left to right, then a case that comes back, a step that does not go up, and a case that is too long
     */
    static void read(String file, Reader in, Consumer<List<Row>> sink) throws IOException {
        new CaseReader(file, in, sink).read();
    }

    private void read() throws IOException {
        String first = nextLine();
        String header = first != null && first.startsWith(BYTE_ORDER_MARK) ? first.substring(1) : first;
        if (!Column.HEADER.equals(header)) {
            throw new InputException(file, 1, 1, "the first line must be " + Column.HEADER);
        }
        for (String text = nextLine(); text != null; text = nextLine()) {
            add(new Row(cells(text)));
        }
        if (rows.isEmpty()) {
            throw new InputException(file, line, 1, "there is no case after the first line");
        }
        sink.accept(rows);
    }

    /** The next line without its end, which may be CR LF; null after the last one. */
    private @Nullable String nextLine() throws IOException {
        StringBuilder text = new StringBuilder();
        line++;
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                int end = text.length() - 1;
                return end >= 0 && text.charAt(end) == '\r' ? text.substring(0, end) : text.toString();
            }
            if (text.length() == MAX_LINE) {
                throw new InputException(
                        file, line, MAX_LINE + 1, "the line has more than " + MAX_LINE + " characters");
            }
            text.append((char) c);
        }
        return text.isEmpty() ? null : text.toString();
    }

    private List<Cell> cells(String text) {
        List<Cell> cells = new Cell(file, line, 1, text).split(',');
        int wanted = Column.values().length;
        if (cells.size() != wanted) {
            int at = Math.min(cells.size(), wanted + 1) - 1;
            throw cells.get(at).error("the row has " + cells.size() + " cells, not " + wanted);
        }
        return cells;
    }

    private void add(Row row) {
        if (!rows.isEmpty() && !rows.get(0).group().equals(row.group())) {
            sink.accept(rows);
            rows = new ArrayList<>();
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
