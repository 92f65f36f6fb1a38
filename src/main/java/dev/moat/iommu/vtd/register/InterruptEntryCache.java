package dev.moat.iommu.vtd.register;

import dev.moat.iommu.vtd.format.Descriptors;

/**
 * Interrupt entry cache. It keeps every version of an entry that was fetched and not invalidated since, because hardware may
 * use any of them; the newest is the last. A full cache forgets the oldest. {@code @source} VTD-CACHES.
 */
final class InterruptEntryCache {
    private final UnitState u;
    private final int capacity;

    InterruptEntryCache(UnitState u) {
        this.u = u;
        capacity = u.interruptIndex.size();
    }

    /** Remembers a fetched entry. */
    void fill(long[] s, int index, long lo, long hi) {
        if (capacity == 0 || holds(s, index, lo, hi)) {
            return;
        }
        int count = (int) u.interruptCount.get(s);
        if (count == capacity) {
            remove(s, 0);
            count--;
        }
        u.interruptIndex.set(s, count, index);
        u.interruptLo.set(s, count, lo);
        u.interruptHi.set(s, count, hi);
        u.interruptCount.set(s, count + 1L);
    }

    private boolean holds(long[] s, int index, long lo, long hi) {
        for (int i = next(s, index, 0); i >= 0; i = next(s, index, i + 1)) {
            if (u.interruptLo.get(s, i) == lo && u.interruptHi.get(s, i) == hi) {
                return true;
            }
        }
        return false;
    }

    /** The first version of an entry at or after an element, or -1. */
    int next(long[] s, int index, int from) {
        int count = (int) u.interruptCount.get(s);
        for (int i = from; i < count; i++) {
            if (u.interruptIndex.get(s, i) == index) {
                return i;
            }
        }
        return -1;
    }

    /** The newest version of an entry, or -1. */
    int newest(long[] s, int index) {
        for (int i = (int) u.interruptCount.get(s) - 1; i >= 0; i--) {
            if (u.interruptIndex.get(s, i) == index) {
                return i;
            }
        }
        return -1;
    }

    /** Forgets the entries that equal an index but for the low bits; all of them for 16 low bits or more. */
    void forget(long[] s, int index, int lowBits) {
        for (int i = (int) u.interruptCount.get(s) - 1; i >= 0; i--) {
            if (Descriptors.InterruptEntryCache.isSame((int) u.interruptIndex.get(s, i), index, lowBits)) {
                remove(s, i);
            }
        }
    }

    private void remove(long[] s, int element) {
        int last = (int) u.interruptCount.get(s) - 1;
        for (int i = element; i < last; i++) {
            u.interruptIndex.set(s, i, u.interruptIndex.get(s, i + 1));
            u.interruptLo.set(s, i, u.interruptLo.get(s, i + 1));
            u.interruptHi.set(s, i, u.interruptHi.get(s, i + 1));
        }
        u.interruptIndex.set(s, last, 0);
        u.interruptLo.set(s, last, 0);
        u.interruptHi.set(s, last, 0);
        u.interruptCount.set(s, last);
    }
}
