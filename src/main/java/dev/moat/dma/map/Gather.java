package dev.moat.dma.map;

import org.jspecify.annotations.Nullable;

/**
 * What an unmap has cleared and not had forgotten yet: one range of pages of one size. What does not join it has it forgotten first.
 * {@code @unit} bytes, both ends included. {@code @source} Linux 6.1 iommu.h: iommu_iotlb_gather_add_page.
 */
public final class Gather {
    private final @Nullable PageDriver driver;
    private long first;
    private long last;
    private long page;

    public Gather(PageDriver driver) {
        this.driver = driver;
    }

    private Gather() {
        driver = null;
    }

    /**
     * One that remembers nothing: a flush queue will have the whole domain forgotten. So Linux 6.1 stable (16a75bbe480c); in 6.1.0 the
     * driver of VT-d still gathers under a queue, and syncs when the page size changes.
     */
    static Gather queued() {
        return new Gather();
    }

    /** Adds pages that were cleared. */
    public void add(long from, long size, long pageSize) {
        if (driver == null) {
            return;
        }
        boolean touches = page != 0
                && pageSize == page
                && Long.compareUnsigned(from, last + 1) <= 0
                && Long.compareUnsigned(from + size, first) >= 0;
        if (page != 0 && !touches) {
            sync();
        }
        long end = from + size - 1;
        first = page == 0 || Long.compareUnsigned(from, first) < 0 ? from : first;
        last = page == 0 || Long.compareUnsigned(end, last) > 0 ? end : last;
        page = pageSize;
    }

    /** Has it forgotten, if there is anything. */
    public void sync() {
        if (driver != null && page != 0) {
            driver.sync(first, last);
            page = 0;
        }
    }

    /** Leaves it to somebody else. */
    public boolean isEmpty() {
        return page == 0;
    }
}
