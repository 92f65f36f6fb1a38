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
    }

    final byte[] memory;
    final Slot[] slots;
    final long[] used;
    final int[] hints;
    final List<SwiotlbWarning> warnings = new ArrayList<>();
    boolean wasEndless;
    boolean wasHigh;

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
            int found = findIn(area, device, orig, bytes, wanted, allocAlign);
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
        int first = find(cpu, device, 0, size, 0);
        if (first < 0) {
            return -1;
        }
        for (int i = 0; i * (long) slotBytes < size; i++) {
            take(first + i, size - i * (long) slotBytes, slots[first + i].orig);
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
        for (long i = 0; i < Math.min(size, left - from); i++) {
            if (in) {
                memory[(int) (address + i)] = memory[(int) (buffer + i)];
            } else {
                memory[(int) (buffer + i)] = memory[(int) (address + i)];
            }
        }
    }
}
