package dev.moat.dma.map;

import java.util.ArrayList;
import java.util.List;

/** {@link FlushQueue} again: one list of all that waits, each with the flushes that have ended before its unmap. */
final class SlowFlushQueue {
    /** Pages, and who waits with them. */
    record Range(int cpu, long first, long pages, long before) {}

    private final int most;
    final List<Range> waiting = new ArrayList<>();
    /** Who was given what, in order. */
    final List<String> freed = new ArrayList<>();

    long flushes;

    /** @param most that may wait on a CPU */
    SlowFlushQueue(int most) {
        this.most = most;
    }

    void add(int cpu, long first, long pages) {
        freeFlushed(cpu, cpu);
        if (waiting(cpu) == most) {
            flushes++;
            freeFlushed(cpu, cpu);
        }
        waiting.add(new Range(cpu, first, pages, flushes));
    }

    void timeout(int cpu, int cpus) {
        flushes++;
        for (int of = 0; of < cpus; of++) {
            freeFlushed(of, cpu);
        }
    }

    long waiting(int cpu) {
        return waiting.stream().filter(r -> r.cpu() == cpu).count();
    }

    private void freeFlushed(int of, int by) {
        for (Range range : List.copyOf(waiting)) {
            if (range.cpu() == of && range.before() < flushes) {
                waiting.remove(range);
                freed.add(by + ": " + range.first() + "+" + range.pages());
            }
        }
    }
}
