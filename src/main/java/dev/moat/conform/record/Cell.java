package dev.moat.conform.record;

import dev.moat.input.InputException;
import dev.moat.input.UnrepresentableException;
import java.math.BigInteger;

/**
 * A piece of text of an input file, with its place.
 *
 * @param file the file as messages print it
 * @param line 1-based
 * @param column 1-based column of the first character
 */
public record Cell(String file, int line, int column, String text) {
    /** Whether nothing stands in it. */
    public boolean isEmpty() {
        return text.isEmpty();
    }

    /** Whether this column, of its line, is one of its or the one behind its last. */
    boolean has(int place) {
        return place >= column && place <= column + text.length();
    }

    /** The error of this message at this cell, to be thrown. */
    public InputException error(String message) {
        return new InputException(file, line, column, message);
    }

    /** The error that this cell asks for what the executable machine does not have, to be thrown. */
    public UnrepresentableException unrepresentable(String message) {
        return new UnrepresentableException(file, line, column, message);
    }

    /** The characters from {@code from} to before {@code to}, in their place. */
    public Cell part(int from, int to) {
        return new Cell(file, line, column + from, text.substring(from, to));
    }

    /**
     * The number written here, decimal or with {@code 0x}.
     *
     * @throws InputException when it is none, or not from 0 to max
     */
    public long number(long max) {
        long value = parse(10).longValue();
        if (value > max) {
            throw error(text + " is larger than " + max);
        }
        return value;
    }

    /** Like {@link #number} of up to 32 bits; a number above max is right, but more than the machine has. */
    public long representable(long max) {
        long value = number(0xffffffffL);
        if (value > max) {
            throw unrepresentable(text + " is larger than " + max);
        }
        return value;
    }

    /** Like {@link #number}, of 64 bits, to be taken without a sign. */
    public long wide() {
        BigInteger value = parse(20);
        if (value.bitLength() > Long.SIZE) {
            throw error(text + " has more than 64 bits");
        }
        return value.longValue();
    }

    private BigInteger parse(int mostDigits) {
        boolean hex = text.startsWith("0x");
        String digits = hex ? text.substring(2) : text;
        if (digits.isEmpty() || digits.length() > mostDigits || !isAll(digits, hex)) {
            throw error("'" + text + "' is not a number");
        }
        return new BigInteger(digits, hex ? 16 : 10);
    }

    private static boolean isAll(String digits, boolean hex) {
        return digits.chars()
                .allMatch(c -> (c >= '0' && c <= '9') || (hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))));
    }

    /** Like {@link #number}, with a leading minus allowed; from {@code -max} to max. */
    public long signed(long max) {
        return text.startsWith("-") ? -part(1, text.length()).number(max) : number(max);
    }

    /** Like {@link #number}, the 32 bits that a hypercall gets, which recorders print with a sign or without one. */
    public int word() {
        return (int) (text.startsWith("-") ? signed(1L << (Integer.SIZE - 1)) : number(0xffffffffL));
    }
}
