package dev.moat.pv;

import dev.moat.dma.swiotlb.BounceMemory;
import dev.moat.dma.swiotlb.DmaDevice;
import dev.moat.dma.swiotlb.Swiotlb;
import dev.moat.dma.swiotlb.SwiotlbGeometry;
import dev.moat.dma.swiotlb.SwiotlbSlots;
import java.util.SplittableRandom;

/** A kernel's memory at real size, a device, and Xen-SWIOTLB between them. */
final class PvMachine implements P2m, BounceMemory {
    static final int PAGE = 4096;
    private static final int SEGMENT_PAGES = 64;

    /** Frames, one after the other; the pool's pages are the kernel's first ones, then come those of buffers. */
    final byte[] memory;

    final int poolPages;
    final int pages;
    /** What the device can address: the pool and half of the rest. */
    final long mask;

    final XenSwiotlb dma;
    final long[] s;
    private final int[] p2m;
    private final int[] m2p;

    PvMachine(int slots, int bufferPages, SplittableRandom random) {
        poolPages = slots / 2;
        pages = poolPages + bufferPages;
        memory = new byte[pages * PAGE];
        mask = (long) (poolPages + bufferPages / 2) * PAGE - 1;
        p2m = new int[pages];
        m2p = new int[pages];
        lay(random, bufferPages);
        SwiotlbSlots pool = new SwiotlbSlots(0, SwiotlbGeometry.LINUX, 0, slots, 1);
        DmaDevice device = new DmaDevice(mask, mask, 0, 0, 0);
        Swiotlb swiotlb = new Swiotlb(pool, this, device, warning -> {});
        s = new long[pool.end()];
        pool.initialise(s);
        dma = new XenSwiotlb(new PvFrames(this), swiotlb, false);
    }

    /** Each segment of the pool is contiguous, and buffers' frames come in runs of up to eight. */
    private void lay(SplittableRandom random, int bufferPages) {
        int segments = poolPages / SEGMENT_PAGES;
        int[] runs = new int[bufferPages / 8];
        for (int i = 0; i < runs.length; i++) {
            int other = random.nextInt(i + 1);
            runs[i] = runs[other];
            runs[other] = i;
        }
        for (int pfn = 0; pfn < pages; pfn++) {
            int in = pfn - poolPages;
            int scattered = in < 0
                    ? (segments - 1 - pfn / SEGMENT_PAGES) * SEGMENT_PAGES + pfn % SEGMENT_PAGES
                    : poolPages + runs[in / 8] * 8 + in % 8;
            p2m[pfn] = scattered;
            m2p[p2m[pfn]] = pfn;
        }
    }

    /** Where the CPU finds one of its bytes. */
    int cpu(long address) {
        return p2m[(int) (address / PAGE)] * PAGE + (int) (address % PAGE);
    }

    /** Where the device finds a byte; -1 for nowhere. */
    int device(long bus) {
        return bus >= 0 && bus < memory.length ? (int) bus : -1;
    }

    /** Whether the device could use a buffer itself, byte by byte. */
    boolean couldBeDirect(long address, long size) {
        for (long i = 0; i < size; i += i + 1 == size ? 1 : Math.min(PAGE - (address + i) % PAGE, size - 1 - i)) {
            if (cpu(address + i) > mask || cpu(address + i) != cpu(address) + i) {
                return false;
            }
        }
        return true;
    }

    @Override
    public long p2m(long[] words, long pfn) {
        return isValid(pfn) ? p2m[(int) pfn] : INVALID;
    }

    @Override
    public long m2p(long[] words, long mfn) {
        return isValid(mfn) ? m2p[(int) mfn] : INVALID;
    }

    @Override
    public boolean isValid(long pfn) {
        return pfn >= 0 && pfn < pages;
    }

    @Override
    public void copy(long[] words, long to, long from, long length) {
        for (long done = 0; done < length; ) {
            long part = Math.min(length - done, PAGE - Math.max((to + done) % PAGE, (from + done) % PAGE));
            System.arraycopy(memory, cpu(from + done), memory, cpu(to + done), (int) part);
            done += part;
        }
    }
}
