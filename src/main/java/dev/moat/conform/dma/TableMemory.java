package dev.moat.conform.dma;

import dev.moat.iommu.Memory;
import java.util.SortedMap;
import java.util.TreeMap;

/** The memory of one translation table, outside the state, which remembers what a step found in the words that it changed. */
final class TableMemory implements Memory {
    private final long base;
    private final long[] words;
    private final SortedMap<Integer, Long> found = new TreeMap<>();

    /**
     * All zero.
     *
     * @param base byte address, a multiple of 8
     */
    public TableMemory(long base, long bytes) {
        this.base = base;
        words = new long[(int) (bytes / Long.BYTES)];
    }

    @Override
    public boolean isReadable(long[] s, long address) {
        return Long.compareUnsigned(address - base, (long) words.length * Long.BYTES) < 0;
    }

    private int index(long address) {
        return (int) ((address - base) / Long.BYTES);
    }

    @Override
    public long read(long[] s, long address) {
        return isReadable(s, address) ? words[index(address)] : 0;
    }

    @Override
    public boolean write(long[] s, long address, long value) {
        if (!isReadable(s, address)) {
            return false;
        }
        int i = index(address);
        if (words[i] != value) {
            found.putIfAbsent(i, words[i]);
            words[i] = value;
        }
        return true;
    }

    /** Nothing has been changed yet. */
    public void begin() {
        found.clear();
    }

    /** Takes back what was changed. */
    public void undo() {
        found.forEach((i, old) -> words[i] = old);
        found.clear();
    }

    /** The words that have another value than before, by their number: the value before. */
    public SortedMap<Integer, Long> changed() {
        SortedMap<Integer, Long> changed = new TreeMap<>(found);
        changed.entrySet().removeIf(e -> words[e.getKey()] == e.getValue());
        return changed;
    }

    /** A word by its number. */
    public long word(int i) {
        return words[i];
    }
}
