package dev.moat.input;

/**
 * A place in an input file.
 *
 * @param file the file as messages print it
 * @param line 1-based
 * @param column 1-based, in characters; a tab is one
 */
public record Place(String file, int line, int column) {
    /** The error of this message at this place, to be thrown. */
    public InputException error(String message) {
        return new InputException(file, line, column, message);
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
