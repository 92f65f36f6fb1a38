package dev.moat.iommu;

/**
 * Ranges of pages as invalidations name them: the first page and how many, 0 for all. One formula for all caches, and for whoever
 * asks what a command covers: that it is what descriptors and commands mean is proved for all of them ({@code moat prove --code layouts}).
 * {@code @unit} 4 KiB pages, as unsigned numbers.
 */
public final class PageRange {
    private PageRange() {}

    /** Log2 of the pages of the smallest aligned range from the first page to the last. */
    public static int order(long first, long last) {
        return Long.SIZE - Long.numberOfLeadingZeros(first ^ last);
    }

    /** Whether a page is in a range. */
    public static boolean contains(long first, long count, long page) {
        return count == 0 || Long.compareUnsigned(page - first, count) < 0;
    }

    /** Whether a page of a range is one of those from start on. */
    public static boolean overlaps(long first, long count, long start, long size) {
        return contains(first, count, start) || Long.compareUnsigned(first - start, size) < 0;
    }
}
