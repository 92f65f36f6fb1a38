package dev.moat.conform.rows;

import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of recorded answers, and has each case judged.
 *
 * <p>{@code @shape} UTF-8 lines of cells with commas between them, without quoting. The first line names the columns of one {@link Format}. The rows
 * of a case follow one another, and their steps rise. A line has at most 2^20 characters, a case 1,000,000 rows and 2^26 characters.
 */
public final class Recording {
    private static final int MOST_CHARACTERS = 1 << 20;
    private static final int MOST_ROWS = 1_000_000;
    /** Characters of all rows of a case. */
    private static final int MOST_OF_CASE = 1 << 26;

    private final Lines lines;
    private final Format format;
    private final RowTally tally;
    private final CaseJudge judge;
    private final LostRows lost;
    private final Set<String> seen = new HashSet<>();
    /** Of the case that is read. */
    private List<Row> rows = new ArrayList<>();

    private long characters;
    /** Empty or torn lines, which are errors unless the file ends behind them. */
    private final List<InputException> deferred = new ArrayList<>();

    /** The last line, torn by a crash or by the end of the file; 0 for none. */
    private int cut;

    /** The line that says that the machine crashed; 0 for none. */
    private int crash;

    private Recording(Lines lines, Format format, RowTally tally, CaseJudge judge) {
        this.lines = lines;
        this.format = format;
        this.tally = tally;
        this.judge = judge;
        lost = new LostRows(format.firstStep(), tally);
    }

    /**
     * Has every case of a file judged, in the order of the file. A row that is malformed, or that asks for something that Moat does not have,
     * costs the rest of its case. A line that is no row does too ({@link LostRows}). Bytes that are no text cost the rest of the file.
     *
     * @param file the name that messages print
     * @param formats that the file may have
     * @param judges makes the judge of a file; it gets the file's format, and the tally that it tells of each row
     * @throws InputException for a first line that no format has, then for a file without a line behind it
     */
    public static RowTally judge(
            String file, Reader in, Collection<Format> formats, BiFunction<Format, RowTally, CaseJudge> judges)
            throws IOException {
        Lines lines = new Lines(file, in, MOST_CHARACTERS);
        Cell first = lines.next();
        Format format = Format.of(formats, first == null ? "" : first.text())
                .orElseThrow(() -> new InputException(file, 1, 1, "the first line must be " + Format.headers(formats)));
        RowTally tally = new RowTally(file, format);
        new Recording(lines, format, tally, judges.apply(format, tally)).read();
        if (tally.isEmpty()) {
            throw new InputException(file, lines.line(), 1, "there is no row after the first line");
        }
        return tally;
    }

    private void read() throws IOException {
        boolean more = true;
        while (more) {
            try {
                Cell line = lines.next();
                more = line != null;
                if (line != null) {
                    take(line);
                }
            } catch (InputException.Unreadable e) {
                offer();
                lost.end();
                tally.lostRest(e);
                return;
            } catch (InputException e) {
                takeDeferred();
                broken(e);
            }
        }
        offer();
        lost.end();
        if (cut > 0 || crash > 0) {
            tally.cutOff(cut > 0 ? cut : crash, cut > 0 ? "the file is cut off within a row" : "the machine crashed");
        }
    }

    private void take(Cell line) {
        Format.Console console = format.console().orElse(null);
        if (console != null && line.text().startsWith(console.prefix())) {
            tally.note("line of the console");
            crash = crash == 0 && console.crash().matcher(line.text()).find() ? line.line() : crash;
            return;
        }
        @Nullable Row row = row(line, console);
        if (row != null) {
            takeDeferred();
            lost.isOf(row.caseName());
            if (lost.has(row)) {
                seen.add(row.caseName());
            } else {
                add(row);
            }
        }
    }

    /** The row of a line; null for an empty or torn line, which may stand at the end of a file. */
    private @Nullable Row row(Cell line, Format.@Nullable Console console) {
        try {
            return new Row(format, line);
        } catch (InputException e) {
            boolean torn = console != null
                    && (lines.isUnended() || line.text().contains(console.prefix()))
                    && Row.cells(line) < format.columns().size();
            if (!torn && !line.isEmpty()) {
                throw e;
            }
            // Editors and shells leave empty lines at the end of a file.
            cut = torn ? line.line() : cut;
            deferred.add(e);
            return null;
        }
    }

    private void takeDeferred() {
        deferred.forEach(this::broken);
        deferred.clear();
        cut = 0;
    }

    /** A line is no row. An error in the case before it is reported first. */
    private void broken(InputException reason) {
        offer();
        lost.broken(reason);
    }

    private void add(Row row) {
        try {
            if (!rows.isEmpty()
                    && (row.caseName().isEmpty()
                            || !row.caseName().equals(rows.get(0).caseName()))) {
                offer();
            }
            requirePlace(row);
            rows.add(row);
            characters += row.length();
        } catch (InputException e) {
            offer();
            lost.misplaced(row.caseName(), e);
        }
    }

    private void requirePlace(Row row) {
        if (row.caseName().isEmpty()) {
            return;
        }
        if (rows.isEmpty()) {
            if (!seen.add(row.caseName())) {
                throw row.cell("case").error("case " + row.caseName() + " comes back after other cases");
            }
            return;
        }
        int last = rows.get(rows.size() - 1).step();
        if (row.step() < last || (row.step() == last && !format.sharesSteps())) {
            throw row.cell("step").error("step " + row.step() + " cannot follow step " + last);
        }
        if (rows.size() == MOST_ROWS) {
            throw row.cell("step").error("the case has more than " + MOST_ROWS + " rows");
        }
        if (characters + row.length() > MOST_OF_CASE) {
            throw row.cell("step").error("the case has more than " + MOST_OF_CASE + " characters");
        }
    }

    private void offer() {
        if (!rows.isEmpty()) {
            List<Row> all = List.copyOf(rows);
            rows = new ArrayList<>();
            characters = 0;
            tally.judge(all, judge);
        }
    }
}
