package dev.moat.iommu.linux;

import org.jspecify.annotations.Nullable;

/**
 * What an unmap has cleared and not had forgotten yet: one range. What does not join it has it forgotten first.
 * {@code @unit} bytes, both ends included. {@code @source} Linux 6.1 iommu.h: iommu_iotlb_gather_add_page.
 */
public final class Gather {
    private final @Nullable PageDriver driver;
    private long first;
    private long last;
    private long page;
    private boolean any;

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
    public static Gather queued() {
        return new Gather();
    }

    /** Adds pages that were cleared; others join them that touch them, and are of the same size. */
    public void add(long from, long size, long pageSize) {
        if (pageSize != page) {
            sync();
        }
        page = pageSize;
        addRange(from, size, true);
    }

    /**
     * Adds what was cleared, of any size.
     *
     * @param apart whether what does not touch it is forgotten apart; else all between the two is forgotten, too
     */
    public void addRange(long from, long size, boolean apart) {
        if (driver == null) {
            return;
        }
        if (apart && (Long.compareUnsigned(from, last + 1) > 0 || Long.compareUnsigned(from + size, first) < 0)) {
            sync();
        }
        long end = from + size - 1;
        first = !any || Long.compareUnsigned(from, first) < 0 ? from : first;
        last = !any || Long.compareUnsigned(end, last) > 0 ? end : last;
        any = true;
    }

    /** Has it forgotten, if there is anything. */
    public void sync() {
        if (driver != null && any) {
            driver.sync(first, last);
            any = false;
        }
    }

    /** Whether there is nothing to have forgotten. */
    public boolean isEmpty() {
        return !any;
    }
}
