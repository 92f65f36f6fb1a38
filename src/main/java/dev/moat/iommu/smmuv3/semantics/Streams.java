package dev.moat.iommu.smmuv3.semantics;

import dev.moat.iommu.Memory;
import dev.moat.iommu.smmuv3.format.Event;
import dev.moat.iommu.smmuv3.format.Registers;
import dev.moat.iommu.smmuv3.format.Registers.StreamTable;
import dev.moat.iommu.smmuv3.format.StreamTableDescriptor;
import dev.moat.iommu.smmuv3.format.StreamTableEntry;

/**
 * The stream table, linear or in two levels.
 *
 * <p>{@code @fails} first the number of streams, then the descriptor of level 1 and its span, then the entry. {@code @source} IHI 0070,
 * stream table lookup.
 */
public final class Streams {
    private final RegisterBank registers;
    private final Memory memory;
    private final Caches caches;
    private final Capabilities can;

    Streams(RegisterBank registers, Memory memory, Caches caches, Capabilities can) {
        this.registers = registers;
        this.memory = memory;
        this.caches = caches;
        this.can = can;
    }

    /** Finds the entry of a transaction. False when it is refused. */
    boolean locate(long[] s, Transaction t) {
        long config = registers.streamTableConfig.get(s);
        long sid = Integer.toUnsignedLong(t.streamId);
        int streamBits = Math.min((int) StreamTable.LOG2SIZE.get(config), can.streamBits());
        if (sid >>> streamBits != 0) {
            return refuseStream(s, t);
        }
        long[] cached = caches.configuration(s, Caches.Kind.STREAM_ENTRY, t.streamId);
        if (cached != null) {
            t.entry = cached;
            return true;
        }
        boolean twoLevels = can.hasTwoLevels() && StreamTable.FMT.get(config) == StreamTable.TWO_LEVELS;
        return twoLevels ? inTwoLevels(s, t, sid, config) : entry(s, t, linear(s, sid, config));
    }

    private long linear(long[] s, long sid, long config) {
        return base(registers.streamTable.get(s), config, 0, StreamTableEntry.BYTES) + sid * StreamTableEntry.BYTES;
    }

    private boolean refuseStream(long[] s, Transaction t) {
        return t.refuse(Event.C_BAD_STREAMID, Registers.RECINVSID.isSet(registers.cr2.get(s)));
    }

    /**
     * The address of the first table, aligned to its size.
     *
     * @param split log2 of the streams that one of its entries stands for
     * @param bytes of one of its entries
     */
    public static long base(long register, long config, int split, int bytes) {
        int entryBits = Math.max(0, (int) StreamTable.LOG2SIZE.get(config) - split);
        int bits = Math.max(StreamTable.ADDR.lo(), entryBits + Integer.numberOfTrailingZeros(bytes));
        long base = Stage.address(StreamTable.ADDR, register);
        return bits >= Long.SIZE ? 0 : base & -1L << bits;
    }

    private boolean inTwoLevels(long[] s, Transaction t, long sid, long config) {
        int split = StreamTable.split(config);
        long[] cached = caches.configuration(s, Caches.Kind.STREAM_DESCRIPTOR, t.streamId);
        long at = base(registers.streamTable.get(s), config, split, StreamTableDescriptor.BYTES)
                + (sid >>> split) * StreamTableDescriptor.BYTES;
        if (cached == null) {
            cached = load(s, memory, at, 1);
            if (cached.length == 0) {
                return t.refuseFetch(Event.F_STE_FETCH, at);
            }
            caches.keep(s, Caches.Kind.STREAM_DESCRIPTOR, t.streamId, cached);
        }
        int span = (int) StreamTableDescriptor.SPAN.get(cached[0]);
        long index = sid & (1L << split) - 1;
        boolean some = span != 0 && span <= StreamTableDescriptor.LAST_SPAN && span <= split + 1;
        if (!some || index >>> (span - 1) != 0) {
            return refuseStream(s, t);
        }
        long table =
                Stage.address(StreamTableDescriptor.L2_PTR, cached[0]) & -((long) StreamTableEntry.BYTES << (span - 1));
        return entry(s, t, table + index * StreamTableEntry.BYTES);
    }

    private boolean entry(long[] s, Transaction t, long at) {
        long[] words = load(s, memory, at, StreamTableEntry.WORDS);
        if (words.length == 0) {
            return t.refuseFetch(Event.F_STE_FETCH, at);
        }
        caches.keep(s, Caches.Kind.STREAM_ENTRY, t.streamId, words);
        t.entry = words;
        return true;
    }

    /** Words of a structure; none where one of them is not in memory. */
    static long[] load(long[] s, Memory memory, long at, int count) {
        long[] words = new long[count];
        for (int n = 0; n < count; n++) {
            if (!memory.isReadable(s, at + (long) n * Long.BYTES)) {
                return new long[0];
            }
            words[n] = memory.read(s, at + (long) n * Long.BYTES);
        }
        return words;
    }
}
