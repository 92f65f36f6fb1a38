package dev.moat.conform.dma.row;

import dev.moat.conform.rows.Cell;
import dev.moat.input.InputException;

/** Numbers as the recorded files write them: without prefixes; every method throws {@link InputException} for other text. */
public final class Numbers {
    private Numbers() {}

    /** Hexadecimal, up to 64 bits. */
    public static long hex(Cell cell) {
        try {
            return parse(cell, 16);
        } catch (NumberFormatException e) {
            throw cell.error("'" + cell.text() + "' is not a hexadecimal number of at most 64 bits");
        }
    }

    /** Hexadecimal, from 0 to max. */
    public static long hex(Cell cell, long max) {
        long value = hex(cell);
        if (Long.compareUnsigned(value, max) > 0) {
            throw cell.error("0x" + cell.text() + " is larger than 0x" + Long.toHexString(max));
        }
        return value;
    }

    /** Decimal, up to 64 bits, without sign. */
    public static long unsigned(Cell cell) {
        try {
            return parse(cell, 10);
        } catch (NumberFormatException e) {
            throw cell.error("'" + cell.text() + "' is not a decimal number of at most 64 bits");
        }
    }

    /** Decimal, from 0 to max. */
    public static int decimal(Cell cell, int max) {
        long value = unsigned(cell);
        if (Long.compareUnsigned(value, max) > 0) {
            throw cell.error(cell.text() + " is larger than " + max);
        }
        return (int) value;
    }

    /** Java also takes a plus sign, and digits of other scripts. */
    private static long parse(Cell cell, int radix) {
        if (!cell.text().chars().allMatch(c -> c < 0x80 && Character.digit(c, radix) >= 0)) {
            throw new NumberFormatException();
        }
        return Long.parseUnsignedLong(cell.text(), radix);
    }
}
