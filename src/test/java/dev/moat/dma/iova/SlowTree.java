package dev.moat.dma.iova;

import dev.moat.iommu.Capabilities.Aperture;
import dev.moat.iommu.Capabilities.Range;
import dev.moat.iommu.linux.DmaDevice;
import java.math.BigInteger;
import java.util.TreeSet;

/**
 * {@link dev.moat.dma.map.TreeRanges} again: {@link SlowIova}, numbers without an end, and every page that is out by itself, so that what
 * may not be handed out is a sentence about one page.
 */
final class SlowTree {
    private static final BigInteger LAST_LOW = BigInteger.TWO.pow(32).subtract(BigInteger.ONE);

    private final Aperture aperture;
    private final BigInteger perPage;
    private final SlowIova iovas;
    final TreeSet<Long> out = new TreeSet<>();

    /** @param granule that pages are counted in; those of the aperture are of 4 KiB */
    SlowTree(Aperture aperture, long granule, int capacity, int cpus, int magazine, int depot) {
        this.aperture = aperture;
        perPage = BigInteger.valueOf(granule);
        long many = 4096 / granule;
        long start = aperture.first() == 0 ? 1 : aperture.first() * many;
        iovas = new SlowIova(granule, start, capacity, cpus, magazine, depot);
        for (Range range : aperture.reserved()) {
            for (long page = range.first(); page <= range.last() && page <= aperture.last(); page++) {
                iovas.reserve(page * many, page * many + many - 1);
            }
        }
        iovas.turnOn();
    }

    private static BigInteger number(long unsigned) {
        return new BigInteger(Long.toUnsignedString(unsigned));
    }

    /** The first page, or -1. */
    long allocate(int cpu, DmaDevice device, long pages) {
        BigInteger limit = number(device.mask());
        if (device.busLimit() != 0) {
            limit = limit.min(number(device.busLimit()));
        }
        long found = -1;
        if (limit.compareTo(LAST_LOW) > 0) {
            found = iovas.allocateFast(cpu, pages, page(LAST_LOW), false);
        }
        return found >= 0 ? found : iovas.allocateFast(cpu, pages, page(limit), true);
    }

    /** The page of an address, or the last one of the aperture if that is lower. */
    private long page(BigInteger address) {
        BigInteger end = number(aperture.last() + 1).multiply(BigInteger.valueOf(4096));
        return address.min(end.subtract(BigInteger.ONE)).divide(perPage).longValueExact();
    }

    void free(int cpu, long first, long pages) {
        iovas.freeFast(cpu, first, pages);
        for (long p = first; p < first + pages; p++) {
            out.remove(p);
        }
    }

    /** Takes note of a range that was handed out; what is wrong with it, or nothing. */
    String wrong(DmaDevice device, long first, long pages) {
        String wrong = "";
        long many = 4096 / perPage.longValue();
        for (long p = first; p < first + pages; p++) {
            long at = p / many;
            boolean reserved = aperture.reserved().stream().anyMatch(r -> at >= r.first() && at <= r.last());
            wrong += at < aperture.first() || at > aperture.last() ? p + " is outside of the aperture; " : "";
            wrong += reserved ? p + " is reserved; " : "";
            wrong += p == 0 ? "0 is no address; " : "";
            wrong += out.add(p) ? "" : p + " is out already; ";
        }
        boolean reached = device.reaches(first * perPage.longValue(), 1)
                && device.reaches((first + pages - 1) * perPage.longValue(), 1);
        return wrong + (reached ? "" : "the device does not reach it");
    }
}
