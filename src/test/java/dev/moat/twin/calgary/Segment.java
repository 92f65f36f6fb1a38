package dev.moat.twin.calgary;

/**
 * An element of a scatter-gather list, or a window.
 *
 * @param start physical address, or bus address
 * @param size bytes
 */
public record Segment(long start, long size) {
    @Override
    public String toString() {
        return String.format("%x+%x", start, size);
    }
}
