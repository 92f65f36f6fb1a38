package dev.moat.conform.rows;

import dev.moat.input.InputException;
import dev.moat.model.Suggestion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * A piece of text of a recording, with its place. Every method that reads something throws an {@link InputException} at the piece
 * where it is written otherwise.
 *
 * @param file the file as messages print it
 * @param line 1-based
 * @param column 1-based column of the first character
 */
public record Cell(String file, int line, int column, String text) {
    /** All 64 bits: the largest number, taken without a sign. */
    private static final long MOST = -1L;

    private static final String PREFIX = "0x";

    /** Two cells with an equals sign between them. */
    public record Pair(Cell name, Cell value) {}

    /** Whether nothing stands in it. */
    public boolean isEmpty() {
        return text.isEmpty();
    }

    /** The error of this message at this cell, to be thrown. */
    public InputException error(String message) {
        return new InputException(file, line, column, message);
    }

    /** The error that this cell asks for more than the executable machine has, to be thrown. */
    public UnrepresentableException unrepresentable(String message) {
        return new UnrepresentableException(this, "case that Moat cannot represent", message);
    }

    /**
     * The error that this cell names something that Moat does not know, as a newer recorder may; to be thrown. Nothing is no name, and
     * malformed.
     *
     * @param kind of name, one word: {@code operation}, {@code argument}
     * @param known names, for a suggestion; none for none
     */
    public InputException unknown(String kind, Collection<String> known) {
        String suggestion = known.isEmpty() ? "" : Suggestion.among(text, known);
        String message = "unknown " + kind + " '" + text + "'" + suggestion;
        return isEmpty()
                ? error(message)
                : new UnrepresentableException(this, "case with " + kind + " " + text, message);
    }

    /** The characters from {@code from} on, in their place. */
    public Cell part(int from) {
        return part(from, text.length());
    }

    /** The characters from {@code from} to before {@code to}, in their place. */
    public Cell part(int from, int to) {
        return new Cell(file, line, column + from, text.substring(from, to));
    }

    /** The pieces between separators, each in its place: one for a cell without a separator, one even where the cell is empty. */
    public List<Cell> split(char separator) {
        List<Cell> pieces = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            pieces.add(part(from, at));
            from = at + 1;
        }
        pieces.add(part(from));
        return pieces;
    }

    /** The members of a list: the pieces between separators, none of an empty cell. */
    public List<Cell> list(char separator) {
        return text.isEmpty() ? List.of() : split(separator);
    }

    /** The words between spaces; several spaces count as one. */
    public List<Cell> words() {
        return split(' ').stream().filter(word -> !word.isEmpty()).toList();
    }

    /** The members of a list of the form {@code name=value}, in their order; a name may come several times. */
    public List<Pair> pairs(char separator) {
        return list(separator).stream().map(Cell::pair).toList();
    }

    private Pair pair() {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw error("'" + text + "' is not of the form name=value");
        }
        return new Pair(part(0, equals), part(equals + 1));
    }

    /** A number in hexadecimal digits without a prefix, of up to 64 bits, taken without a sign. */
    public long hex() {
        return hex(MOST);
    }

    /** The same from 0 to max. */
    public long hex(long max) {
        return atMost(max, 16, unsigned(text, 16, "a hexadecimal number of at most 64 bits"));
    }

    /** A number in hexadecimal digits behind {@code 0x}, from 0 to max; both are taken without a sign. */
    public long prefixed(long max) {
        String digits = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : "";
        return atMost(max, 16, unsigned(digits, 16, "a number like 0x1f"));
    }

    /** A number in decimal digits of up to 64 bits, taken without a sign. */
    public long decimal() {
        return decimal(MOST);
    }

    /** A number in decimal digits from 0 to max. */
    public int decimal(int max) {
        return (int) decimal((long) max);
    }

    /** A number in decimal digits from 0 to max; both are taken without a sign. */
    public long decimal(long max) {
        return atMost(max, 10, unsigned(text, 10, "a decimal number of at most 64 bits"));
    }

    /** A number from 0 to max, decimal or behind {@code 0x} hexadecimal; both are taken without a sign. */
    public long number(long max) {
        boolean hex = text.startsWith(PREFIX);
        String digits = hex ? text.substring(PREFIX.length()) : text;
        int radix = hex ? 16 : 10;
        return atMost(max, radix, unsigned(digits, radix, "a number"));
    }

    /** Like {@link #number}, with a leading minus allowed; from {@code -max} to max. */
    public long signed(long max) {
        return text.startsWith("-") ? -part(1).number(max) : number(max);
    }

    /** Like {@link #number}, the 32 bits that a hypercall gets, which recorders print with a sign or without one. */
    public int word() {
        return (int) (text.startsWith("-") ? signed(1L << (Integer.SIZE - 1)) : number(0xffffffffL));
    }

    /** Like {@link #number} of up to 32 bits; a number above max is right, but more than the machine has. */
    public long representable(long max) {
        long value = number(0xffffffffL);
        if (value > max) {
            throw unrepresentable(text + " is larger than " + max);
        }
        return value;
    }

    /** Which of some words it is, by its index. */
    public int choice(List<String> words) {
        int index = words.indexOf(text);
        if (index < 0) {
            throw error("'" + text + "' is none of " + String.join(", ", words));
        }
        return index;
    }

    /** Java also takes a plus sign, and digits of other scripts. */
    private long unsigned(String digits, int radix, String wanted) {
        boolean plain = !digits.isEmpty() && digits.chars().allMatch(c -> c < 0x80 && Character.digit(c, radix) >= 0);
        if (!plain) {
            throw error("'" + text + "' is not " + wanted);
        }
        try {
            return Long.parseUnsignedLong(digits, radix);
        } catch (NumberFormatException e) {
            throw error(text + " has more than 64 bits");
        }
    }

    private long atMost(long max, int radix, long value) {
        if (Long.compareUnsigned(value, max) > 0) {
            String most = Long.toUnsignedString(max, radix).toLowerCase(Locale.ROOT);
            throw error(text + " is larger than " + (text.startsWith(PREFIX) ? PREFIX : "") + most);
        }
        return value;
    }
}
