package dev.moat.iommu.linux;

/** What a driver does with the tables of one domain. {@code @unit} bytes. {@code @source} Linux 6.1: struct iommu_domain_ops. */
public interface PageDriver {
    /**
     * Stores entries for pages of one size in a row.
     *
     * @return how many bytes it has mapped: less than asked for when it has no table for the rest
     */
    long mapPages(long iova, long address, long page, long count, int rights);

    /**
     * Clears the entries of pages of one size in a row.
     *
     * @return how many bytes have gone: 0 when there is nothing, more than asked for when a larger page covered them
     */
    long unmapPages(long iova, long page, long count);

    /**
     * Whether an address leads to memory, which is asked before a page is unmapped ({@code iova_to_phys}); memory at 0 counts as none. Linux's
     * drivers of Calgary and of a GART do not ask.
     */
    default boolean leads(long iova) {
        return true;
    }

    /** Has forgotten that nothing was mapped in a range that is now, where hardware caches that. {@code last} is the last byte. */
    default void syncMap(long first, long last) {}

    /** Adds what {@link #unmapPages} has cleared to what will be forgotten: together with what is there already, or behind it. */
    default void gather(Gather gather, long iova, long bytes, long page) {
        gather.add(iova, bytes, page);
    }

    /** Has what was cleared in a range forgotten, and returns when it is. {@code last} is the last byte. */
    void sync(long first, long last);

    /** The same of the whole domain, as one invalidation. */
    default void syncAll() {
        sync(0, -1L);
    }
}
