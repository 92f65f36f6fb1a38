package dev.moat.explore;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.Arrays;

/**
 * A growing sequence of packed states; the frontier.
 *
 * <p>{@code @shape} chunks of {@code states} states of {@code words} words each.
 */
final class ChunkedStates {
    /** States of a chunk, as a power of two, and of large states so many that it has no more words than that. */
    private static final int MOST_STATES = 13;

    private static final int MOST_WORDS = 20;

    private final int words;
    private final int shift;
    private final int states;
    private long[][] chunks = new long[16][];
    private int allocated;
    private long size;

    /** @param words of a packed state */
    public ChunkedStates(int words) {
        this.words = words;
        shift = Math.max(0, Math.min(MOST_STATES, MOST_WORDS - Integer.SIZE + Integer.numberOfLeadingZeros(words - 1)));
        states = 1 << shift;
    }

    /** How many states. */
    public long size() {
        return size;
    }

    /** Makes room for states up to {@code newSize}; their contents are then written with {@link #put}. */
    public void resize(long newSize) {
        int needed = (int) ((newSize + states - 1) >>> shift);
        if (needed > chunks.length) {
            chunks = Arrays.copyOf(chunks, Math.max(needed, chunks.length * 2));
        }
        while (allocated < needed) {
            chunks[allocated++] = new long[states * words];
        }
        size = newSize;
    }

    /** Stores the state that begins at a word of an array. Threads may store different states at the same time. */
    public void put(long index, long[] packed, int at) {
        System.arraycopy(packed, at, chunks[(int) (index >>> shift)], (int) (index & (states - 1)) * words, words);
    }

    /** The chunk that holds a state. */
    public long[] chunk(long index) {
        return chunks[(int) (index >>> shift)];
    }

    /** The offset of a state in its chunk. */
    public int offset(long index) {
        return (int) (index & (states - 1)) * words;
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
        long kept = in.readLong();
        if (kept < 0 || kept > most || room < 0 || room > (most + states - 1) >>> shift) {
            throw new StreamCorruptedException("states");
        }
        for (long i = 0; i < kept; i++) {
            resize(i + 1);
            for (int word = 0; word < words; word++) {
                chunk(i)[offset(i) + word] = in.readLong();
            }
        }
        resize(Math.max((long) room * states, kept));
        size = kept;
    }

    /** Memory taken. */
    public long bytes() {
        return 8L * allocated * states * words;
    }
}
