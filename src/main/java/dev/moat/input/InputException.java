package dev.moat.input;

/** Bad input at a place in a file; the message is one line that starts with {@code file:line:column: }. */
public class InputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param line 1-based; 0 when the whole file is meant; column likewise */
    public InputException(String file, int line, int column, String message) {
        super(file + (line > 0 ? ":" + line + ":" + column : "") + ": " + message);
    }
}
