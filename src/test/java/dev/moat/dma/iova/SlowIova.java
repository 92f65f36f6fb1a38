package dev.moat.dma.iova;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/**
 * The allocator again, slow and obvious: ranges are objects in a sorted map, hints are references to them, magazines are lists.
 * Numbers are unsigned.
 */
final class SlowIova {
    /** A range; the one that ends everything is never freed. */
    static final class Range {
        long lo;
        final long hi;

        Range(long lo, long hi) {
            this.lo = lo;
            this.hi = hi;
        }
    }

    /** What one CPU has of one size. */
    private static final class Cpu {
        List<Long> loaded = new ArrayList<>();
        List<Long> previous = new ArrayList<>();
    }

    private static final int CLASSES = 6;

    final TreeMap<Long, Range> ranges = new TreeMap<>(Long::compareUnsigned);
    final List<IovaWarning> warnings = new ArrayList<>();
    Range lowHint = new Range(-1, -1);
    Range highHint = lowHint;
    long failed;
    boolean cached;
    /** As from Linux 6.12 on. */
    boolean keepsAll;

    private final Range top = lowHint;
    private final int shift;
    private final long start;
    private final int capacity;
    private final int magazine;
    private final int depotSize;
    private final Cpu[][] cpus;
    private final List<List<List<Long>>> depots = new ArrayList<>();

    SlowIova(long granule, long start, int capacity, int cpus, int magazine, int depotSize) {
        shift = Long.numberOfTrailingZeros(granule);
        this.start = start;
        this.capacity = capacity;
        this.magazine = magazine;
        this.depotSize = depotSize;
        this.cpus = new Cpu[CLASSES][cpus];
        failed = firstHigh();
        ranges.put(top.lo, top);
    }

    private static boolean less(long a, long b) {
        return Long.compareUnsigned(a, b) < 0;
    }

    private long firstHigh() {
        return 1L << (32 - shift);
    }

    private boolean isFull() {
        return ranges.size() == capacity + 1;
    }

    /** The lowest page, or -1. */
    long allocate(long size, long limit, boolean aligned) {
        long end = limit + 1;
        boolean low = !less(firstHigh(), end);
        if (isFull() || (low && !less(size, failed))) {
            return -1;
        }
        Range hint = low ? lowHint : highHint;
        long found = search(hint, size, end, start, aligned);
        if (found == -1 && less(hint.hi, end)) {
            found = search(top, size, end, hint.hi + 1, aligned);
        }
        if (found == -1) {
            failed = size;
            return -1;
        }
        Range range = new Range(found, found + size - 1);
        ranges.put(found, range);
        if (less(range.hi, firstHigh())) {
            lowHint = range;
        } else {
            highHint = range;
        }
        return found;
    }

    /** Below each range in turn, from one downwards: do the pages fit right below it, or right below the end? */
    private long search(Range from, long size, long end, long lowest, boolean aligned) {
        long align = aligned ? Long.highestOneBit(2 * size - 1) : 1;
        for (Range above : ranges.headMap(from.lo, true).descendingMap().values()) {
            long high = less(end, above.lo) ? end : above.lo;
            if (less(high, size)) {
                return -1;
            }
            long candidate = Long.divideUnsigned(high - size, align) * align;
            if (less(candidate, lowest)) {
                return -1;
            }
            var below = ranges.lowerEntry(above.lo);
            if (below == null || less(below.getValue().hi, candidate)) {
                return candidate;
            }
        }
        throw new AssertionError("there is always a last range");
    }

    Range find(long pfn) {
        var entry = ranges.floorEntry(pfn);
        return entry == null || less(entry.getValue().hi, pfn) ? null : entry.getValue();
    }

    boolean free(long pfn) {
        Range range = find(pfn);
        if (range == null || range == top) {
            return false;
        }
        Range next = ranges.higherEntry(range.lo).getValue();
        if (range == lowHint || (less(range.hi, firstHigh()) && !less(range.lo, lowHint.lo))) {
            lowHint = next;
        }
        if (!less(range.lo, highHint.lo)) {
            highHint = next;
        }
        if (less(range.lo, firstHigh())) {
            failed = firstHigh();
        }
        ranges.remove(range.lo);
        return true;
    }

    Range reserve(long lo, long hi) {
        if (less(-1L >>> shift, lo) || less(-1L >>> shift, hi)) {
            warnings.add(IovaWarning.RESERVED_BEYOND_ADDRESSES);
            return null;
        }
        long from = lo;
        for (Range range : List.copyOf(ranges.values())) {
            if (less(hi, range.lo) || less(range.hi, from)) {
                continue;
            }
            if (less(from, range.lo)) {
                ranges.remove(range.lo);
                range.lo = from;
                ranges.put(from, range);
            }
            if (!less(range.hi, hi)) {
                return range;
            }
            from = range.hi + 1;
        }
        if (isFull()) {
            return null;
        }
        Range range = new Range(from, hi);
        ranges.put(from, range);
        return range;
    }

    void turnOn() {
        cached = true;
        depots.clear();
        for (int order = 0; order < CLASSES; order++) {
            depots.add(new ArrayList<>());
            for (int cpu = 0; cpu < cpus[order].length; cpu++) {
                cpus[order][cpu] = new Cpu();
            }
        }
    }

    static int order(long size) {
        int order = 0;
        while (order < 63 && less(1L << order, size)) {
            order++;
        }
        return order;
    }

    long allocateFast(int cpu, long size, long limit, boolean flush) {
        long pages = less(size, 32) ? 1L << order(size) : size;
        if (cached && order(pages) < CLASSES) {
            long pfn = take(order(pages), cpus[order(pages)][cpu], pages, limit);
            if (pfn != -1 && pfn != 0) {
                return pfn;
            }
        }
        long found = allocate(pages, limit, true);
        if (found != -1 || !flush) {
            return found;
        }
        for (int c = 0; c < cpus[0].length; c++) {
            release(c);
        }
        for (List<List<Long>> depot : depots) {
            depot.forEach(this::giveBack);
            depot.clear();
        }
        return allocate(pages, limit, true);
    }

    private long take(int order, Cpu cpu, long pages, long limit) {
        if (cpu.loaded.isEmpty()) {
            List<List<Long>> depot = depots.get(order);
            if (!cpu.previous.isEmpty()) {
                List<Long> empty = cpu.loaded;
                cpu.loaded = cpu.previous;
                cpu.previous = empty;
            } else if (!depot.isEmpty()) {
                cpu.loaded = depot.remove(depot.size() - 1);
            }
        }
        for (int i = cpu.loaded.size() - 1; i >= 0; i--) {
            long pfn = cpu.loaded.get(i);
            if (!less(limit + 1 - pages, pfn)) {
                long newest = cpu.loaded.remove(cpu.loaded.size() - 1);
                if (i < cpu.loaded.size()) {
                    cpu.loaded.set(i, newest);
                }
                return pfn;
            }
        }
        return -1;
    }

    void freeFast(int cpuNumber, long pfn, long size) {
        if (!cached || order(size) >= CLASSES) {
            free(pfn);
            return;
        }
        Cpu cpu = cpus[order(size)][cpuNumber];
        List<List<Long>> depot = depots.get(order(size));
        List<Long> surplus = List.of();
        if (cpu.loaded.size() == magazine && cpu.previous.size() < magazine) {
            List<Long> full = cpu.loaded;
            cpu.loaded = cpu.previous;
            cpu.previous = full;
        } else if (cpu.loaded.size() == magazine) {
            if (depot.size() < depotSize) {
                depot.add(cpu.loaded);
            } else if (keepsAll) {
                free(pfn);
                return;
            } else {
                surplus = cpu.loaded;
            }
            cpu.loaded = new ArrayList<>();
        }
        cpu.loaded.add(pfn);
        giveBack(surplus);
    }

    /** Whether there was a magazine more than CPUs. */
    boolean trim(int order) {
        if (!cached || depots.get(order).size() <= cpus[0].length) {
            return false;
        }
        giveBack(depots.get(order).remove(depots.get(order).size() - 1));
        return true;
    }

    void release(int cpu) {
        for (int order = 0; order < CLASSES && cached; order++) {
            giveBack(cpus[order][cpu].loaded);
            giveBack(cpus[order][cpu].previous);
        }
    }

    private void giveBack(List<Long> pfns) {
        for (long pfn : pfns) {
            if (!free(pfn)) {
                warnings.add(IovaWarning.CACHED_RANGE_IS_GONE);
            }
        }
        if (!pfns.isEmpty()) {
            pfns.clear();
        }
    }

    /** Loaded, newest first; size of previous; of the depot. */
    String caches(int order, int cpu) {
        List<Long> newestFirst = new ArrayList<>(cpus[order][cpu].loaded);
        Collections.reverse(newestFirst);
        return newestFirst + " " + cpus[order][cpu].previous.size() + " "
                + depots.get(order).size();
    }
}
