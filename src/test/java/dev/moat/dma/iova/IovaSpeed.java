package dev.moat.dma.iova;

import java.util.SplittableRandom;

/** Measures the allocator at the size of a kernel; run by {@code bench/dma.sh}. */
public final class IovaSpeed {
    private static final int CPUS = 4;
    private static final long LAST_LOW = 0xfffff;
    private static final long LAST = 0xf_ffff_ffffL;

    private IovaSpeed() {}

    /** @param args calls, ranges that are live at a time, seed */
    public static void main(String[] args) {
        int calls = Integer.parseInt(args[0]);
        int live = Integer.parseInt(args[1]);
        long seed = Long.parseLong(args[2]);
        System.out.printf("iova: %,d map and unmap calls on %d CPUs, 1 to 15 pages, seed %d%n", calls, CPUS, seed);
        for (boolean cached : new boolean[] {true, false}) {
            run(calls / 10, live, seed, cached);
            report(run(calls, live, seed, cached), calls, live, cached);
        }
    }

    private static void report(double seconds, int calls, int live, boolean cached) {
        System.out.printf(
                "  %s, up to %,d live ranges: %.2f s, %,.0f calls/s%n",
                cached ? "with caches   " : "without caches", live, seconds, calls / seconds);
    }

    /** Below 4 GiB first, as Linux's DMA layer asks. */
    private static double run(int calls, int live, long seed, boolean cached) {
        IovaDomain domain = new IovaDomain(0, 4096, 1, 1 << 18, warning -> {
            throw new IllegalStateException("" + warning);
        });
        IovaCaches caches = new IovaCaches(domain.end(), domain, CPUS);
        long[] s = new long[caches.end()];
        domain.initialise(s);
        caches.initialise(s);
        if (cached) {
            caches.turnOn(s);
        }
        SplittableRandom random = new SplittableRandom(seed);
        long[] pfns = new long[live];
        int[] sizes = new int[live];
        long begun = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            int at = random.nextInt(live);
            int cpu = random.nextInt(CPUS);
            if (sizes[at] != 0) {
                caches.free(s, cpu, pfns[at], sizes[at]);
                sizes[at] = 0;
                continue;
            }
            int size = 1 << random.nextInt(4);
            size += random.nextInt(size);
            pfns[at] = caches.allocate(s, cpu, size, LAST_LOW, false);
            if (pfns[at] == 0) {
                pfns[at] = caches.allocate(s, cpu, size, LAST, true);
            }
            sizes[at] = pfns[at] == 0 ? 0 : size;
        }
        return (System.nanoTime() - begun) / 1e9;
    }
}
