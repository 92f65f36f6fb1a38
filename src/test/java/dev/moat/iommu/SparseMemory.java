package dev.moat.iommu;

import java.util.HashMap;
import java.util.Map;

/**
 * Memory of any size outside the state, zero until written; for recorded cases and twins, never for a search, whose states
 * must hold everything. The state array is ignored.
 */
public final class SparseMemory implements Memory {
    private final Map<Long, Long> words = new HashMap<>();
    private final long end;

    /** @param end first byte address behind the memory, as an unsigned number; 0 for all 64 bits */
    public SparseMemory(long end) {
        this.end = end;
    }

    @Override
    public boolean isReadable(long[] s, long address) {
        return end == 0 || Long.compareUnsigned(address, end) < 0;
    }

    @Override
    public long read(long[] s, long address) {
        return words.getOrDefault(address & -Long.BYTES, 0L);
    }

    @Override
    public boolean write(long[] s, long address, long value) {
        if (!isReadable(s, address)) {
            return false;
        }
        words.put(address & -Long.BYTES, value);
        return true;
    }
}
