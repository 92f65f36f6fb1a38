package dev.moat.twin;

import java.util.Arrays;
import java.util.List;

/**
 * An element of a scatter-gather list, physical or as it was mapped, or a window.
 *
 * @param start address
 * @param size bytes
 */
public record Segment(long start, long size) {
    /** Reads {@code start+size;start+size...} in hex; empty: none. */
    public static List<Segment> list(String text) {
        return Arrays.stream(text.split(";"))
                .filter(piece -> !piece.isEmpty())
                .map(piece -> piece.split("\\+"))
                .map(p -> new Segment(Long.parseUnsignedLong(p[0], 16), Long.parseUnsignedLong(p[1], 16)))
                .toList();
    }

    @Override
    public String toString() {
        return String.format("%x+%x", start, size);
    }
}
