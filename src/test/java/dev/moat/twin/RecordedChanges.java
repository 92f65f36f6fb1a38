package dev.moat.twin;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongUnaryOperator;

/** What a row changed, as the recorded columns write it. */
public final class RecordedChanges {
    private RecordedChanges() {}

    /**
     * Runs of entries that changed, {@code first:last=value}: all to one value, or with {@code ++} each to the page after the
     * one before.
     *
     * @param page an entry as its page's address and its flags, as a number that grows by 4096 from page to page
     */
    public static String entries(long[] before, long[] after, LongUnaryOperator page) {
        List<String> runs = new ArrayList<>();
        int at = 0;
        while (at < after.length) {
            if (before[at] == after[at]) {
                at++;
                continue;
            }
            int end = at;
            long step = 0;
            while (end + 1 < after.length && before[end + 1] != after[end + 1]) {
                long next = page.applyAsLong(after[end + 1]) - page.applyAsLong(after[end]);
                if (next != 0 && next != 0x1000 || end > at && next != step) {
                    break;
                }
                step = next;
                end++;
            }
            runs.add(at + ":" + end + "=" + Long.toHexString(after[at]) + (step != 0 ? "++" : ""));
            at = end + 1;
        }
        return String.join(";", runs);
    }

    /** Runs of bits that changed, {@code +first:last} set, with a minus cleared. */
    public static String bits(BitSet before, BitSet after) {
        List<String> runs = new ArrayList<>();
        BitSet changed = (BitSet) before.clone();
        changed.xor(after);
        int at = changed.nextSetBit(0);
        while (at >= 0) {
            int end = at;
            while (changed.get(end + 1) && after.get(end + 1) == after.get(at)) {
                end++;
            }
            runs.add((after.get(at) ? "+" : "-") + at + ":" + end);
            at = changed.nextSetBit(end + 1);
        }
        return String.join(";", runs);
    }
}
