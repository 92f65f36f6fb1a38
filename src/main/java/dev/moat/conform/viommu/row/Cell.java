package dev.moat.conform.viommu.row;

import dev.moat.input.InputException;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece of text of a recording, with its place.
 *
 * @param column 1-based column of the first character
 */
public record Cell(String file, int line, int column, String text) {
    /** The error of this message at this place, to be thrown. */
    public InputException error(String message) {
        return new InputException(file, line, column, message);
    }

    /** The words between spaces. */
    public List<Cell> words() {
        List<Cell> words = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = text.indexOf(' ', from);
            to = to < 0 ? text.length() : to;
            if (to > from) {
                words.add(new Cell(file, line, column + from, text.substring(from, to)));
            }
            from = to + 1;
        }
        return words;
    }

    /**
     * The number written here, {@code 0x} and up to 16 digits, at most {@code bits} wide.
     *
     * @throws InputException when it is none
     */
    public long number(int bits) {
        boolean digits = text.length() > 2 && text.length() <= 18 && text.startsWith("0x");
        for (int i = 2; digits && i < text.length(); i++) {
            digits = Character.digit(text.charAt(i), 16) >= 0 && text.charAt(i) < 128;
        }
        if (!digits) {
            throw error("'" + text + "' is not a number like 0x1f");
        }
        long value = Long.parseUnsignedLong(text.substring(2), 16);
        if (bits < Long.SIZE && value >>> bits != 0) {
            throw error(text + " has more than " + bits + " bits");
        }
        return value;
    }
}
