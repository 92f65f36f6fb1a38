package dev.moat.conform.xen.record;

import dev.moat.conform.rows.Cell;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads recorded answers line by line. {@code @shape} text lines of cells separated by commas, without quoting, ended by LF or
 * CR LF; the first line names the columns, a byte order mark before it or not.
 */
public final class CellReader {
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final String CONSOLE = "(XEN) ";
    private static final Pattern CRASH = Pattern.compile("(?:Domain 0|Dom0) crashed|Panic on CPU");

    private final String file;
    private final Reader in;
    private final int longest;
    private int line;
    private boolean mayBeCut;
    private boolean unended;
    /** Whether the last line was left where it became too long. */
    private boolean withinLine;
    /** A line behind an empty one, which was looked at and is still to be read. */
    private @Nullable String ahead;

    private int aheadLine;
    private int cutLine;
    private int consoleLines;
    private int firstConsoleLine;

    /**
     * @param file the name that messages print
     * @param longest characters that a line may have
     */
    public CellReader(String file, Reader in, int longest) {
        this.file = file;
        this.in = in;
        this.longest = longest;
    }

    /**
     * A last line that has too few cells, and no end or the beginning of Xen's console in it, is taken for what is left of a
     * longer file, and not read; nor are lines of that console, which comes over the same serial line.
     */
    CellReader mayBeCut() {
        mayBeCut = true;
        return this;
    }

    /** The number of the line that is what is left, or that says that domain 0 crashed, 1-based; 0 for none. */
    int cutLine() {
        return cutLine;
    }

    /** How many lines of the console were left out. */
    int consoleLines() {
        return consoleLines;
    }

    /** The number of the first of them, 1-based; 0 for none. */
    int firstConsoleLine() {
        return firstConsoleLine;
    }

    /** The number of the line that was read last, 1-based. */
    int line() {
        return line;
    }

    /** The first line; null when the file is empty. Throws {@link InputException} when it is too long. */
    public @Nullable String header() throws IOException {
        String first = nextLine();
        return first != null && first.startsWith(BYTE_ORDER_MARK) ? first.substring(1) : first;
    }

    /**
     * The cells of the next line; null after the last one.
     *
     * @throws InputException when the line is too long, then when it has another number of cells, unless it is empty and so are
     *     all lines after it; the next call goes on behind that line. {@link InputException.Unreadable} where nothing can be read
     *     any more
     */
    public @Nullable List<Cell> next(int wanted) throws IOException {
        String text = nextRow();
        if (text == null) {
            return null;
        }
        List<Cell> cells = new ArrayList<>();
        int from = 0;
        for (int comma = text.indexOf(','); comma >= 0; comma = text.indexOf(',', from)) {
            cells.add(new Cell(file, line, from + 1, text.substring(from, comma)));
            from = comma + 1;
        }
        cells.add(new Cell(file, line, from + 1, text.substring(from)));
        if (text.isEmpty() ? onlyEmptyLinesFollow() : cells.size() < wanted && isRest(text)) {
            return null;
        }
        if (cells.size() != wanted) {
            throw cells.get(Math.min(cells.size(), wanted + 1) - 1)
                    .error("the row has " + cells.size() + " cells, not " + wanted);
        }
        return cells;
    }

    /** The next line that is not the console's. */
    private @Nullable String nextRow() throws IOException {
        if (ahead != null) {
            String text = ahead;
            line = aheadLine;
            ahead = null;
            return text;
        }
        String text = nextLine();
        while (mayBeCut && text != null && text.startsWith(CONSOLE)) {
            firstConsoleLine = consoleLines++ == 0 ? line : firstConsoleLine;
            if (cutLine == 0 && CRASH.matcher(text).find()) {
                cutLine = line;
            }
            text = nextLine();
        }
        return text;
    }

    /** Editors and shells leave empty lines at the end of a file. */
    private boolean onlyEmptyLinesFollow() throws IOException {
        int at = line;
        String text = nextRow();
        while (text != null && text.isEmpty()) {
            text = nextRow();
        }
        if (text != null) {
            ahead = text;
            aheadLine = line;
            line = at;
        }
        return text == null;
    }

    /** Whether a line that is no row is the last one of a recording that was cut. */
    private boolean isRest(String text) throws IOException {
        int at = line;
        boolean torn = unended || text.contains(CONSOLE);
        if (!mayBeCut || !torn || nextRow() != null) {
            return false;
        }
        cutLine = at;
        return true;
    }

    /** The error of this message at a column of the line that was read last. */
    public InputException error(int column, String message) {
        return new InputException(file, line, column, message);
    }

    /** The next line without its end; null after the last one. */
    private @Nullable String nextLine() throws IOException {
        skipRest();
        StringBuilder text = new StringBuilder();
        line++;
        for (int c = read(); c >= 0; c = read()) {
            if (c == '\n') {
                int end = text.length() - 1;
                return end >= 0 && text.charAt(end) == '\r' ? text.substring(0, end) : text.toString();
            }
            if (text.length() == longest) {
                withinLine = true;
                throw error(longest + 1, "the line has more than " + longest + " characters");
            }
            text.append((char) c);
        }
        unended = true;
        return text.isEmpty() ? null : text.toString();
    }

    /** What is left of a line that was too long. */
    private void skipRest() throws IOException {
        int c = withinLine ? read() : '\n';
        while (c >= 0 && c != '\n') {
            c = read();
        }
        withinLine = false;
    }

    private int read() throws IOException {
        try {
            return in.read();
        } catch (InputException e) {
            throw new InputException.Unreadable(e);
        }
    }
}
