package dev.moat.conform.dma;

import java.util.ArrayList;
import java.util.List;

/** How the recorded files write what all kinds have in common. */
final class Answers {
    /** The kernel stopped at a BUG_ON. */
    static final String BUG = "BUG";
    /** The kernel gave up. */
    static final String PANIC = "PANIC";
    /** The call did not return; ours refuses what Linux would search for ever. */
    static final String HANG = "HANG";

    private Answers() {}

    /** What changed between two bitmaps, as {@code +first:last} and {@code -first:last}, rising. */
    static String changedBits(long[] before, long[] after) {
        List<String> runs = new ArrayList<>();
        int bits = after.length * Long.SIZE;
        for (int i = 0; i < bits; i++) {
            int w = i / Long.SIZE;
            if (before[w] == after[w]) {
                i = (w + 1) * Long.SIZE - 1;
            } else if (changed(before, after, i) != 0) {
                int first = i;
                int sign = changed(before, after, i);
                while (i + 1 < bits && changed(before, after, i + 1) == sign) {
                    i++;
                }
                runs.add((sign > 0 ? "+" : "-") + first + ":" + i);
            }
        }
        return String.join(";", runs);
    }

    /** 1 for a bit that was set, -1 for one that was cleared, else 0. */
    private static int changed(long[] before, long[] after, int i) {
        long old = before[i / Long.SIZE] >>> i & 1;
        return (int) ((after[i / Long.SIZE] >>> i & 1) - old);
    }
}
