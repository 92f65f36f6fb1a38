package dev.moat.pv;

import dev.moat.dma.swiotlb.BounceMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A guest with a few pages on a machine with a few frames more: tables, bytes in frames, Xen's free frames. Every byte is looked up
 * through the p2m, one by one.
 */
final class TestGuest implements P2m, PvMemory, BounceMemory {
    static final int PAGE = 4096;
    static final int PAGES = 256;
    private static final int FRAMES = 1024;

    final byte[] machine = new byte[FRAMES * PAGE];
    final long[] p2m = new long[PAGES];
    final long[] m2p = new long[FRAMES];
    final boolean[] used = new boolean[PAGES];
    final boolean[] remapped = new boolean[PAGES];
    final List<String> events = new ArrayList<>();
    int mostFrames = FRAMES;

    TestGuest(Random random) {
        Arrays.fill(p2m, INVALID);
        Arrays.fill(m2p, INVALID);
        // Runs of neighbours, up or down, with gaps between.
        for (int pfn = 0; pfn < PAGES; ) {
            int run = Math.min(1 + random.nextInt(6), PAGES - pfn);
            int mfn = freeRun(random, run);
            for (int i = 0; i < run; i++) {
                put(pfn + i, random.nextInt(4) == 0 ? mfn + run - 1 - i : mfn + i);
            }
            pfn += run;
        }
    }

    private int freeRun(Random random, int run) {
        while (true) {
            int mfn = random.nextInt(FRAMES - run);
            boolean free = true;
            for (int i = 0; i < run; i++) {
                free &= m2p[mfn + i] == INVALID && !isKept(mfn + i);
            }
            if (free) {
                return mfn;
            }
        }
    }

    /** Every third run of 64 frames is Xen's at first. */
    private static boolean isKept(int mfn) {
        return mfn / 64 % 3 == 2;
    }

    /** An entry of both tables; the next free frame when this one is taken. */
    private void put(int pfn, int mfn) {
        int free = mfn;
        while (m2p[free % FRAMES] != INVALID || isKept(free % FRAMES)) {
            free++;
        }
        p2m[pfn] = free % FRAMES;
        m2p[free % FRAMES] = pfn;
    }

    byte read(long address) {
        return machine[(int) (p2m[(int) (address / PAGE)] * PAGE + address % PAGE)];
    }

    void write(long address, byte value) {
        machine[(int) (p2m[(int) (address / PAGE)] * PAGE + address % PAGE)] = value;
    }

    @Override
    public void copy(long[] s, long to, long from, long length) {
        for (int i = 0; i < length; i++) {
            write(to + i, read(from + i));
        }
    }

    @Override
    public long p2m(long[] s, long pfn) {
        return Long.compareUnsigned(pfn, PAGES) < 0 ? p2m[(int) pfn] : pfn | IDENTITY;
    }

    @Override
    public long m2p(long[] s, long mfn) {
        return Long.compareUnsigned(mfn, FRAMES) < 0 ? m2p[(int) mfn] : INVALID;
    }

    @Override
    public boolean isValid(long pfn) {
        return Long.compareUnsigned(pfn, PAGES) < 0;
    }

    @Override
    public long allocatePages(long[] s, int order) {
        int pages = 1 << order;
        for (int first = 0; first < PAGES; first += pages) {
            boolean free = true;
            for (int i = 0; i < pages; i++) {
                free &= !used[first + i];
            }
            if (free) {
                Arrays.fill(used, first, first + pages, true);
                return (long) first * PAGE;
            }
        }
        return NONE;
    }

    @Override
    public void freePages(long[] s, long address, int order) {
        int first = (int) (address / PAGE);
        Arrays.fill(used, first, first + (1 << order), false);
    }

    @Override
    public void clear(long[] s, long address, long bytes) {
        for (long i = 0; i < bytes; i++) {
            write(address + i, (byte) 0);
        }
    }

    /** Frames below the limit of the bits, and below what Xen is said to have. */
    @Override
    public long makeContiguous(long[] s, long address, int order, int bits) {
        events.add("contiguous " + Long.toHexString(address) + " " + order + " " + bits);
        int frames = 1 << order;
        long end = Math.min(mostFrames, (1L << bits) / PAGE);
        for (int first = 0; first + frames <= end; first += frames) {
            boolean free = true;
            for (int i = 0; i < frames; i++) {
                free &= m2p[first + i] == INVALID;
            }
            if (free) {
                exchange((int) (address / PAGE), first, frames, 1);
                return first;
            }
        }
        return NONE;
    }

    @Override
    public void makeScattered(long[] s, long address, int order) {
        events.add("scattered " + Long.toHexString(address) + " " + order);
        int last = FRAMES - 1;
        for (int i = 0; i < 1 << order; i++) {
            while (m2p[last] != INVALID) {
                last--;
            }
            exchange((int) (address / PAGE) + i, last, 1, 1);
        }
    }

    private void exchange(int pfn, int mfn, int frames, int step) {
        for (int i = 0; i < frames; i++) {
            m2p[(int) p2m[pfn + i]] = INVALID;
            p2m[pfn + i] = mfn + (long) i * step;
            m2p[mfn + i * step] = pfn + i;
            Arrays.fill(machine, (mfn + i * step) * PAGE, (mfn + i * step + 1) * PAGE, (byte) 0);
        }
    }

    @Override
    public void setRemapped(long[] s, long address, boolean now) {
        remapped[(int) (address / PAGE)] = now;
    }

    @Override
    public boolean isRemapped(long[] s, long address) {
        return remapped[(int) (address / PAGE)];
    }

    /** Whether every page has a frame of its own, and both tables agree. */
    boolean isConsistent() {
        int frames = 0;
        for (int mfn = 0; mfn < FRAMES; mfn++) {
            frames += m2p[mfn] == INVALID ? 0 : 1;
        }
        boolean inverse = frames == PAGES;
        for (int pfn = 0; pfn < PAGES; pfn++) {
            inverse &= m2p[(int) p2m[pfn]] == pfn;
        }
        return inverse;
    }
}
