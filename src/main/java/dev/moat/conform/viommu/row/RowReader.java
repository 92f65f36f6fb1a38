package dev.moat.conform.viommu.row;

import dev.moat.conform.left.LostRows;
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
 * Reads a recording case by case.
 *
 * <p>{@code @shape} lines of cells between commas, no quoting; the first line is that of a {@link FileKind}; the rows of a case
 * follow one another, its steps ascend. A row of capabilities is a case of its own.
 */
public final class RowReader {
    private static final int LONGEST_LINE = 8192;
    private static final int LARGEST_CASE = 100_000;

    private final String file;
    private final Reader in;
    private final Consumer<List<Row>> sink;
    private final LostRows lost;
    private final Set<String> seen = new HashSet<>();
    /** Of the case that is read. */
    private List<Row> rows = new ArrayList<>();

    private int line;
    /** Whether the last line was left where it became too long. */
    private boolean withinLine;

    private RowReader(String file, Reader in, Consumer<List<Row>> sink, LostRows lost) {
        this.file = file;
        this.in = in;
        this.sink = sink;
        this.lost = lost;
    }

    /**
     * Offers every case to the sink once its last row is read, and of a case in which a line is lost the rows before that line.
     *
     * @param lost told of a malformed line: of a row, first a line too long, then a control character, then the number of cells, then
     *     a case that comes back, then its step, then a case that is too long, then options that change within the case
     * @throws InputException for another first line, and at the end, when there was no line behind it
     */
    public static void read(String file, Reader in, Consumer<List<Row>> sink, LostRows lost) throws IOException {
        new RowReader(file, in, sink, lost).read();
    }

    private void read() throws IOException {
        String first = next();
        String header = first == null ? "" : first.startsWith("\uFEFF") ? first.substring(1) : first;
        FileKind kind = FileKind.of(header);
        if (kind == null) {
            throw new InputException(file, 1, 1, "the first line must be " + FileKind.headers());
        }
        if (!lost.readAll(() -> takeNext(kind), this::offer)) {
            throw new InputException(file, line, 1, "there is no row after the first line");
        }
    }

    private boolean takeNext(FileKind kind) throws IOException {
        String text = next();
        if (text == null) {
            return false;
        }
        Row row = new Row(kind, cells(kind, text));
        requirePlace(row);
        lost.isOf(row.text("case"));
        take(row);
        return true;
    }

    /** Without its case and step a line is no row. */
    private static void requirePlace(Row row) {
        if (row.kind() == FileKind.CAPABILITIES) {
            return;
        }
        Cell name = row.cell("case");
        if (name.text().isEmpty()) {
            throw name.error("the case has no name");
        }
        Cell step = row.cell("step");
        if (!step.text().matches("[0-9]{1,6}")) {
            throw step.error("step '" + step.text() + "' is not a number");
        }
    }

    private static int step(Row row) {
        return row.kind() == FileKind.CAPABILITIES ? 0 : Integer.parseInt(row.text("step"));
    }

    private void take(Row row) {
        if (lost.has(row.text("case"), step(row))) {
            return;
        }
        try {
            if (!rows.isEmpty() && !sameCase(rows.get(0), row)) {
                offer();
            }
            check(rows, row);
            rows.add(row);
        } catch (InputException e) {
            offer();
            lost.refused(row.text("case"), e);
        }
    }

    private void offer() {
        if (!rows.isEmpty()) {
            sink.accept(rows);
            rows = new ArrayList<>();
        }
    }

    private static boolean sameCase(Row first, Row row) {
        return row.kind() != FileKind.CAPABILITIES && first.text("case").equals(row.text("case"));
    }

    private void check(List<Row> before, Row row) {
        if (row.kind() == FileKind.CAPABILITIES) {
            return;
        }
        Cell name = row.cell("case");
        if (before.isEmpty() && !seen.add(name.text())) {
            throw name.error("case " + name.text() + " was there before");
        }
        Cell step = row.cell("step");
        int last = before.isEmpty() ? -1 : step(before.get(before.size() - 1));
        if (step(row) <= last) {
            throw step.error("step " + step.text() + " after step " + last);
        }
        if (before.size() == LARGEST_CASE) {
            throw step.error("a case has at most " + LARGEST_CASE + " steps");
        }
        if (!before.isEmpty() && !before.get(0).text("options").equals(row.text("options"))) {
            throw row.cell("options").error("the options change within the case");
        }
    }

    private List<Cell> cells(FileKind kind, String text) {
        List<Cell> cells = new ArrayList<>();
        int from = 0;
        for (int to = text.indexOf(','); to >= 0; to = text.indexOf(',', from)) {
            cells.add(new Cell(file, line, from + 1, text.substring(from, to)));
            from = to + 1;
        }
        cells.add(new Cell(file, line, from + 1, text.substring(from)));
        if (cells.size() != kind.columns().size()) {
            throw new InputException(
                    file,
                    line,
                    1,
                    "there are " + cells.size() + " cells, not "
                            + kind.columns().size());
        }
        return cells;
    }

    private int nextChar() throws IOException {
        try {
            return in.read();
        } catch (InputException e) {
            throw new InputException.Unreadable(e);
        }
    }

    /** The next line without its end, which may be CR LF; null after the last one. */
    private @Nullable String next() throws IOException {
        StringBuilder text = new StringBuilder();
        line++;
        int c = nextChar();
        while (withinLine && c >= 0 && c != '\n') {
            c = nextChar();
        }
        c = withinLine && c >= 0 ? nextChar() : c;
        withinLine = false;
        if (c < 0) {
            return null;
        }
        while (c >= 0 && c != '\n') {
            if (text.length() == LONGEST_LINE) {
                withinLine = true;
                throw new InputException(file, line, LONGEST_LINE + 1, "the line is longer than " + LONGEST_LINE);
            }
            text.append((char) c);
            c = nextChar();
        }
        int last = text.length() - 1;
        String kept = last >= 0 && text.charAt(last) == '\r' ? text.substring(0, last) : text.toString();
        for (int at = 0; at < kept.length(); at++) {
            if (Character.isISOControl(kept.charAt(at))) {
                throw new InputException(file, line, at + 1, "there is a control character");
            }
        }
        return kept;
    }
}
