package dev.moat.conform.amdvi;

import dev.moat.input.InputException;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece of text of a recorded file, with its place. Numbers are hexadecimal without a prefix, in small letters.
 *
 * @param file the file as messages print it
 * @param line 1-based
 * @param column 1-based column of the first character
 */
record Cell(String file, int line, int column, String text) {
    boolean isEmpty() {
        return text.isEmpty();
    }

    /** The error of this message at this cell, to be thrown. */
    InputException error(String message) {
        return new InputException(file, line, column, message);
    }

    /** The characters from {@code from} to before {@code to}, in their place. */
    Cell part(int from, int to) {
        return new Cell(file, line, column + from, text.substring(from, to));
    }

    /** The pieces between separators, in their places; at least one, perhaps empty. */
    List<Cell> split(char separator) {
        List<Cell> pieces = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            pieces.add(part(from, at));
            from = at + 1;
        }
        pieces.add(part(from, text.length()));
        return pieces;
    }

    /**
     * The 64-bit number written here.
     *
     * @throws InputException when it is none
     */
    long hex() {
        boolean digits = text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
        if (text.isEmpty() || text.length() > 16 || !digits) {
            throw error("'" + text + "' is not a hexadecimal number of up to 64 bits");
        }
        return Long.parseUnsignedLong(text, 16);
    }

    /** Like {@link #hex}, from 0 to max. */
    long hex(long max) {
        long value = hex();
        if (Long.compareUnsigned(value, max) > 0) {
            throw error(text + " is larger than " + Long.toHexString(max));
        }
        return value;
    }

    /**
     * The decimal number written here.
     *
     * @throws InputException when it is none, or not from 0 to max
     */
    int decimal(int max) {
        boolean digits = text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (text.isEmpty() || text.length() > 9 || !digits || Integer.parseInt(text) > max) {
            throw error("'" + text + "' is not a number from 0 to " + max);
        }
        return Integer.parseInt(text);
    }

    /** Throws {@link InputException} with this reason unless nothing is written here. */
    void requireEmpty(String why) {
        if (!isEmpty()) {
            throw error(why);
        }
    }
}
