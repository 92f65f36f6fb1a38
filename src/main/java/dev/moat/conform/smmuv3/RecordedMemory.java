package dev.moat.conform.smmuv3;

import dev.moat.iommu.Memory;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The memory of a recorded machine: zero until written, except in stamped pages, where each 32-bit word at X holds X / 4. It notes which
 * words were read. The state array is ignored.
 */
final class RecordedMemory implements Memory {
    private static final long FIRST = 0x40000000L;
    private static final long END = 0x144000000L;
    private static final int PAGE_SHIFT = 12;
    private static final int STAMP_SHIFT = 2;

    /** Stamped pages that are not in one of the two rows of pages. */
    private static final Set<Long> STAMPED = Set.of(
            0x40700L, 0x40708L, 0x42000L, 0x42004L, 0x42345L, 0x43fffL, 0x44000L, 0x44010L, 0x5ffffL, 0x60000L,
            0x80000L, 0x81000L, 0x81001L, 0x140000L, 0x141001L);

    private final Map<Long, Long> words = new HashMap<>();
    private final Set<Long> read = new HashSet<>();

    static boolean isStamped(long address) {
        long page = address >>> PAGE_SHIFT;
        return (page >= 0x41000 && page <= 0x4103f) || (page >= 0x120000 && page <= 0x120007) || STAMPED.contains(page);
    }

    private static long initial(long address) {
        return isStamped(address)
                ? (address + Integer.BYTES) >>> STAMP_SHIFT << Integer.SIZE | address >>> STAMP_SHIFT
                : 0;
    }

    @Override
    public boolean isReadable(long[] s, long address) {
        return Long.compareUnsigned(address, FIRST) >= 0 && Long.compareUnsigned(address, END) < 0;
    }

    @Override
    public long read(long[] s, long address) {
        long at = address & -Long.BYTES;
        read.add(at);
        return value(at);
    }

    /** The word at a multiple of 8, for software. */
    long value(long at) {
        return words.getOrDefault(at, initial(at));
    }

    /** Whether the unit has read a word since the case began. */
    boolean wasRead(long address) {
        return read.contains(address & -Long.BYTES);
    }

    @Override
    public boolean write(long[] s, long address, long value) {
        if (!isReadable(s, address)) {
            return false;
        }
        words.put(address & -Long.BYTES, value);
        return true;
    }

    /** The data that a device reads at an address, as the records write it; 0 where there is no memory. */
    long data(long address) {
        long at = address & -Integer.BYTES;
        if (!isReadable(new long[0], at)) {
            return 0;
        }
        long word = value(at & -Long.BYTES);
        return ((at & Integer.BYTES) == 0 ? word & 0xffffffffL : word >>> Integer.SIZE) << STAMP_SHIFT;
    }
}
