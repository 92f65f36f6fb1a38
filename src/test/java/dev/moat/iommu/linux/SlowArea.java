package dev.moat.iommu.linux;

/** The bitmap search as one sentence per answer, page by page; for runs of at least one page that are not longer than a segment. */
final class SlowArea {
    final boolean[] taken;

    SlowArea(int pages) {
        taken = new boolean[pages];
    }

    private boolean isFree(long first, long count) {
        for (long i = first; i < first + count; i++) {
            if (taken[(int) i]) {
                return false;
            }
        }
        return true;
    }

    /** The smallest page that fits, or -1: aligned, free, its last page before the last one of the size, in one segment. */
    long find(int size, int start, int count, long shift, long boundary, long alignMask) {
        for (long i = start; i + count <= size - 1; i++) {
            boolean inOneSegment = Long.remainderUnsigned(shift + i, boundary) + count <= boundary;
            if (i % (alignMask + 1) == 0 && isFree(i, count) && inOneSegment) {
                return i;
            }
        }
        return -1;
    }

    /** The smallest page that fits, or -1; the page and the offset are aligned together. */
    long zeroArea(int size, int start, int count, long alignMask, long offset) {
        for (long i = start; i + count <= size; i++) {
            if ((i + offset) % (alignMask + 1) == 0 && isFree(i, count)) {
                return i;
            }
        }
        return -1;
    }

    void set(int start, int count, boolean value) {
        for (int i = start; i < start + count; i++) {
            taken[i] = value;
        }
    }
}
