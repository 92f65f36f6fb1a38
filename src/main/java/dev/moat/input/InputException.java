package dev.moat.input;

/**
 * Bad input; the message is one line that starts with {@code file:line:column: }. A text that is wrong as a whole is
 * complained of at its first character, what is missing at its end; what has no lines has no place.
 */
public class InputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Characters of a line that are shown, about. */
    private static final int SHOWN = 100;

    private final int line;
    private final int column;
    private String shown = "";

    /**
     * @param line 1-based; column likewise
     * @throws IllegalArgumentException for a place that no text has
     */
    public InputException(String file, int line, int column, String message) {
        super(file + ":" + line + ":" + column + ": " + message);
        if (line < 1 || column < 1) {
            throw new IllegalArgumentException("no place in a text: " + getMessage());
        }
        this.line = line;
        this.column = column;
    }

    private InputException(String message) {
        super(message);
        line = 0;
        column = 0;
    }

    private InputException(InputException cause) {
        super(cause.getMessage(), cause);
        line = cause.line;
        column = cause.column;
    }

    /** 1-based; 0 for what has no lines. */
    public final int line() {
        return line;
    }

    /** 1-based; 0 for what has no lines. */
    public final int column() {
        return column;
    }

    /** The same with the line that is complained of, to be shown below the message. */
    public final InputException showing(String text) {
        int from = Math.max(0, Math.min(column - 1, text.length()) - SHOWN / 2);
        String part = text.substring(from, Math.min(text.length(), from + SHOWN));
        String before = part.substring(0, Math.min(part.length(), column - 1 - from));
        shown = "  " + part + "\n  " + before.replaceAll("[^\t]", " ") + "^";
        return this;
    }

    /** The line that is complained of, and below it a mark at the column; empty where it is not known. */
    public final String shown() {
        return shown;
    }

    /** For what has no lines: a directory, too many bytes, damaged or binary ones. */
    public static InputException withoutPlace(String file, String message) {
        return new InputException(file + ": " + message);
    }

    /**
     * What a text is read from is at fault and not a line of it: bytes that are no text, a damaged archive, too much of it. Whoever goes on
     * behind a malformed line cannot go on behind this.
     */
    public static final class Unreadable extends InputException {
        private static final long serialVersionUID = 1L;

        /** With the place and the message of what reading it met. */
        public Unreadable(InputException met) {
            super(met);
        }
    }
}
