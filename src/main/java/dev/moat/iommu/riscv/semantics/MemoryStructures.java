package dev.moat.iommu.riscv.semantics;

import dev.moat.iommu.Memory;

/** Entries as they are in memory; nothing is cached. */
public class MemoryStructures implements Structures {
    private final Memory memory;

    public MemoryStructures(Memory memory) {
        this.memory = memory;
    }

    /** Whether an entry can be read: {@link #FOUND}, {@link #NO_ACCESS} or {@link #CORRUPT}, which the memory of a search never is. */
    protected int status(long[] s, long address, int bytes) {
        for (int at = 0; at < bytes; at += Long.BYTES) {
            if (!memory.isReadable(s, address + at)) {
                return NO_ACCESS;
            }
        }
        return FOUND;
    }

    @Override
    public int load(long[] s, Transaction t, Place place, boolean fresh) {
        int bytes = place.encoding().bytes();
        int status = status(s, place.address(), bytes);
        if (status != FOUND) {
            return status;
        }
        boolean big = place.encoding().bigEndian();
        if (bytes == Integer.BYTES) {
            t.loaded.set(0, Words.ordered32(memory.read32(s, place.address()), big));
        } else {
            for (int n = 0; n < bytes / Long.BYTES; n++) {
                t.loaded.set(n, Words.ordered(memory.read(s, place.address() + (long) Long.BYTES * n), big));
            }
        }
        return FOUND;
    }

    @Override
    public void store(long[] s, Place place, long entry) {
        boolean big = place.encoding().bigEndian();
        if (place.encoding().bytes() == Integer.BYTES) {
            memory.write32(s, place.address(), Words.ordered32(entry, big));
        } else {
            memory.write(s, place.address(), Words.ordered(entry, big));
        }
    }
}
