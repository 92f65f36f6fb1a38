package dev.moat.audit.trace;

import dev.moat.audit.read.TraceEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds lingering translations by the frame they lead to, in bounded memory: what there is no room for is left out and
 * counted. The map is only looked up, so its order plays no part.
 */
public final class FrameIndex {
    /** Entries kept of {@code 2^}{@value #BUCKET} frames in a row; the oldest go first. */
    static final int MOST_IN_BUCKET = 1 << 10;

    /** So many entries come to a full bucket before it is looked through again for those that linger no more. */
    private static final int LOOK = MOST_IN_BUCKET / 4;

    /** Frames per bucket, as a power of two. */
    private static final int BUCKET = 9;

    /** Longer mappings are not entered. */
    private static final int MOST_BUCKETS = 64;

    /** Entries in all. */
    private static final int MOST = 1 << 20;

    private static final int FIRST_SWEEP = 1024;

    /** The longest mapping that is entered, in words. */
    public static final String LONGEST = "128 MiB";

    /** How much is kept, in words. */
    public static final String KEPT = "1,024 for each 2 MiB of memory, and 1,048,576 in all";

    /** A mapping that an unmap took from the tables. */
    private record Entry(AddressSpace space, Mapping was, TraceEvent.Moment when) {
        /** The pages that linger since then; what lingers there since a later unmap never led to this frame. */
        List<Stale> lingering(long first, long end) {
            List<Stale> found = space.stale.touching(first, end);
            found.removeIf(s -> when.isBefore(s.when()));
            return found;
        }

        /** Whether such pages lingered when events were lost, and it is not known that they do so no more. */
        boolean mayLinger(long first, long end) {
            return space.lingered.touching(first, end).stream().anyMatch(g -> !when.isBefore(g.when()));
        }

        boolean over() {
            return lingering(was.first, was.end).isEmpty() && !mayLinger(was.first, was.end);
        }
    }

    /** Entries of some frames in a row. */
    private static final class Bucket {
        final ArrayDeque<Entry> entries = new ArrayDeque<>(2);
        private int untilLook;

        /** Makes room for one where there is none. How many it drops that linger. */
        int shrink() {
            if (entries.size() < MOST_IN_BUCKET) {
                return 0;
            }
            if (--untilLook < 0) {
                untilLook = LOOK;
                entries.removeIf(Entry::over);
            }
            return entries.size() < MOST_IN_BUCKET || entries.remove().over() ? 0 : 1;
        }
    }

    /**
     * A page that lingers.
     *
     * @param stale the pages it is one of
     * @param was the mapping that led it to the frame asked for
     * @param line where that mapping was unmapped
     */
    public record Lingering(Stale stale, Mapping was, long page, long line) {}

    /**
     * Pages of other domains that lead to the frames asked for.
     *
     * @param certain those that linger
     * @param others whether there are such that lingered when events were lost, and may do so still
     */
    public record Elsewhere(List<Lingering> certain, boolean others) {}

    private final Map<Long, Bucket> buckets = new HashMap<>();
    private long tooLong;
    private long crowded;
    private int sweepAt = FIRST_SWEEP;
    private int entries;

    /** Enters what an unmap took away. Domains that nothing tells apart are not compared. */
    public void add(AddressSpace space, Mapping m, TraceEvent.Moment when) {
        if (!space.known()) {
            return;
        }
        long low = m.frame >>> BUCKET;
        long high = (m.frame + m.pages() - 1) >>> BUCKET;
        if (high - low >= MOST_BUCKETS) {
            tooLong++;
            return;
        }
        Entry entry = new Entry(space, m, when);
        for (long number = low; number <= high; number++) {
            Bucket bucket = buckets.computeIfAbsent(number, b -> new Bucket());
            int before = bucket.entries.size();
            crowded += bucket.shrink();
            bucket.entries.add(entry);
            entries += bucket.entries.size() - before;
        }
        if (entries > sweepAt) {
            sweep();
        }
    }

    /** Drops what does not linger any more; memory stays within a few times of what does. */
    private void sweep() {
        entries = 0;
        buckets.values().removeIf(bucket -> {
            bucket.entries.removeIf(Entry::over);
            entries += bucket.entries.size();
            return bucket.entries.isEmpty();
        });
        if (entries > MOST) {
            crowded += entries;
            clear();
        }
        sweepAt = Math.max(FIRST_SWEEP, entries * 2);
    }

    /** Pages of other domains that lead to one of these frames and linger, or may. */
    public Elsewhere elsewhere(AddressSpace space, long frame, long pages) {
        List<Lingering> found = new ArrayList<>();
        boolean others = false;
        long low = frame >>> BUCKET;
        long high = (frame + pages - 1) >>> BUCKET;
        if (high - low < MOST_BUCKETS) {
            for (long number = low; number <= high; number++) {
                others |= look(buckets.get(number), space, frame, frame + pages, found);
            }
        } else {
            // A map may be of more frames than an unmap that is entered: not every number has a bucket.
            for (long number : buckets.keySet().stream().sorted().toList()) {
                if (low <= number && number <= high) {
                    others |= look(buckets.get(number), space, frame, frame + pages, found);
                }
            }
        }
        return new Elsewhere(found, others);
    }

    private static boolean look(
            @Nullable Bucket bucket, AddressSpace space, long frame, long end, List<Lingering> found) {
        boolean others = false;
        for (Entry e : bucket == null ? List.<Entry>of() : bucket.entries) {
            long from = Math.max(frame, e.was.frame);
            long to = Math.min(end, e.was.frame + e.was.pages());
            if (e.space != space && from < to) {
                long first = e.was.first + from - e.was.frame;
                long last = first + to - from;
                for (Stale s : e.lingering(first, last)) {
                    found.add(new Lingering(s, e.was, Math.max(first, s.first), e.when.line()));
                }
                others |= e.mayLinger(first, last);
            }
        }
        return others;
    }

    /** Forgets every entry; the count of those left out stays. */
    public void clear() {
        buckets.clear();
        entries = 0;
    }

    /** Mappings over more than {@value #MOST_BUCKETS} buckets. */
    public long tooLong() {
        return tooLong;
    }

    /** Entries that there was no room for. */
    public long crowded() {
        return crowded;
    }
}
