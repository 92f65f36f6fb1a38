package dev.moat.pv;

/** What the guest's kernel and Xen do to its memory when coherent memory or a pool is made: the ports of this package. */
public interface PvMemory {
    /** No frame, or no pages. */
    long NONE = -1;

    /**
     * Free pages of the kernel, contiguous in its own numbers and aligned to their order.
     *
     * @return byte address, or {@link #NONE}
     */
    long allocatePages(long[] s, int order);

    /** Gives pages back. */
    void freePages(long[] s, long address, int order);

    /** Writes zeros to some bytes, whole pages. */
    void clear(long[] s, long address, long bytes);

    /**
     * Swaps the frames under pages for contiguous ones (Linux's {@code xen_create_contiguous_region}); all or nothing.
     *
     * @param bits the frames' addresses fit in so many
     * @return the first frame, or {@link #NONE}
     */
    long makeContiguous(long[] s, long address, int order, int bits);

    /** Swaps contiguous frames under pages for any single ones (Linux's {@code xen_destroy_contiguous_region}). */
    void makeScattered(long[] s, long address, int order);

    /** Notes on the first page that frames were swapped under it, or that they no longer are. */
    void setRemapped(long[] s, long address, boolean remapped);

    /** Whether that is noted. */
    boolean isRemapped(long[] s, long address);
}
