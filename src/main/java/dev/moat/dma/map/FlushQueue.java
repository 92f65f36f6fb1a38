package dev.moat.dma.map;

import dev.moat.iommu.linux.PageDriver;
import dev.moat.iommu.linux.RangeDriver;

/**
 * Addresses whose entries are cleared and that something may serve still: one ring for each CPU, oldest first. Each is free again once a
 * flush of the whole domain that began behind its unmap has ended: flushes are counted when they begin and when they have ended, and an
 * address notes how many had begun. The domain is flushed when a CPU's ring is full, and by a timer that the first address sets.
 *
 * <p>A call runs without interruption here; what two CPUs race for is component {@code iommu-dma}. Tables that unmaps have emptied go back
 * with the flush itself, in Linux with the address that they were emptied for.
 *
 * <p>{@code @shape} {@code [flushes begun][ended][timer on]}, and for each CPU {@code [head][tail]} and the ring, each {@code [first
 * page][pages][flushes begun]}. {@code @unit} pages. {@code @source} Linux 6.1 dma-iommu.c: queue_iova, fq_ring_free, fq_flush_iotlb,
 * fq_flush_timeout. {@code @oracle} SlowFlushQueue in the tests.
 */
public class FlushQueue {
    /** Places of Linux's ring, of which one is always empty. */
    public static final int SIZE = 256;

    private static final int SHARED = 3;
    private static final int ENDS = 2;
    private static final int ENTRY = 3;

    private final int base;
    private final int cpus;
    private final int size;
    private final PageDriver driver;
    private final RangeDriver ranges;

    /**
     * @param base the first word
     * @param size places of a ring, at least 2; one of them stays empty
     * @param driver is asked to have the domain forgotten
     * @param ranges get the addresses back
     * @throws IllegalArgumentException for fewer places, whose one address would never be free, or without a CPU
     */
    public FlushQueue(int base, int cpus, int size, PageDriver driver, RangeDriver ranges) {
        if (size < 2 || cpus < 1) {
            throw new IllegalArgumentException(
                    "a flush queue needs a CPU and two places, not " + cpus + " and " + size);
        }
        this.base = base;
        this.cpus = cpus;
        this.size = size;
        this.driver = driver;
        this.ranges = ranges;
    }

    /** First word behind this. All words are 0 at the beginning. */
    public int end() {
        return ring(cpus);
    }

    private int ring(int cpu) {
        return base + SHARED + cpu * (ENDS + size * ENTRY);
    }

    /** Flushes that have ended. */
    public long flushes(long[] s) {
        return s[base + 1];
    }

    /** Whether the timer has been set and has not gone off. */
    public boolean isTimerOn(long[] s) {
        return s[base + 2] != 0;
    }

    /** Addresses that wait in a CPU's ring. */
    public int waiting(long[] s, int cpu) {
        int ring = ring(cpu);
        return Math.floorMod(s[ring + 1] - s[ring], size);
    }

    /** Takes what an unmap has cleared; frees what has been flushed since, and flushes first where the ring is full. */
    void add(long[] s, int cpu, long first, long pages) {
        release(s, cpu, cpu);
        if (isFull(waiting(s, cpu))) {
            flush(s);
            release(s, cpu, cpu);
        }
        int ring = ring(cpu);
        int at = ring + ENDS + ENTRY * (int) s[ring + 1];
        s[at] = first;
        s[at + 1] = pages;
        s[at + 2] = s[base];
        s[ring + 1] = (s[ring + 1] + 1) % size;
        s[base + 2] = 1;
    }

    /**
     * The timer goes off: everything is flushed, and what waits on any CPU is free.
     *
     * @param cpu that it runs on, which keeps the addresses
     */
    public void timeout(long[] s, int cpu) {
        s[base + 2] = 0;
        flush(s);
        for (int of = 0; of < cpus; of++) {
            release(s, of, cpu);
        }
    }

    private void flush(long[] s) {
        s[base]++;
        driver.syncAll();
        s[base + 1]++;
    }

    private void release(long[] s, int of, int cpu) {
        int ring = ring(of);
        while (s[ring] != s[ring + 1]) {
            int at = ring + ENDS + ENTRY * (int) s[ring];
            if (!isFlushed(s[at + 2], s[base + 1])) {
                return;
            }
            ranges.freeIovaRange(s, cpu, s[at], s[at + 1]);
            s[ring] = (s[ring] + 1) % size;
        }
    }

    /** Whether a flush that an address has not seen begin has ended. */
    boolean isFlushed(long begun, long ended) {
        return begun < ended;
    }

    boolean isFull(int waiting) {
        return waiting == size - 1;
    }
}
