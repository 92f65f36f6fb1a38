package dev.moat.conform.rows;

import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** The lines of a recording, ended by LF or CR LF. */
final class Lines {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String file;
    private final Reader in;
    private final int longest;
    private int line;
    private boolean unended;
    /** Whether the last line was left where it became too long. */
    private boolean withinLine;

    /**
     * @param file the name that messages print
     * @param longest characters that a line may have
     */
    Lines(String file, Reader in, int longest) {
        this.file = file;
        this.in = in;
        this.longest = longest;
    }

    /**
     * The next line without its end, and the first one without a byte order mark; null after the last one.
     *
     * @throws InputException when it is too long; the next call goes on behind it. {@link InputException.Unreadable} where nothing can be
     *     read any more
     */
    @Nullable
    Cell next() throws IOException {
        skipRest();
        StringBuilder text = new StringBuilder();
        line++;
        int c = read();
        while (c >= 0 && c != '\n') {
            if (text.length() == longest) {
                withinLine = true;
                throw new InputException(file, line, longest + 1, "the line has more than " + longest + " characters");
            }
            text.append((char) c);
            c = read();
        }
        unended = c < 0;
        if (unended && text.isEmpty()) {
            return null;
        }
        int end = text.length() - 1;
        if (!unended && end >= 0 && text.charAt(end) == '\r') {
            text.setLength(end);
        }
        boolean marked = line == 1 && text.indexOf(BYTE_ORDER_MARK) == 0;
        return new Cell(file, line, 1, marked ? text.substring(1) : text.toString());
    }

    /** The number of the line that was read last, 1-based. */
    int line() {
        return line;
    }

    /** Whether the line that was read last had no end. */
    boolean isUnended() {
        return unended;
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
