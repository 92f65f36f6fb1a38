package dev.moat.conform.dma;

/** The recorder's stand-in for the kernel's page allocator: blocks of 2^n pages, rising, aligned to their size, never reused. */
final class Pages {
    private static final long PAGE = 4096;

    private long next;

    /** @param first byte address where it begins */
    public Pages(long first) {
        next = first;
    }

    /** One that goes on as this one would. */
    public Pages copy() {
        return new Pages(next);
    }

    /** Byte address of a block that is large enough; one page for nothing. */
    public long take(long bytes) {
        long block = blockOf(bytes);
        long address = (next + block - 1) & -block;
        next = address + block;
        return address;
    }

    /** Bytes of the smallest block that is large enough. */
    public static long blockOf(long bytes) {
        long pages = Math.max(1, (bytes + PAGE - 1) / PAGE);
        return PAGE * (pages == 1 ? 1 : Long.highestOneBit(pages - 1) << 1);
    }
}
