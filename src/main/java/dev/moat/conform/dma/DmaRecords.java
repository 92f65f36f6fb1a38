package dev.moat.conform.dma;

import dev.moat.conform.dma.row.Judge;
import dev.moat.conform.dma.row.RecordKind;
import dev.moat.conform.dma.row.Row;
import dev.moat.conform.dma.row.RowRunner;
import dev.moat.conform.left.LeftOut;
import dev.moat.conform.left.LostRows;
import dev.moat.conform.rows.Cell;
import dev.moat.conform.xen.record.CellReader;
import dev.moat.dma.release.LinuxRelease;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs a file of recorded answers. {@code @shape} a line that names the columns of one {@link RecordKind}, then rows; the rows of
 * a case follow one another, steps ascending; nothing is left of a case when the next one begins.
 */
public final class DmaRecords {
    private static final int MAX_LINE = 1 << 20;
    private static final int MAX_ROWS = 1_000_000;

    private final RecordKind kind;
    private final Judge judge;
    private final Set<String> seen = new HashSet<>();
    private final LeftOut leftOut = new LeftOut();
    private final LostRows lines = new LostRows(leftOut);
    private @Nullable Row last;

    /** Why the case is not judged any further. */
    private @Nullable InputException lost;

    /** Its rows since then. */
    private int lostRows;

    private RowRunner runner;
    private int rows;
    private int compared;

    private DmaRecords(RecordKind kind, Judge judge) {
        this.kind = kind;
        this.judge = judge;
        runner = kind.runner().apply(judge);
    }

    /** Whose answers can be judged; the first unless anything else is said. */
    public static List<String> profiles() {
        return LinuxRelease.labels();
    }

    /** Runs all cases of a file of the first profile's answers. */
    public static DmaConformance run(String file, Reader in) throws IOException {
        return run(file, in, profiles().get(0));
    }

    /**
     * Runs all cases of a file.
     *
     * @param file the name that messages print
     * @param profile whose answers they are, one of {@link #profiles}
     * @throws IllegalArgumentException for another profile
     * @throws InputException for a first line that no kind has, and for a file without a row or, where one is malformed, without
     *     one that was compared. The rest of a case is left out when a row has another number of cells, then when its case
     *     comes back, its step is no number or does not go up ({@link LostRows}), then by what the kind finds, from left to right
     */
    public static DmaConformance run(String file, Reader in, String profile) throws IOException {
        LinuxRelease release = LinuxRelease.of(profile)
                .orElseThrow(() -> new IllegalArgumentException("there is no profile '" + profile + "'"));
        CellReader lines = new CellReader(file, in, MAX_LINE);
        RecordKind kind = RecordKinds.of(lines.header());
        if (kind == null) {
            throw new InputException(file, 1, 1, "the first line must be " + RecordKinds.headers());
        }
        DmaRecords run = new DmaRecords(kind, new Judge(file, release));
        boolean any = run.lines.readAll(() -> run.takeNext(lines), run::endCase);
        if (run.compared == 0) {
            run.leftOut.requireWellFormed();
        }
        if (!any) {
            throw lines.error(1, "there is no row after the first line");
        }
        return run.result();
    }

    private boolean takeNext(CellReader file) throws IOException {
        List<Cell> cells = file.next(kind.columns().size());
        if (cells == null) {
            return false;
        }
        Row row = new Row(kind, cells);
        if (++rows > MAX_ROWS) {
            throw new InputException.Unreadable(row.cell("step").error("the file has more than " + MAX_ROWS + " rows"));
        }
        if (row.caseName().isEmpty()) {
            throw row.cell("case").error("the case is empty");
        }
        lines.isOf(row.caseName());
        takeOrLose(row, row.step());
        return true;
    }

    /** What is wrong in the case comes before what is wrong behind it. */
    private void endCase() {
        end();
        last = null;
    }

    private void takeOrLose(Row row, int step) {
        String name = row.caseName();
        if (lines.has(name, step)) {
            seen.add(name);
            return;
        }
        try {
            take(row);
        } catch (InputException e) {
            end();
            lines.refused(name, e);
            last = null;
        }
    }

    private void take(Row row) {
        if (last == null || !last.caseName().equals(row.caseName())) {
            begin(row);
        } else if (row.step() <= last.step()) {
            throw row.cell("step").error("step " + row.step() + " cannot follow step " + last.step());
        }
        last = row;
        if (lost == null) {
            judge(row);
        }
        if (lost != null) {
            lostRows++;
        }
    }

    private void judge(Row row) {
        try {
            String missing = runner.missing(row);
            if (missing != null) {
                leftOut.skip(missing);
                return;
            }
            runner.run(row);
            compared++;
        } catch (InputException e) {
            lost = e;
        }
    }

    private void end() {
        if (lost != null && last != null) {
            leftOut.add(last.caseName(), lostRows, lost);
        }
        lost = null;
        lostRows = 0;
    }

    private void begin(Row row) {
        end();
        if (!seen.add(row.caseName())) {
            throw row.cell("case").error("case " + row.caseName() + " comes back after other cases");
        }
        runner = kind.runner().apply(judge);
    }

    private DmaConformance result() {
        end();
        return new DmaConformance(
                kind.name() + " (" + kind.says() + ")", seen.size(), compared, leftOut, judge.found());
    }
}
