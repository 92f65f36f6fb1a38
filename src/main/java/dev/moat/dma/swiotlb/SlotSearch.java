package dev.moat.dma.swiotlb;

/**
 * How a device's slots are found: a run that is long enough, in one segment, within the device's boundary, and aligned as the buffer is.
 * {@code @unit} slots and bytes, unsigned. {@code @source} LINUX-SWIOTLB. {@code @oracle} SlowSwiotlb in the tests.
 */
final class SlotSearch {
    private static final int ENDLESS = -2;

    private final SwiotlbSlots slots;
    private final SwiotlbGeometry geometry;
    private final DmaDevice device;
    private final int slotMask;
    private final long bus;
    private final long boundarySlots;

    SlotSearch(SwiotlbSlots slots, DmaDevice device) {
        this.slots = slots;
        this.device = device;
        geometry = slots.geometry();
        slotMask = (1 << geometry.slotShift()) - 1;
        bus = slots.start() & device.boundary();
        boundarySlots = device.boundary() == -1
                ? 1L << (Long.SIZE - geometry.slotShift())
                : geometry.slotsOf(device.boundary() + 1);
    }

    /** The part of an address below a slot that the device wants to be kept. */
    long offset(long address) {
        return address & device.minAlign() & slotMask;
    }

    /** The same below an alignment of the allocation's begin: bytes of it that lie before the buffer. */
    long offset(long address, int align) {
        return address & device.minAlign() & (align | slotMask) & 0xffff_ffffL;
    }

    /**
     * Takes slots in one run.
     *
     * <p>Linux 6.1's search does not end when a device's alignment leads it past the slot that it began with; here it then finds
     * nothing, in no area, as if the pool were full.
     *
     * @param cpu that asks; it begins with its area and goes on to the next ones
     * @param orig address of the buffer, for its alignment; 0 for none
     * @param size bytes, the offset into the first slot included
     * @param align mask of the alignment of the first slot's address; in Linux 6.1, of its number
     * @return the first slot, or {@link SwiotlbSlots#NONE}
     * @throws BugException for no bytes, and at the first place looked at for a boundary that is no power of two
     */
    int find(long[] s, int cpu, long orig, long size, int align) {
        if ((int) geometry.slotsOf(size) == 0) {
            throw new BugException("a mapping of no slots");
        }
        int first = cpu & (slots.areas() - 1);
        int area = first;
        do {
            int index = findIn(s, area, orig, size, align);
            if (index == ENDLESS) {
                return SwiotlbSlots.NONE;
            }
            if (index != SwiotlbSlots.NONE) {
                take(s, area, index, orig, size);
                return index;
            }
            area = area + 1 < slots.areas() ? area + 1 : 0;
        } while (area != first);
        return SwiotlbSlots.NONE;
    }

    /** The first slot of a run in an area, or {@link SwiotlbSlots#NONE}; nothing is taken. */
    int look(long[] s, int area, long orig, long size) {
        int index = findIn(s, area, orig, size, 0);
        return index == ENDLESS ? SwiotlbSlots.NONE : index;
    }

    /** Takes a run that was found in an area. */
    void take(long[] s, int area, int first, long orig, long size) {
        slots.take(s, area, first, size - offset(orig), (int) geometry.slotsOf(size));
    }

    private int findIn(long[] s, int area, long orig, long size, int align) {
        long wanted = geometry.slotsOf(size) & 0xffff_ffffL;
        if (Long.compareUnsigned(wanted, slots.areaSlots() - slots.taken(s, area)) > 0) {
            return SwiotlbSlots.NONE;
        }
        if (slots.release().alignsSlots()) {
            return findAligned(s, area, orig, size, align);
        }
        return slots.release().roundsHint()
                ? findStriding(s, area, orig, size, align)
                : findFromHint(s, area, orig, size, align);
    }

    /** Linux 6.12: from the hint on, at most once around the area, among slots whose addresses are aligned. */
    private int findAligned(long[] s, int area, long orig, long size, int align) {
        long wanted = geometry.slotsOf(size) & 0xffff_ffffL;
        // Of old, mappings of a page and more are aligned to pages, if nobody says anything else.
        boolean byPage = align == 0 && device.minAlign() == 0 && Long.compareUnsigned(size, geometry.pageBytes()) >= 0;
        int zero = (byPage ? (int) geometry.pageBytes() - 1 : align) | slotMask;
        int kept = device.minAlign() & ~zero;
        int stride = (larger(zero, kept) >>> geometry.slotShift()) + 1;
        int areaStart = area * slots.areaSlots();
        int index = (int) slots.hint(s, area);
        for (int looked = 0; looked < slots.areaSlots(); ) {
            int slot = areaStart + index;
            long address = bus + ((long) slot << geometry.slotShift());
            boolean fits = ((int) address & zero) == 0 && (orig == 0 || ((int) (address ^ orig) & kept) == 0);
            if (fits && !crosses(slot, wanted) && slots.freeFrom(s, slot) >= wanted) {
                return slot;
            }
            int step = fits ? stride : 1;
            index = slots.wrap(index + step);
            looked += step;
        }
        return SwiotlbSlots.NONE;
    }

    /**
     * Linux 6.3 to 6.8: from the hint on, at most once around the area. What has no original address, as a restricted pool's own memory,
     * is aligned to nothing; to a page, only if the hint is (04867a7a3332 mended that).
     */
    private int findFromHint(long[] s, int area, long orig, long size, int align) {
        long wanted = geometry.slotsOf(size) & 0xffff_ffffL;
        int byPage = Long.compareUnsigned(size, geometry.pageBytes()) >= 0 ? (int) geometry.pageBytes() - 1 : 0;
        int kept = (device.minAlign() | align | byPage) & ~slotMask;
        int stride = (kept >>> geometry.slotShift()) + 1;
        int areaStart = area * slots.areaSlots();
        int index = (int) slots.hint(s, area);
        for (int looked = 0; looked < slots.areaSlots(); ) {
            int slot = areaStart + index;
            long address = bus + ((long) slot << geometry.slotShift());
            boolean fits = orig == 0 || ((int) (address ^ orig) & kept) == 0;
            if (fits && !crosses(slot, wanted) && slots.freeFrom(s, slot) >= wanted) {
                return slot;
            }
            int step = fits ? stride : 1;
            index = slots.wrap(index + step);
            looked += step;
        }
        return SwiotlbSlots.NONE;
    }

    /** Linux 6.1: from the hint, rounded up to the stride, until that place comes again. */
    private int findStriding(long[] s, int area, long orig, long size, int align) {
        long wanted = geometry.slotsOf(size) & 0xffff_ffffL;
        long alignMask = device.minAlign() & ~(align | slotMask) & 0xffff_ffffL;
        int stride = stride(alignMask, size, align | slotMask);
        int areaStart = area * slots.areaSlots();
        int begin = slots.wrap(((int) slots.hint(s, area) + stride - 1) & -stride);
        int index = begin;
        for (int looked = 0; looked <= slots.areaSlots(); looked++) {
            int slot = areaStart + index;
            long address = bus + ((long) slot << geometry.slotShift());
            if (orig != 0 && ((address ^ orig) & alignMask) != 0) {
                index = slots.wrap(index + 1);
            } else if (!crosses(slot, wanted) && slots.freeFrom(s, slot) >= wanted) {
                return slot;
            } else {
                index = slots.wrap(index + stride);
            }
            if (index == begin) {
                return SwiotlbSlots.NONE;
            }
        }
        return ENDLESS;
    }

    /** Steps of the search; as in C, a number of 32 bits. */
    private int stride(long alignMask, long size, int align) {
        int stride = (int) (alignMask >>> geometry.slotShift()) + 1;
        if (Long.compareUnsigned(size, geometry.pageBytes()) >= 0) {
            stride = larger(stride, stride << (geometry.pageShift() - geometry.slotShift()));
        }
        return larger(stride, (align >>> geometry.slotShift()) + 1);
    }

    private static int larger(int a, int b) {
        return Integer.compareUnsigned(a, b) > 0 ? a : b;
    }

    private boolean crosses(int slot, long wanted) {
        if (Long.bitCount(boundarySlots) != 1) {
            throw new BugException("a boundary of " + boundarySlots + " slots, which is no power of two");
        }
        long from = (geometry.slotsOf(bus) + slot) & (boundarySlots - 1);
        return Long.compareUnsigned(from + wanted, boundarySlots) > 0;
    }
}
