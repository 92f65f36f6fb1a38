package dev.moat.twin.calgary;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Memory of TCE tables. The chip reads it without looking into CPU caches (sheet, section 2): a store can be seen by the chip
 * at any time, and is seen once its cache line was flushed.
 *
 * <p>A TCE is stored in big-endian order; values here are the numbers that the chip reads.
 */
final class SlowCalgaryMemory {
    private static final int LINE = 64;

    private record Stored(long at, long value) {}

    private final Map<Long, List<Stored>> entries = new HashMap<>();
    private final Map<Long, List<Long>> flushes = new HashMap<>();
    private final Set<Long> changed = new LinkedHashSet<>();
    private long now;

    /** The present instant; each store, flush and invalidation has its own. */
    long now() {
        return now;
    }

    /** A CPU stores a number at a multiple of 8, in big-endian order. */
    void storeBigEndian(long address, long value) {
        if (value == 0 && !entries.containsKey(address)) {
            return; // It was 0 from the start: nothing can be told apart.
        }
        changed.add(address);
        entries.computeIfAbsent(address, a -> new ArrayList<>(List.of(new Stored(-1, 0))))
                .add(new Stored(++now, value));
    }

    /** The addresses stored to since the last call. */
    Set<Long> takeChanged() {
        Set<Long> taken = new LinkedHashSet<>(changed);
        changed.clear();
        return taken;
    }

    /** A CPU writes the cache line of an address back. */
    void flush(long address) {
        if (entries.isEmpty()) {
            return;
        }
        flushes.computeIfAbsent(address / LINE, line -> new ArrayList<>()).add(++now);
    }

    /** Something happened that is neither. */
    long tick() {
        return ++now;
    }

    /** What a CPU reads. */
    long load(long address) {
        List<Stored> stored = entries.get(address);
        return stored == null ? 0 : stored.get(stored.size() - 1).value;
    }

    /** Every number that the chip may have read there at the given instant or later. */
    Set<Long> readableSince(long address, long since) {
        Set<Long> readable = new LinkedHashSet<>();
        List<Stored> stored = entries.getOrDefault(address, List.of(new Stored(-1, 0)));
        for (int i = stored.size() - 1; i >= 0; i--) {
            boolean last = i == stored.size() - 1;
            if (last || firstFlush(address, stored.get(i + 1).at) >= since) {
                readable.add(stored.get(i).value);
            }
        }
        return readable;
    }

    /** When the line was flushed first after an instant; never: the end of time. */
    private long firstFlush(long address, long after) {
        for (long at : flushes.getOrDefault(address / LINE, List.of())) {
            if (at > after) {
                return at;
            }
        }
        return Long.MAX_VALUE;
    }
}
