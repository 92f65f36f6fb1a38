package dev.moat.explore;

/**
 * A growing sequence of packed states; the frontier.
 *
 * <p>{@code @shape} chunks of {@code CHUNK} states of {@code words} words each.
 */
final class ChunkedStates {
    private static final int SHIFT = 13;
    private static final int CHUNK = 1 << SHIFT;

    private final int words;
    private long[][] chunks = new long[16][];
    private int allocated;
    private long size;

    ChunkedStates(int words) {
        this.words = words;
    }

    long size() {
        return size;
    }

    /** Makes room for states up to {@code newSize}; their contents are then written with {@link #put}. */
    void resize(long newSize) {
        int needed = (int) ((newSize + CHUNK - 1) >>> SHIFT);
        if (needed > chunks.length) {
            chunks = java.util.Arrays.copyOf(chunks, Math.max(needed, chunks.length * 2));
        }
        while (allocated < needed) {
            chunks[allocated++] = new long[CHUNK * words];
        }
        size = newSize;
    }

    void put(long index, long[] packed, int at) {
        System.arraycopy(packed, at, chunks[(int) (index >>> SHIFT)], (int) (index & (CHUNK - 1)) * words, words);
    }

    /** The chunk that holds a state. */
    long[] chunk(long index) {
        return chunks[(int) (index >>> SHIFT)];
    }

    /** The offset of a state in its chunk. */
    int offset(long index) {
        return (int) (index & (CHUNK - 1)) * words;
    }

    void clear() {
        size = 0;
    }

    long bytes() {
        return 8L * allocated * CHUNK * words;
    }
}
