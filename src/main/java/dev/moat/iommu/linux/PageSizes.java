package dev.moat.iommu.linux;

/**
 * The sizes of pages that a domain's tables have, and which one comes next. {@code @unit} bytes; bit n is set when there are pages of 2
 * to the n. {@code @source} Linux 6.1 iommu.c: iommu_pgsize.
 */
public record PageSizes(long bitmap) {
    /** @throws IllegalArgumentException when there is none */
    public PageSizes {
        if (bitmap == 0) {
            throw new IllegalArgumentException("a paging domain has at least one size of pages");
        }
    }

    /** The smallest one: what addresses and sizes are multiples of. */
    public long smallest() {
        return Long.lowestOneBit(bitmap);
    }

    /**
     * The largest size that fits what is left and divides both addresses.
     *
     * @throws IllegalArgumentException when none does
     */
    public long next(long iova, long address, long size) {
        long fitting = bitmap & upTo(Long.highestOneBit(size));
        long both = iova | address;
        if (both != 0) {
            fitting &= upTo(Long.lowestOneBit(both));
        }
        if (fitting == 0) {
            throw new IllegalArgumentException("no page fits " + Long.toHexString(both));
        }
        return Long.highestOneBit(fitting);
    }

    /** How many pages of {@link #next} follow each other before a larger size takes over. */
    public long count(long iova, long address, long size) {
        long page = next(iova, address, size);
        long larger = Long.lowestOneBit(bitmap & ~upTo(page));
        long left = size;
        if (larger != 0 && ((iova ^ address) & (larger - 1)) == 0) {
            long offset = larger - ((iova | address) & (larger - 1));
            if (Long.compareUnsigned(offset + larger, size) <= 0) {
                left = offset;
            }
        }
        return left / page;
    }

    private static long upTo(long bit) {
        return bit | (bit - 1);
    }
}
