package dev.moat.twin.gart;

/**
 * An element of a scatter-gather list, physical or as it was mapped.
 *
 * @param start address
 * @param size bytes
 */
public record Segment(long start, long size) {
    @Override
    public String toString() {
        return String.format("%x+%x", start, size);
    }
}
