package dev.moat.iommu.riscv.semantics;

import dev.moat.iommu.riscv.format.DeviceContext;
import java.util.Arrays;

/** The words of one entry of a structure, as the unit understands them: 1 to the 8 of an extended device context. */
public final class EntryWords {
    private final long[] words = new long[DeviceContext.EXTENDED_WORDS];

    public long get(int word) {
        return words[word];
    }

    public void set(int word, long value) {
        words[word] = value;
    }

    void copy(EntryWords from, int count) {
        System.arraycopy(from.words, 0, words, 0, count);
    }

    void clear() {
        Arrays.fill(words, 0);
    }
}
