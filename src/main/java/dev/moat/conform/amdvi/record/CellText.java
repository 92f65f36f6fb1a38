package dev.moat.conform.amdvi.record;

import dev.moat.conform.record.Cell;
import java.util.ArrayList;
import java.util.List;

/**
 * What cells of these files hold; hexadecimal numbers are without a prefix and in small letters. Every method throws {@link
 * dev.moat.input.InputException} at the cell for other text.
 */
final class CellText {
    private CellText() {}

    /** The pieces between separators, in their places; at least one, perhaps empty. */
    static List<Cell> split(Cell cell, char separator) {
        List<Cell> pieces = new ArrayList<>();
        int from = 0;
        for (int at = cell.text().indexOf(separator); at >= 0; at = cell.text().indexOf(separator, from)) {
            pieces.add(cell.part(from, at));
            from = at + 1;
        }
        pieces.add(cell.part(from, cell.text().length()));
        return pieces;
    }

    /** A number of up to 64 bits. */
    static long hex(Cell cell) {
        String text = cell.text();
        boolean digits = text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
        if (text.isEmpty() || text.length() > 16 || !digits) {
            throw cell.error("'" + text + "' is not a hexadecimal number of up to 64 bits");
        }
        return Long.parseUnsignedLong(text, 16);
    }

    /** Like {@link #hex}, from 0 to max. */
    static long hex(Cell cell, long max) {
        long value = hex(cell);
        if (Long.compareUnsigned(value, max) > 0) {
            throw cell.error(cell.text() + " is larger than " + Long.toHexString(max));
        }
        return value;
    }

    /** A multiple of 8 from 0 to max. */
    static long place(Cell cell, long max) {
        long value = hex(cell, max);
        if ((value & (Long.BYTES - 1)) != 0) {
            throw cell.error("'" + cell.text() + "' is not a multiple of 8");
        }
        return value;
    }

    /** A decimal number from 0 to max. */
    static int decimal(Cell cell, int max) {
        String text = cell.text();
        boolean digits = text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (text.isEmpty() || text.length() > 9 || !digits || Integer.parseInt(text) > max) {
            throw cell.error("'" + text + "' is not a number from 0 to " + max);
        }
        return Integer.parseInt(text);
    }
}
