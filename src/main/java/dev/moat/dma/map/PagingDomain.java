package dev.moat.dma.map;

import dev.moat.iommu.linux.Gather;
import dev.moat.iommu.linux.PageDriver;
import dev.moat.iommu.linux.PageSizes;

/**
 * {@code iommu_map} and {@code iommu_unmap} of one domain. {@code @unit} bytes. {@code @source} Linux 6.1 iommu.c: __iommu_map,
 * __iommu_map_sg, __iommu_unmap.
 */
public final class PagingDomain {
    private final DomainType type;
    private final PageSizes sizes;
    private final PageDriver driver;

    public PagingDomain(DomainType type, PageSizes sizes, PageDriver driver) {
        this.type = type;
        this.sizes = sizes;
        this.driver = driver;
    }

    DomainType type() {
        return type;
    }

    /** The smallest page. */
    public long granule() {
        return sizes.smallest();
    }

    /**
     * Maps a range by the largest pages that fit; when the driver has no room for all of it, what it has mapped is unmapped and forgotten
     * again.
     *
     * @return false, with nothing changed, then, and for what is not paging or not aligned
     */
    public boolean map(long iova, long address, long size, int rights) {
        boolean mapped = mapRange(iova, address, size, rights);
        if (mapped && size != 0) {
            driver.syncMap(iova, iova + size - 1);
        }
        return mapped;
    }

    /** The same of pieces one behind the other, {@code iommu_map_sg}: those that follow each other in memory, too, are mapped as one. */
    boolean map(long iova, long[] addresses, long[] sizes, int rights) {
        long done = 0;
        int next;
        for (int i = 0; i < addresses.length; i = next) {
            long size = sizes[i];
            for (next = i + 1; next < addresses.length && addresses[next] == addresses[i] + size; next++) {
                size += sizes[next];
            }
            if (!mapRange(iova + done, addresses[i], size, rights)) {
                unmap(iova, done);
                return false;
            }
            done += size;
        }
        if (done != 0) {
            driver.syncMap(iova, iova + done - 1);
        }
        return true;
    }

    private boolean mapRange(long iova, long address, long size, int rights) {
        if (!type.isPaging() || ((iova | address | size) & (sizes.smallest() - 1)) != 0) {
            return false;
        }
        long done = 0;
        while (done != size) {
            long page = sizes.next(iova + done, address + done, size - done);
            long count = sizes.count(iova + done, address + done, size - done);
            long mapped = driver.mapPages(iova + done, address + done, page, count, rights);
            done += mapped;
            if (mapped != page * count) {
                unmap(iova, done);
                return false;
            }
        }
        return true;
    }

    /** Whether an address leads to memory, and not to what is at 0. */
    boolean leads(long iova) {
        return driver.leads(iova);
    }

    /** Unmaps a range and has it forgotten. The answer is that of {@link #unmap(long, long, Gather)}. */
    public long unmap(long iova, long size) {
        Gather gather = new Gather(driver);
        long unmapped = unmap(iova, size, gather);
        gather.sync();
        return unmapped;
    }

    /**
     * Clears a range and leaves the invalidation to whoever has the gather.
     *
     * @return bytes unmapped: fewer than asked for where nothing is mapped, more where the end is part of a larger page
     */
    public long unmap(long iova, long size, Gather gather) {
        if (!type.isPaging() || ((iova | size) & (sizes.smallest() - 1)) != 0) {
            return 0;
        }
        long done = 0;
        while (Long.compareUnsigned(done, size) < 0) {
            long page = sizes.next(iova + done, iova + done, size - done);
            long count = sizes.count(iova + done, iova + done, size - done);
            long unmapped = driver.unmapPages(iova + done, page, count);
            if (unmapped == 0) {
                break;
            }
            driver.gather(gather, iova + done, unmapped, page);
            done += unmapped;
        }
        return done;
    }
}
