package dev.moat.explore.store;

/**
 * A growing sequence of packed states; the frontier.
 *
 * <p>{@code @shape} chunks of {@code CHUNK} states of {@code words} words each.
 */
public final class ChunkedStates {
    private static final int SHIFT = 13;
    private static final int CHUNK = 1 << SHIFT;

    private final int words;
    private long[][] chunks = new long[16][];
    private int allocated;
    private long size;

    /** @param words of a packed state */
    public ChunkedStates(int words) {
        this.words = words;
    }

    /** How many states. */
    public long size() {
        return size;
    }

    /** Makes room for states up to {@code newSize}; their contents are then written with {@link #put}. */
    public void resize(long newSize) {
        int needed = (int) ((newSize + CHUNK - 1) >>> SHIFT);
        if (needed > chunks.length) {
            chunks = java.util.Arrays.copyOf(chunks, Math.max(needed, chunks.length * 2));
        }
        while (allocated < needed) {
            chunks[allocated++] = new long[CHUNK * words];
        }
        size = newSize;
    }

    /** Stores the state that begins at a word of an array. Threads may store different states at the same time. */
    public void put(long index, long[] packed, int at) {
        System.arraycopy(packed, at, chunks[(int) (index >>> SHIFT)], (int) (index & (CHUNK - 1)) * words, words);
    }

    /** The chunk that holds a state. */
    public long[] chunk(long index) {
        return chunks[(int) (index >>> SHIFT)];
    }

    /** The offset of a state in its chunk. */
    public int offset(long index) {
        return (int) (index & (CHUNK - 1)) * words;
    }

    /** Removes all states; their room is kept for later ones. */
    public void clear() {
        size = 0;
    }

    /** Memory taken. */
    public long bytes() {
        return 8L * allocated * CHUNK * words;
    }
}
