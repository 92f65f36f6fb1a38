package dev.moat.audit.recording;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Things that belong to blocks of 2^order numbers, each block aligned to its size. Finding those that overlap a range takes a search for each
 * order that there is.
 */
final class AlignedBlocks<T> {
    /** Log2 of all numbers of 4 KiB pages. */
    static final int WHOLE = Long.SIZE - 12;

    private final List<@Nullable TreeMap<Long, List<T>>> byOrder = new ArrayList<>();
    private final Effort effort;

    AlignedBlocks(Effort effort) {
        this.effort = effort;
        for (int order = 0; order <= WHOLE; order++) {
            byOrder.add(null);
        }
    }

    void add(long first, int order, T thing) {
        TreeMap<Long, List<T>> blocks = byOrder.get(order);
        if (blocks == null) {
            blocks = new TreeMap<>();
            byOrder.set(order, blocks);
        }
        effort.keep(1);
        blocks.computeIfAbsent(first >>> order, block -> new ArrayList<>(1)).add(thing);
    }

    void remove(long first, int order, T thing) {
        TreeMap<Long, List<T>> blocks = byOrder.get(order);
        List<T> there = blocks == null ? null : blocks.get(first >>> order);
        if (blocks == null || there == null) {
            return;
        }
        effort.spend(there.size());
        if (there.remove(thing)) {
            effort.keep(-1);
        }
        if (there.isEmpty()) {
            blocks.remove(first >>> order);
        }
    }

    /** Those that overlap a range, the smallest blocks first; a list of its own. A count of 0 is all. */
    List<T> overlapping(long first, long count) {
        List<T> found = new ArrayList<>();
        for (int order = 0; order <= WHOLE; order++) {
            TreeMap<Long, List<T>> blocks = byOrder.get(order);
            if (blocks != null && !blocks.isEmpty()) {
                long last = first + count - 1 < first && count != 0 ? -1L >>> 12 : first + count - 1;
                Iterable<List<T>> meant = count == 0
                        ? blocks.values()
                        : blocks.subMap(first >>> order, true, last >>> order, true)
                                .values();
                for (List<T> things : meant) {
                    effort.spend(things.size());
                    found.addAll(things);
                }
            }
        }
        return found;
    }
}
