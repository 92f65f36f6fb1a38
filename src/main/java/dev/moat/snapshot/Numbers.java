package dev.moat.snapshot;

import dev.moat.bits.BitField;
import java.util.List;

/** Numbers of snapshots, and the names of what they stand for. */
final class Numbers {
    /** Bits of a page's offset. */
    static final int PAGE = 12;
    /** Bits of an index into a table. */
    static final int STRIDE = 9;

    private Numbers() {}

    static long hex(String digits) {
        return Long.parseUnsignedLong(digits.startsWith("0x") ? digits.substring(2) : digits, 16);
    }

    /** The name of a page or a frame. */
    static String page(long number) {
        return "0x" + Long.toHexString(number);
    }

    /** A device as Linux names it, with its segment. */
    static String device(String text) {
        return text.matches("[0-9a-f]{2}:.*") ? "0000:" + text : text;
    }

    /** The lowest level whose tables have an entry on the way to a page. */
    static int levelOf(long page) {
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(page) + STRIDE - 1) / STRIDE);
    }

    /** Pages that an entry of a level maps. */
    static long pagesOf(int level) {
        return 1L << (STRIDE * (level - 1));
    }

    /** Whether a reserved field of a word is not 0. */
    static boolean hasReserved(List<BitField> fields, long word) {
        return fields.stream().anyMatch(field -> field.name().startsWith("RSVD") && field.isSet(word));
    }
}
