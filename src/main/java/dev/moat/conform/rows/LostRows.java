package dev.moat.conform.rows;

import dev.moat.input.InputException;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a recording that are no rows, and rows that cannot stand where they do. Each costs the rest of its case, because later rows depend on
 * the one that is lost. The case of a line that is no row is not known. So the line costs the rest of the case before it, and the whole case
 * right behind it if that does not begin with a first step: its beginning may be that line.
 */
final class LostRows {
    private final int firstStep;
    private final RowTally tally;
    /** The case of the row that was read last; empty for none. */
    private String behind = "";

    private @Nullable InputException reason;
    private String name = "";
    private int lines;
    private boolean isWhole;
    /** Whether the case of the lost line that was met last is not known. */
    private boolean open;

    /**
     * @param firstStep of a case
     * @param tally told of what is lost
     */
    LostRows(int firstStep, RowTally tally) {
        this.firstStep = firstStep;
        this.tally = tally;
    }

    /** The row that is read is one of this case. */
    void isOf(String of) {
        behind = of;
    }

    /** A line is no row, behind one of a case, or of none. */
    void broken(InputException why) {
        if (reason == null) {
            start(behind, why, true);
        } else {
            lines++;
            open = true;
        }
    }

    /** A row of a case cannot stand where it does: its case comes back, or it is out of order. */
    void misplaced(String of, InputException why) {
        end();
        start(of, why, false);
    }

    private void start(String of, InputException why, boolean unknown) {
        name = of;
        reason = why;
        lines = 1;
        isWhole = false;
        open = unknown;
    }

    /** Whether a row is lost, which then counts as such; to be asked of every row that could be read. */
    boolean has(Row row) {
        InputException why = reason;
        if (why == null) {
            return false;
        }
        String of = row.caseName();
        if (name.equals(of) && !of.isEmpty()) {
            lines++;
            open = false;
            return true;
        }
        boolean beginningIsLost = open && row.step() > firstStep;
        end();
        if (beginningIsLost) {
            start(of, why, false);
            isWhole = true;
        }
        return beginningIsLost;
    }

    /** Tells what is lost so far. */
    void end() {
        InputException why = reason;
        if (why != null) {
            tally.lost(words(), lines, isWhole, why);
            reason = null;
        }
    }

    private String words() {
        if (isWhole) {
            return "case " + name + ", " + (lines == 1 ? "its row" : "all " + lines + " rows")
                    + ", as its beginning may be a line that is no row";
        }
        if (open && lines == 1) {
            return name.isEmpty() ? "a line that is no row" : "a line behind rows of case " + name;
        }
        return name.isEmpty()
                ? lines + " lines that are no rows"
                : "case " + name + ", its last " + (lines == 1 ? "row" : lines + " rows");
    }
}
