package dev.moat.explore;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * For every state, in the order of discovery, the state it was first reached from and by which letter of the alphabet.
 *
 * <p>{@code @shape} 6 bytes a state: an {@code int} index and a {@code char} letter, in chunks.
 */
final class ParentLog {
    private static final int SHIFT = 16;
    private static final int CHUNK = 1 << SHIFT;

    private int[][] parent = new int[16][];
    private char[][] letter = new char[16][];
    private int allocated;

    /** Makes room for so many states. */
    public void resize(long size) {
        int needed = (int) ((size + CHUNK - 1) >>> SHIFT);
        if (needed > parent.length) {
            int length = Math.max(needed, parent.length * 2);
            parent = Arrays.copyOf(parent, length);
            letter = Arrays.copyOf(letter, length);
        }
        while (allocated < needed) {
            parent[allocated] = new int[CHUNK];
            letter[allocated++] = new char[CHUNK];
        }
    }

    /** Notes from which state, by number, and by which instance a state was first reached. */
    public void put(long index, int from, int by) {
        parent[(int) (index >>> SHIFT)][(int) (index & (CHUNK - 1))] = from;
        letter[(int) (index >>> SHIFT)][(int) (index & (CHUNK - 1))] = (char) by;
    }

    /** The letters from the initial state, which is state 0, to a state. */
    public List<Integer> path(long index) {
        List<Integer> letters = new ArrayList<>();
        for (long i = index; i != 0; ) {
            int chunk = (int) (i >>> SHIFT);
            int at = (int) (i & (CHUNK - 1));
            letters.add((int) letter[chunk][at]);
            i = parent[chunk][at];
        }
        Collections.reverse(letters);
        return letters;
    }

    /** Writes the first states of the log. */
    public void write(DataOutput out, long states) throws IOException {
        out.writeLong(states);
        for (long i = 0; i < states; i++) {
            out.writeInt(parent[(int) (i >>> SHIFT)][(int) (i & (CHUNK - 1))]);
            out.writeChar(letter[(int) (i >>> SHIFT)][(int) (i & (CHUNK - 1))]);
        }
    }

    /**
     * Reads what {@link #write} wrote into a log that is empty.
     *
     * @param letters of the alphabet
     * @throws StreamCorruptedException when there are not so many states, or one was reached from a later one or by no letter
     */
    public void read(DataInput in, long states, int letters) throws IOException {
        boolean whole = in.readLong() == states;
        for (long i = 0; i < states && whole; i++) {
            resize(i + 1);
            int from = in.readInt();
            int by = in.readChar();
            put(i, from, by);
            whole = i == 0 || (from >= 0 && from < i && by < letters);
        }
        if (!whole) {
            throw new StreamCorruptedException("parents");
        }
    }

    /** Memory taken. */
    public long bytes() {
        return 6L * allocated * CHUNK;
    }
}
