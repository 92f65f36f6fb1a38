package dev.moat.iommu.queue;

/** Where the pages and frames of a search lie at a family's units. */
public interface Places {
    /** Bits of a page number that select an entry of a leaf table. */
    int indexBits();

    /** The number of a page, as an address has it. */
    long pageNumber(int page);

    /** The number of a frame in memory. */
    long frameNumber(int frame);

    /** The frame with a number. */
    int frameAt(long number);
}
