package dev.moat.iommu.vtd.register;

import dev.moat.iommu.Memory;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Memory from 0 to an end, zero until written; single pages of it can be read only. It counts what is asked of it, knows which words were
 * read more than once, and can change under its reader.
 */
final class SparseMemory implements Memory {
    private final Map<Long, Long> words = new HashMap<>();
    private final Set<Long> readOnlyPages = new HashSet<>();
    private final long end;
    private final Map<Long, Integer> reads = new HashMap<>();
    private @Nullable Random changing;
    private long accesses;

    SparseMemory(long end) {
        this.end = end;
    }

    void put(long address, long value) {
        words.put(address & -Long.BYTES, value);
    }

    long get(long address) {
        return words.getOrDefault(address & -Long.BYTES, 0L);
    }

    void setReadOnly(long page) {
        readOnlyPages.add(page);
    }

    /** Calls since this was last asked. */
    long takeAccesses() {
        long taken = accesses;
        accesses = 0;
        return taken;
    }

    /** From now on every fourth word that is read has another bit flipped behind the read. */
    void change(Random random) {
        changing = random;
    }

    /** Words that were read more than once since this was last asked, by address. */
    Set<Long> takeReadAgain() {
        Set<Long> again = new HashSet<>();
        reads.forEach((address, times) -> {
            if (times > 1) {
                again.add(address);
            }
        });
        reads.clear();
        return again;
    }

    @Override
    public boolean isReadable(long[] s, long address) {
        accesses++;
        return Long.compareUnsigned(address, end - Long.BYTES) <= 0;
    }

    @Override
    public long read(long[] s, long address) {
        if (!isReadable(s, address)) {
            throw new AssertionError("read of what is not readable: 0x" + Long.toHexString(address));
        }
        reads.merge(address, 1, Integer::sum);
        long word = get(address);
        if (changing != null && changing.nextInt(4) == 0) {
            put(address, word ^ 1L << changing.nextInt(Long.SIZE));
        }
        return word;
    }

    @Override
    public boolean write(long[] s, long address, long value) {
        accesses++;
        if (!isReadable(s, address) || readOnlyPages.contains(address >>> 12)) {
            return false;
        }
        put(address, value);
        return true;
    }
}
