package dev.moat.twin.calgary;

import dev.moat.iommu.Memory;
import dev.moat.iommu.calgary.CacheLines;
import dev.moat.iommu.calgary.Tce;

/**
 * A table that a chip reads past the caches of CPUs: it sees what was stored once the line of an entry has been written back.
 * Lines here have one entry. Behind the table is memory that would make entries.
 */
final class TableInMemory implements CacheLines {
    private static final long BEHIND = 0x5003;

    private final long base;
    private final long[] stored;
    private final long[] seen;

    /** All zero. */
    TableInMemory(long base, int entries) {
        this.base = base;
        stored = new long[entries];
        seen = new long[entries];
    }

    /** As software stores and reads it. */
    Memory asStored() {
        return over(stored);
    }

    /** As the chip reads it. */
    Memory asSeen() {
        return over(seen);
    }

    private Memory over(long[] words) {
        return new Memory() {
            @Override
            public boolean isReadable(long[] s, long address) {
                return address >= base;
            }

            @Override
            public long read(long[] s, long address) {
                return entry(address) < words.length ? words[entry(address)] : Tce.inMemory(BEHIND);
            }

            @Override
            public boolean write(long[] s, long address, long value) {
                words[entry(address)] = value;
                return true;
            }
        };
    }

    int entry(long address) {
        return (int) ((address - base) / Long.BYTES);
    }

    @Override
    public void writeBack(long[] s, long address) {
        seen[entry(address)] = stored[entry(address)];
    }

    /** All entries as numbers, as software reads them. */
    long[] entries() {
        long[] entries = new long[stored.length];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = Tce.inMemory(stored[i]);
        }
        return entries;
    }
}
