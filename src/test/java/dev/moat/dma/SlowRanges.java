package dev.moat.dma;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.linux.DmaDevice;
import java.util.TreeSet;

/** {@link BitmapRanges} as sentences about page numbers, one page at a time. */
final class SlowRanges {
    private final Capabilities.Aperture aperture;
    final TreeSet<Long> taken = new TreeSet<>();
    private long next;
    int flushes;

    SlowRanges(Capabilities.Aperture aperture) {
        this.aperture = aperture;
        next = aperture.first();
    }

    boolean isReserved(long page) {
        return aperture.reserved().stream().anyMatch(r -> page >= r.first() && page <= r.last());
    }

    /** The first page at or behind the end of the range taken last that will do, else from the start; -1 when there is none. */
    long allocate(DmaDevice device, long pages) {
        long found = from(next, device, pages);
        if (found < 0) {
            flushes++;
            found = from(aperture.first(), device, pages);
        }
        for (long p = found; found >= 0 && p < found + pages; p++) {
            taken.add(p);
        }
        next = found < 0 ? next : found + pages;
        return found;
    }

    private long from(long start, DmaDevice device, long pages) {
        for (long p = start; p + pages - 1 <= aperture.last(); p++) {
            if (fits(p, device, pages)) {
                return p;
            }
        }
        return -1;
    }

    private boolean fits(long first, DmaDevice device, long pages) {
        long end = (first + pages) * 4096 - 1;
        boolean reached = device.reaches(first * 4096, pages * 4096);
        boolean crosses = (first * 4096 & ~device.boundary()) != (end & ~device.boundary());
        boolean free = true;
        for (long p = first; p < first + pages; p++) {
            free &= !taken.contains(p) && !isReserved(p);
        }
        return free && reached && !crosses;
    }

    void free(long first, long pages) {
        for (long p = first; p < first + pages; p++) {
            taken.remove(p);
        }
    }
}
