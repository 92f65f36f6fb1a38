package dev.moat.iommu.linux;

import dev.moat.iommu.memory.Memory;

/**
 * Frames of a memory for page tables at real size: one that is taken is all zero, the one given back last is taken first, so that a table
 * which a unit still walks is soon another's. {@code @unit} 4 KiB frame numbers.
 */
public final class TableFrames {
    /** In place of a frame: there is none. */
    public static final long NONE = -1;

    private static final int BYTES = 4096;
    private static final int SHIFT = 12;

    private final Memory memory;
    private final long[] free;
    private int left;

    /**
     * @param first frame
     * @param count frames in a row; all have to be memory
     */
    public TableFrames(Memory memory, long first, int count) {
        this.memory = memory;
        free = new long[count];
        for (int i = 0; i < count; i++) {
            free[i] = first + count - 1 - i;
        }
        left = count;
    }

    /** A frame of zeros, or {@link #NONE}. */
    public long take(long[] s) {
        if (left == 0) {
            return NONE;
        }
        long frame = free[--left];
        for (long at = frame << SHIFT; at < (frame << SHIFT) + BYTES; at += Long.BYTES) {
            if (memory.read(s, at) != 0) {
                memory.write(s, at, 0);
            }
        }
        return frame;
    }

    /**
     * Gives a frame back.
     *
     * @throws IllegalStateException when all are there already
     */
    public void give(long frame) {
        if (left == free.length) {
            throw new IllegalStateException("frame " + Long.toHexString(frame) + " was not taken");
        }
        free[left++] = frame;
    }

    /** Frames that are taken. */
    public int used() {
        return free.length - left;
    }
}
