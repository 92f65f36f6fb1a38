package dev.moat.conform.left;

import dev.moat.input.InputException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a recording that are no rows, or rows that cannot stand where they do, and what they cost: the rest of their case, as nobody knows
 * what was done there. Which case a line belongs to that is no row cannot be told. So it costs the rest of the case before it, and the
 * whole of a case right behind it whose first step is not 0: its beginning may be that line.
 */
public final class LostRows {
    /** What reads a recording row by row. */
    @FunctionalInterface
    public interface Rows {
        /**
         * Reads the next row, says whose it is ({@link #isOf}) and takes it in hand; false where there is none.
         *
         * @throws InputException when the line is no row
         */
        boolean takeNext() throws IOException;
    }

    private final LeftOut leftOut;
    /** The case of the row that was read last; empty for none. */
    private String behind = "";

    private @Nullable InputException reason;
    private String name = "";
    private int lines;
    private boolean isWhole;
    /** Whether the case of the lost line that was met last is not known. */
    private boolean open;

    private int rows;
    private int cases;

    /** @param leftOut told of each case that is not judged to its end */
    public LostRows(LeftOut leftOut) {
        this.leftOut = leftOut;
    }

    /**
     * Has all rows taken, and goes on behind lines that are none. What cannot be read at all costs the rest of the file.
     *
     * @param endCase told where no more comes of the case that is read, so that its rows can be judged
     * @return whether there was a line
     */
    public boolean readAll(Rows recording, Runnable endCase) throws IOException {
        boolean any = false;
        boolean more = true;
        while (more) {
            try {
                more = recording.takeNext();
                any |= more;
            } catch (InputException e) {
                any = true;
                endCase.run();
                if (e instanceof InputException.Unreadable) {
                    end();
                    leftOut.addRest(e);
                    return true;
                }
                broken(e);
            }
        }
        endCase.run();
        end();
        return any;
    }

    /** The row that is read is one of this case. */
    public void isOf(String of) {
        behind = of;
    }

    /** A line is no row, behind one of a case, or of none. */
    private void broken(InputException reason) {
        if (this.reason == null) {
            start(behind, reason, true);
        } else {
            lines++;
            open = true;
        }
    }

    /** A row of a case cannot stand where it does: it comes back, or is out of order. */
    public void refused(String of, InputException reason) {
        if (this.reason != null && name.equals(of)) {
            lines++;
            open = false;
        } else {
            end();
            start(of, reason, false);
        }
    }

    private void start(String of, InputException why, boolean unknown) {
        name = of;
        reason = why;
        lines = 1;
        isWhole = false;
        open = unknown;
    }

    /**
     * Whether a row is lost, which then counts as such; to be asked of every row that could be read.
     *
     * @param of its case; empty where each row is a case of its own
     */
    public boolean has(String of, int step) {
        InputException why = reason;
        if (why == null) {
            return false;
        }
        if (name.equals(of) && !of.isEmpty()) {
            lines++;
            open = false;
            return true;
        }
        boolean beginningIsLost = open && step != 0;
        end();
        if (beginningIsLost) {
            start(of, why, false);
            isWhole = true;
            cases++;
        }
        return beginningIsLost;
    }

    /** Tells what is lost so far. */
    private void end() {
        InputException why = reason;
        if (why != null) {
            leftOut.addLost(words(), lines, why);
            rows += lines;
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

    /** Lines that were lost; to be asked at the end. */
    public int rows() {
        return rows;
    }

    /** Cases that are lost whole. */
    public int cases() {
        return cases;
    }
}
