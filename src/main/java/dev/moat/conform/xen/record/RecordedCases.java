package dev.moat.conform.xen.record;

import dev.moat.conform.rows.Cell;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Reads recorded answers, one case at a time. {@code @shape} text lines of cells separated by commas, without quoting, the
 * first line naming the {@link Column}s of one {@link RecordFormat}, a byte order mark before it or not; then at least one
 * case, whose rows follow one another, steps ascending.
 */
public final class RecordedCases {
    private static final int MAX_LINE = 1 << 16;
    private static final int MAX_ROWS = 100_000;

    private final String file;
    private final CellReader lines;
    private final Consumer<RecordedCase> sink;
    private final Set<String> seen = new HashSet<>();
    private List<RecordedRow> rows = new ArrayList<>();
    private RecordFormat format = RecordFormat.GRANTS;

    /**
     * What of a recording is no row.
     *
     * @param cut where it was cut off, as when what was asked crashed, and within what; what is left of a line, or of a
     *     hypercall without its last element, is not offered
     * @param consoleLines of Xen, which came over the same line
     * @param firstConsoleLine its number, 1-based; 0 for none
     */
    public record Remains(Optional<String> cut, int consoleLines, int firstConsoleLine) {}

    private RecordedCases(String file, Reader in, Consumer<RecordedCase> sink) {
        this.file = file;
        lines = new CellReader(file, in, MAX_LINE).mayBeCut();
        this.sink = sink;
    }

    /**
     * Offers every case to the sink, in the order of the file. A case is offered once its last row was read, so the cases
     * before a malformed row have been offered when it is found.
     *
     * @param file the name that messages print
     * @return what was not offered
     * @throws InputException at the first malformed row; in a row, the wrong number of cells comes first, then the
     *     malformed cells from left to right, then a case that comes back, a step that goes down, a batch without its
     *     first element or of different operations, then a case that is too long
     */
    public static Remains read(String file, Reader in, Consumer<RecordedCase> sink) throws IOException {
        return new RecordedCases(file, in, sink).read();
    }

    private Remains read() throws IOException {
        RecordFormat known = RecordFormat.of(lines.header());
        if (known == null) {
            throw new InputException(
                    file,
                    1,
                    1,
                    Arrays.stream(RecordFormat.values())
                            .map(RecordFormat::header)
                            .collect(Collectors.joining(" or ", "the first line must be ", "")));
        }
        format = known;
        int wanted = format.columns().size();
        for (List<Cell> cells = lines.next(wanted); cells != null; cells = lines.next(wanted)) {
            add(new RecordedRow(format, cells));
        }
        Optional<String> cut = cutOff();
        if (rows.isEmpty()) {
            throw lines.error(1, "there is no case after the first line");
        }
        finishCase();
        return new Remains(cut, lines.consoleLines(), lines.firstConsoleLine());
    }

    /** What the end of the file lacks. A hypercall of which elements are missing is left out, since all of them show in its first row. */
    private Optional<String> cutOff() {
        int at = lines.cutLine();
        boolean crashed = lines.firstConsoleLine() > 0 && at >= lines.firstConsoleLine();
        String how = crashed ? ": here Xen or domain 0 crashed" : ": the file is cut off within a row";
        String reason = at == 0 ? null : file + ":" + at + how;
        if (!rows.isEmpty() && !rows.get(rows.size() - 1).isLastOfBatch()) {
            RecordedRow last = rows.get(rows.size() - 1);
            rows.removeIf(row -> row.step() == last.step());
            reason = file + ":" + last.line() + ": the file is cut off within a hypercall";
        }
        return Optional.ofNullable(reason);
    }

    private void add(RecordedRow row) {
        if (!rows.isEmpty() && !sameCase(rows.get(0), row)) {
            finishCase();
        }
        if (rows.isEmpty() && !seen.add(key(row))) {
            throw row.cell(Column.CASE).error("case " + key(row) + " comes back after other cases");
        }
        checkOrder(row);
        if (rows.size() == MAX_ROWS) {
            throw row.cell(Column.STEP).error("the case has more than " + MAX_ROWS + " rows");
        }
        rows.add(row);
    }

    private void checkOrder(RecordedRow row) {
        if (rows.isEmpty()) {
            if (row.continues()) {
                throw row.cell(Column.BATCH).error("the first element of this batch is missing");
            }
            return;
        }
        RecordedRow last = rows.get(rows.size() - 1);
        boolean together = row.continues() || (row.op() == RecordedOp.PROBE && row.step() == last.step());
        if (row.step() < last.step() || (row.step() == last.step()) != together) {
            throw row.cell(Column.STEP).error("step " + row.step() + " cannot follow step " + last.step());
        }
        if (row.continues() && row.op() != last.op()) {
            throw row.cell(Column.OP).error("a batch of different operations");
        }
    }

    private static boolean sameCase(RecordedRow a, RecordedRow b) {
        return key(a).equals(key(b));
    }

    private static String key(RecordedRow row) {
        return row.group().text() + "/" + row.text(Column.CASE);
    }

    private void finishCase() {
        if (!rows.isEmpty()) {
            RecordedRow first = rows.get(0);
            sink.accept(new RecordedCase(first.group().text(), first.text(Column.CASE), rows));
            rows = new ArrayList<>();
        }
    }
}
