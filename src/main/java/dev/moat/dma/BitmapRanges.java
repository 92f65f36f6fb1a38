package dev.moat.dma;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaResult;
import dev.moat.iommu.linux.RangeDriver;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Writer;

/**
 * Seed 001's bitmap in a domain: a bit for each page of its aperture, those of reserved ranges set for good; the next fit after the range
 * taken last, then from the start, which is the driver's moment to have forgotten what was unmapped since.
 *
 * <p>{@code @shape} words of the state. {@code @oracle} SlowRanges in the tests.
 */
public final class BitmapRanges implements RangeDriver {
    private static final long PAGE = 4096;

    /** What a driver does before addresses are handed out for a second time. */
    @FunctionalInterface
    public interface Wrapped {
        void flush(long[] s);
    }

    private final Capabilities.Aperture aperture;
    private final int size;
    private final AreaAllocator area;
    private final Slots hint;
    private final Wrapped wrapped;

    /**
     * Declares the slots.
     *
     * @param aperture its pages, not more than an int can count, and what is reserved of them
     * @param wrapped called before a search begins at the start again
     */
    public BitmapRanges(SchemaBuilder schema, Capabilities.Aperture aperture, Wrapped wrapped) {
        this.aperture = aperture;
        this.wrapped = wrapped;
        size = Math.toIntExact(aperture.pages());
        // The search never gives the last page of its size out: here that is one behind the aperture.
        area = new AreaAllocator(schema, "range.map", size + 1);
        hint = schema.slots("range.hint", Role.HYPERVISOR, Writer.HYPERVISOR).bits(SlotsBuilder.bitsFor(size));
    }

    /** Presets what is reserved. */
    public void preset(long[] s) {
        area.clear(s);
        hint.set(s, 0);
        for (Capabilities.Range range : aperture.reserved()) {
            long first = Math.max(range.first(), aperture.first());
            long last = Math.min(range.last(), aperture.last());
            if (first <= last) {
                area.take(s, (int) (first - aperture.first()), (int) (last - first + 1));
            }
        }
    }

    @Override
    public long allocIovaRange(long[] s, int cpu, DmaDevice device, long pages) {
        if (pages <= 0 || pages > size) {
            return DmaResult.FAILED;
        }
        long reached = reached(device);
        long found = find(s, hint.get(s), device, pages, reached);
        if (found == AreaAllocator.NONE) {
            wrapped.flush(s);
            found = find(s, 0, device, pages, reached);
        }
        if (found < 0) {
            return DmaResult.ofSearch(found);
        }
        area.take(s, (int) found, (int) pages);
        hint.set(s, found + pages);
        return aperture.first() + found;
    }

    /** Pages of the aperture that a device reaches. */
    private long reached(DmaDevice device) {
        boolean narrow = device.busLimit() != 0 && Long.compareUnsigned(device.busLimit(), device.mask()) < 0;
        long limit = narrow ? device.busLimit() : device.mask();
        long end = Long.divideUnsigned(limit, PAGE) + (Long.remainderUnsigned(limit, PAGE) == PAGE - 1 ? 1 : 0);
        return Math.max(0, Math.min(size, end - aperture.first()));
    }

    private long find(long[] s, long from, DmaDevice device, long pages, long reached) {
        long boundary = Long.divideUnsigned(device.boundary(), PAGE) + 1;
        long shift = aperture.first() & (boundary - 1);
        return area.find(s, reached + 1, from, pages, shift, boundary, 0);
    }

    @Override
    public void freeIovaRange(long[] s, int cpu, long first, long pages) {
        area.free(s, (int) (first - aperture.first()), (int) pages);
    }

    /** Whether a page of the aperture is taken, or reserved. */
    public boolean isTaken(long[] s, long page) {
        return area.isTaken(s, (int) (page - aperture.first()));
    }
}
