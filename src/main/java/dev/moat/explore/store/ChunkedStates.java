package dev.moat.explore.store;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.Arrays;

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
            chunks = Arrays.copyOf(chunks, Math.max(needed, chunks.length * 2));
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

    /** Writes the states, and how much room they have. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(allocated);
        out.writeLong(size);
        for (long i = 0; i < size; i++) {
            for (int word = 0; word < words; word++) {
                out.writeLong(chunk(i)[offset(i) + word]);
            }
        }
    }

    /**
     * Reads what {@link #write} wrote into a sequence that is empty.
     *
     * @throws StreamCorruptedException when it is, or has room for, more states than there can be
     */
    public void read(DataInput in, long most) throws IOException {
        int room = in.readInt();
        long states = in.readLong();
        if (states < 0 || states > most || room < 0 || room > (most + CHUNK - 1) >>> SHIFT) {
            throw new StreamCorruptedException("states");
        }
        for (long i = 0; i < states; i++) {
            resize(i + 1);
            for (int word = 0; word < words; word++) {
                chunk(i)[offset(i) + word] = in.readLong();
            }
        }
        resize(Math.max((long) room * CHUNK, states));
        size = states;
    }

    /** Memory taken. */
    public long bytes() {
        return 8L * allocated * CHUNK * words;
    }
}
