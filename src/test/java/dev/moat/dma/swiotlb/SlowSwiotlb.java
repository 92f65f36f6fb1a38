package dev.moat.dma.swiotlb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Bounce buffers again, slow and obvious: slots are objects, memory is an array of bytes, free runs are counted when asked for. */
final class SlowSwiotlb {
    /** A slot; what it stands for is said in full. */
    static final class Slot {
        boolean taken;
        long orig = -1;
        long bytes;
        /** Slots of the same allocation before its buffer's first. */
        int before;
    }

    final byte[] memory;
    final Slot[] slots;
    final long[] used;
    final int[] hints;
    final List<SwiotlbWarning> warnings = new ArrayList<>();
    boolean wasEndless;
    boolean wasHigh;
    /** As from Linux 6.12 on. */
    boolean aligns;
    /** As in Linux 6.3 to 6.8. */
    boolean fromHint;

    private final int slotBytes;
    private final int pageBytes;
    private final int segment;
    private final long start;
    private final long firstHigh;
    private final int areaSlots;

    SlowSwiotlb(SwiotlbGeometry geometry, int memoryBytes, long start, int slots, int areas, long firstHigh) {
        memory = new byte[memoryBytes];
        slotBytes = (int) geometry.slotBytes();
        pageBytes = (int) geometry.pageBytes();
        segment = geometry.segmentSlots();
        this.start = start;
        this.firstHigh = firstHigh;
        this.slots = new Slot[slots];
        Arrays.setAll(this.slots, i -> new Slot());
        used = new long[areas];
        hints = new int[areas];
        areaSlots = slots / areas;
    }

    /** Free slots from this one on, in its segment. */
    int freeFrom(int slot) {
        int run = 0;
        while (slot + run < slots.length && (run == 0 || (slot + run) % segment != 0) && !slots[slot + run].taken) {
            run++;
        }
        return run;
    }

    boolean contains(long address) {
        return address >= start && address < start + (long) slots.length * slotBytes;
    }

    private int offset(DmaDevice device, long address) {
        return (int) (address % slotBytes) & device.minAlign();
    }

    private int find(int cpu, DmaDevice device, long orig, long bytes, int allocAlign) {
        int wanted = (int) ((bytes + slotBytes - 1) / slotBytes);
        if (wanted == 0) {
            throw new BugException("nothing");
        }
        for (int i = 0; i < used.length; i++) {
            // The areas are a power of two of those that a CPU begins with, and all of them in a circle.
            int area = ((cpu & (used.length - 1)) + i) % used.length;
            if (Long.compareUnsigned(wanted, areaSlots - used[area]) > 0) {
                continue;
            }
            int found = aligns
                    ? findAligned(area, device, orig, bytes, allocAlign)
                    : fromHint
                            ? findFromHint(area, device, orig, bytes, allocAlign)
                            : findIn(area, device, orig, bytes, wanted, allocAlign);
            if (found == -2) {
                wasEndless = true;
                return -1;
            }
            if (found >= 0) {
                used[area] += wanted;
                hints[area] = found + wanted - area * areaSlots;
                hints[area] = hints[area] < areaSlots ? hints[area] : 0;
                return found;
            }
        }
        return -1;
    }

    /** -1 when the circle is closed without a place, -2 when it never closes. */
    private int findIn(int area, DmaDevice device, long orig, long bytes, int wanted, int allocAlign) {
        int keep = device.minAlign() & ~(allocAlign | (slotBytes - 1));
        int stride = keep / slotBytes + 1;
        if (bytes >= pageBytes) {
            stride *= pageBytes / slotBytes;
        }
        stride = Math.max(stride, allocAlign / slotBytes + 1);
        long boundary = device.segmentBoundary() == 0 ? -1 : device.segmentBoundary();
        int begin = (hints[area] + stride - 1) & ~(stride - 1);
        begin = begin < areaSlots ? begin : 0;
        Set<Integer> seen = new HashSet<>();
        int index = begin;
        while (seen.add(index)) {
            int slot = area * areaSlots + index;
            long bus = (start & boundary) + (long) slot * slotBytes;
            int step = 1;
            if (orig == 0 || (bus & keep) == (orig & keep)) {
                step = stride;
                if (isWithinBoundary(bus, wanted, boundary) && freeFrom(slot) >= wanted) {
                    return slot;
                }
            }
            index = index + step < areaSlots ? index + step : 0;
        }
        return index == begin ? -1 : -2;
    }

    /** Linux 6.12's, for masks without holes: aligned places one after the other, as long as an area's slots last. */
    private int findAligned(int area, DmaDevice device, long orig, long bytes, int allocAlign) {
        int wanted = (int) ((bytes + slotBytes - 1) / slotBytes);
        boolean byPage = allocAlign == 0 && device.minAlign() == 0 && bytes >= pageBytes;
        int begin = byPage ? pageBytes : Math.max(allocAlign + 1, slotBytes);
        int same = Math.max(device.minAlign() + 1, begin);
        long boundary = device.segmentBoundary() == 0 ? -1 : device.segmentBoundary();
        int index = hints[area];
        for (int left = areaSlots; left > 0; ) {
            int slot = area * areaSlots + index;
            long bus = (start & boundary) + (long) slot * slotBytes;
            int step = 1;
            if (bus % begin == 0 && (orig == 0 || bus % same / begin == orig % same / begin)) {
                // The bits that must be the same, without those that must be 0: not always whole strides.
                step = Math.max(begin - 1, same - begin) / slotBytes + 1;
                if (isWithinBoundary(bus, wanted, boundary) && freeFrom(slot) >= wanted) {
                    return slot;
                }
            }
            left -= step;
            index = index + step < areaSlots ? index + step : 0;
        }
        return -1;
    }

    /** Linux 6.3's to 6.8's, for masks without holes: places alike within a unit, as long as an area's slots last. */
    private int findFromHint(int area, DmaDevice device, long orig, long bytes, int allocAlign) {
        int wanted = (int) ((bytes + slotBytes - 1) / slotBytes);
        int unit = Math.max(Math.max(device.minAlign(), allocAlign) + 1, slotBytes);
        unit = bytes >= pageBytes ? Math.max(unit, pageBytes) : unit;
        long boundary = device.segmentBoundary() == 0 ? -1 : device.segmentBoundary();
        int index = hints[area];
        for (int left = areaSlots; left > 0; ) {
            int slot = area * areaSlots + index;
            long bus = (start & boundary) + (long) slot * slotBytes;
            boolean alike = orig == 0 || bus % unit / slotBytes == orig % unit / slotBytes;
            if (alike && isWithinBoundary(bus, wanted, boundary) && freeFrom(slot) >= wanted) {
                return slot;
            }
            int step = alike ? unit / slotBytes : 1;
            left -= step;
            index = index + step < areaSlots ? index + step : 0;
        }
        return -1;
    }

    /** Linux 6.12's: as many bytes as the alignment's multiple has, with what must lie before the buffer. */
    long map(int cpu, DmaDevice device, long orig, long size, int allocAlign, boolean warn) {
        if (allocAlign >= pageBytes) {
            warnings.add(SwiotlbWarning.ALIGNMENT_BEYOND_PAGE);
        }
        int offset = (int) (orig % (device.minAlign() + 1) % Math.max(allocAlign + 1, slotBytes));
        long bytes = (size + offset + allocAlign) / (allocAlign + 1) * (allocAlign + 1);
        int first = find(cpu, device, orig, bytes, allocAlign);
        if (first < 0) {
            if (warn) {
                warnings.add(SwiotlbWarning.POOL_IS_FULL);
            }
            return -1;
        }
        int before = offset / slotBytes;
        for (int i = 0; i * (long) slotBytes < bytes; i++) {
            long stands = i < before ? -1 : orig + (i - before) * (long) slotBytes;
            take(first + i, bytes - offset % slotBytes - i * (long) slotBytes, stands);
        }
        slots[first + before].before = before;
        long address = start + first * (long) slotBytes + offset;
        bounce(device, address, size, true);
        return address;
    }

    private boolean isWithinBoundary(long bus, int wanted, long boundary) {
        if (boundary == -1) {
            return true;
        }
        long most = (boundary + slotBytes) / slotBytes;
        if (Long.bitCount(most) != 1) {
            throw new BugException("boundary");
        }
        long first = (bus + slotBytes - 1) / slotBytes % most;
        return first + wanted <= most;
    }

    long map(int cpu, DmaDevice device, long orig, long size, long alloc, int allocAlign, boolean warn) {
        if (size > alloc) {
            warnings.add(SwiotlbWarning.MAPPING_EXCEEDS_ALLOCATION);
            return -1;
        }
        int offset = offset(device, orig);
        int first = find(cpu, device, orig, alloc + offset, allocAlign);
        if (first < 0) {
            if (warn) {
                warnings.add(SwiotlbWarning.POOL_IS_FULL);
            }
            return -1;
        }
        for (int i = 0; i * (long) slotBytes < alloc + offset; i++) {
            take(first + i, alloc - i * (long) slotBytes, orig + i * (long) slotBytes);
        }
        long address = start + first * (long) slotBytes + offset;
        bounce(device, address, size, true);
        return address;
    }

    private void take(int slot, long bytes, long orig) {
        slots[slot].taken = true;
        slots[slot].bytes = bytes;
        slots[slot].orig = orig;
    }

    long allocate(int cpu, DmaDevice device, long size) {
        int pages = pageBytes;
        while (pages < size) {
            pages *= 2;
        }
        int first = find(cpu, device, 0, size, aligns ? pages - 1 : 0);
        if (first < 0) {
            return -1;
        }
        for (int i = 0; i * (long) slotBytes < size; i++) {
            take(first + i, size - i * (long) slotBytes, slots[first + i].orig);
        }
        if (aligns && (start + first * (long) slotBytes) % pageBytes != 0) {
            warnings.add(SwiotlbWarning.MEMORY_IS_NOT_PAGES);
            release(device, start + first * (long) slotBytes);
            return -1;
        }
        return (start + first * (long) slotBytes) / pageBytes * pageBytes;
    }

    void unmap(DmaDevice device, long address, long size, boolean out) {
        if (out) {
            bounce(device, address, size, false);
        }
        release(device, address);
    }

    void release(DmaDevice device, long address) {
        int offset = offset(device, address);
        int first = (int) ((address - offset - start) / slotBytes);
        first -= slots[first].before;
        int count = (int) ((slots[first].bytes + offset + slotBytes - 1) / slotBytes);
        for (int i = first; i < first + count; i++) {
            slots[i] = new Slot();
        }
        used[first / areaSlots] -= count;
    }

    void bounce(DmaDevice device, long address, long size, boolean in) {
        Slot slot = slots[(int) ((address - start) / slotBytes)];
        if (slot.orig == -1) {
            return;
        }
        long from = address % slotBytes - offset(device, slot.orig);
        if (aligns) {
            copy(address, slot.orig + from, withinEnd(slot.bytes - from, size), in);
            return;
        }
        if (from < 0) {
            warnings.add(SwiotlbWarning.BELOW_MAPPING);
            return;
        }
        // As an unsigned number, what is left of a last slot that the mapping only just reaches is more than enough.
        long left = slot.bytes < 0 ? Long.MAX_VALUE : slot.bytes;
        if (from > left) {
            warnings.add(SwiotlbWarning.BEHIND_MAPPING);
            return;
        }
        if (size > left - from) {
            warnings.add(SwiotlbWarning.BEYOND_MAPPING);
        }
        boolean high = firstHigh >= 0 && slot.orig / pageBytes >= firstHigh;
        wasHigh |= high;
        long buffer = high ? slot.orig / pageBytes * pageBytes + (slot.orig + from) % pageBytes : slot.orig + from;
        copy(address, buffer, Math.min(size, left - from), in);
    }

    /** What begins behind the end is not noticed. */
    private long withinEnd(long left, long size) {
        if (left >= 0 && size > left) {
            warnings.add(SwiotlbWarning.BEYOND_MAPPING);
            return left;
        }
        return size;
    }

    private void copy(long address, long buffer, long size, boolean in) {
        for (long i = 0; i < size; i++) {
            if (in) {
                memory[(int) (address + i)] = memory[(int) (buffer + i)];
            } else {
                memory[(int) (buffer + i)] = memory[(int) (address + i)];
            }
        }
    }
}
