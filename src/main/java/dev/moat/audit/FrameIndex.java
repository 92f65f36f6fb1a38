package dev.moat.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds lingering translations by the frame they lead to. Only looked up, never iterated, so order plays no part. */
final class FrameIndex {
    /** Frames per bucket, as a power of two. */
    private static final int BUCKET = 9;

    /** Longer mappings are not entered, and counted. */
    private static final int MOST_BUCKETS = 64;

    /** A mapping that was taken from the tables. */
    private record Entry(AddressSpace space, Mapping was) {}

    /**
     * A page that lingers.
     *
     * @param stale the pages it is one of
     * @param was the mapping that led it to the frame asked for
     */
    record Lingering(Stale stale, Mapping was, long page) {}

    private final Map<Long, List<Entry>> buckets = new HashMap<>();
    private long left;
    private int sweepAt = 1024;
    private int entries;

    void add(AddressSpace space, Mapping m) {
        long low = m.frame >>> BUCKET;
        long high = (m.frame + m.pages() - 1) >>> BUCKET;
        if (high - low >= MOST_BUCKETS) {
            left++;
            return;
        }
        Entry entry = new Entry(space, m);
        for (long bucket = low; bucket <= high; bucket++) {
            buckets.computeIfAbsent(bucket, b -> new ArrayList<>(2)).add(entry);
            entries++;
        }
        if (entries > sweepAt) {
            sweep();
        }
    }

    /** Drops what does not linger any more; memory stays within a few times of what does. */
    private void sweep() {
        entries = 0;
        buckets.values().removeIf(list -> {
            list.removeIf(e -> !e.space.stale.touches(e.was.first, e.was.end));
            entries += list.size();
            return list.isEmpty();
        });
        sweepAt = Math.max(1024, entries * 2);
    }

    /** Lingering pages of other known domains that lead to one of these frames. */
    List<Lingering> elsewhere(AddressSpace space, long frame, long pages) {
        List<Lingering> found = new ArrayList<>();
        long low = frame >>> BUCKET;
        long high = Math.min((frame + pages - 1) >>> BUCKET, low + MOST_BUCKETS);
        for (long bucket = low; bucket <= high; bucket++) {
            for (Entry e : buckets.getOrDefault(bucket, List.of())) {
                long from = Math.max(frame, e.was.frame);
                long to = Math.min(frame + pages, e.was.frame + e.was.pages());
                if (e.space != space && e.space.known() && from < to) {
                    long first = e.was.first + from - e.was.frame;
                    for (Stale s : e.space.stale.touching(first, first + to - from)) {
                        found.add(new Lingering(s, e.was, Math.max(first, s.first)));
                    }
                }
            }
        }
        return found;
    }

    void clear() {
        buckets.clear();
        entries = 0;
    }

    /** Mappings too long to be entered. */
    long left() {
        return left;
    }
}
