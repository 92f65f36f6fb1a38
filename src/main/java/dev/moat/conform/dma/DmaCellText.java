package dev.moat.conform.dma;

import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.iommu.linux.DmaResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the recorded files write what all kinds have in common. */
public final class DmaCellText {
    /** The kernel stopped at a BUG_ON. */
    public static final String BUG = "BUG";
    /** The kernel gave up. */
    public static final String PANIC = "PANIC";
    /** The call did not return; ours refuses what Linux would search for ever. */
    public static final String HANG = "HANG";

    private DmaCellText() {}

    /** The word for a {@link DmaResult} that is no number of the call's own; null for a result that is. */
    public static @Nullable String special(long result) {
        if (result == DmaResult.BUG) {
            return BUG;
        }
        if (result == DmaResult.PANIC) {
            return PANIC;
        }
        return result == DmaResult.ENDLESS ? HANG : null;
    }

    /** What a call answers that gives out an address. */
    public static String address(long result) {
        String special = special(result);
        if (special != null) {
            return special;
        }
        return result == DmaResult.FAILED ? "error" : Long.toHexString(result);
    }

    /** What a call answers that gives out nothing. */
    public static String done(long result) {
        String special = special(result);
        return special == null ? "" : special;
    }

    /** What changed in a bitmap from one state to another, as {@code +first:last} and {@code -first:last}, rising. */
    public static String changedBits(AreaAllocator area, long[] before, long[] after) {
        List<String> runs = new ArrayList<>();
        int first = 0;
        int sign = 0;
        for (int w = 0; w < area.words(); w++) {
            long old = area.word(before, w);
            long now = area.word(after, w);
            if (old == now && sign == 0) {
                continue;
            }
            for (int bit = 0; bit < Long.SIZE; bit++) {
                int change = (int) ((now >>> bit & 1) - (old >>> bit & 1));
                if (change != sign) {
                    end(runs, sign, first, w * Long.SIZE + bit);
                    first = w * Long.SIZE + bit;
                    sign = change;
                }
            }
        }
        end(runs, sign, first, area.words() * Long.SIZE);
        return String.join(";", runs);
    }

    private static void end(List<String> runs, int sign, int first, int end) {
        if (sign != 0) {
            runs.add((sign > 0 ? "+" : "-") + first + ":" + (end - 1));
        }
    }
}
