package dev.moat.conform.dma;

import dev.moat.pv.P2m;
import dev.moat.pv.PvMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The guest's and Xen's tables of a recorded case, and the recorder's stand-in for exchanges: contiguous frames rise from a
 * position, aligned to their order, and are given if so many address bits are enough; single ones fall from another. Pages rise from a
 * third, aligned as well. What was asked of it is noted, as the {@code xen} column has it.
 */
final class RecordedXen implements P2m, PvMemory {
    /** As an exponent of pages: more than any device of the records asks for. */
    private static final int MOST_ORDER = 16;

    /** Frames below are the guest's memory; above, numbers are the machine's. */
    private static final long VALID = 0x300000;

    private static final int PAGE_SHIFT = 12;

    private final Map<Long, Long> p2m = new HashMap<>();
    private final Map<Long, Long> m2p = new HashMap<>();
    private final Set<Long> remapped = new HashSet<>();
    private final List<String> events = new ArrayList<>();
    private final RecordedMemory memory;
    private int fewestBits = 30;
    private long nextContiguous = 0x10000;
    private long nextSingle = 0xf00000;
    private long nextPage = 0x20000000;

    RecordedXen(RecordedMemory memory) {
        this.memory = memory;
    }

    @Override
    public long p2m(long[] s, long pfn) {
        if (Long.compareUnsigned(pfn, VALID) >= 0) {
            return pfn | IDENTITY;
        }
        return p2m.getOrDefault(pfn, INVALID);
    }

    @Override
    public long m2p(long[] s, long mfn) {
        return m2p.getOrDefault(mfn, INVALID);
    }

    @Override
    public boolean isValid(long pfn) {
        return Long.compareUnsigned(pfn, VALID) < 0;
    }

    /** An entry of both tables. */
    void put(long pfn, long mfn) {
        p2m.put(pfn, mfn);
        m2p.put(mfn, pfn);
    }

    /** A frame of another domain, whose number there is in Xen's table. */
    void putForeign(long pfn, long mfn, long theirs) {
        p2m.put(pfn, mfn | FOREIGN);
        m2p.put(mfn, theirs);
    }

    /** A frame with the same number in the machine. */
    void putIdentity(long pfn) {
        p2m.put(pfn, pfn | IDENTITY);
    }

    /** Sets the stand-in's limit and positions. */
    void set(int bits, long contiguous, long single, long page) {
        fewestBits = bits;
        nextContiguous = contiguous;
        nextSingle = single;
        nextPage = page;
    }

    @Override
    public long allocatePages(long[] s, int order) {
        if (order > MOST_ORDER) {
            return NONE; // as for no bytes at all, whose order is that of all addresses
        }
        long bytes = 1L << (PAGE_SHIFT + order);
        long address = (nextPage + bytes - 1) & -bytes;
        nextPage = address + bytes;
        return address;
    }

    @Override
    public void freePages(long[] s, long address, int order) {
        events.add("free(" + region(address, order) + ")");
    }

    @Override
    public void clear(long[] s, long address, long bytes) {
        memory.fill(address, bytes, (byte) 0);
    }

    @Override
    public long makeContiguous(long[] s, long address, int order, int bits) {
        String asked = "create(" + region(address, order) + " bits=" + bits + ")=";
        if (bits < fewestBits) {
            events.add(asked + "fail");
            return NONE;
        }
        clear(s, address, 1L << (PAGE_SHIFT + order));
        long frames = 1L << order;
        long first = (nextContiguous + frames - 1) & -frames;
        nextContiguous = first + frames;
        for (long i = 0; i < frames; i++) {
            put((address >>> PAGE_SHIFT) + i, first + i);
        }
        events.add(asked + Long.toHexString(first));
        return first;
    }

    @Override
    public void makeScattered(long[] s, long address, int order) {
        events.add("destroy(" + region(address, order) + ")=" + Long.toHexString(nextSingle));
        for (long i = 0; i < 1L << order; i++) {
            put((address >>> PAGE_SHIFT) + i, nextSingle--);
        }
    }

    @Override
    public void setRemapped(long[] s, long address, boolean now) {
        if (now) {
            remapped.add(address);
        } else {
            remapped.remove(address);
        }
    }

    @Override
    public boolean isRemapped(long[] s, long address) {
        return remapped.contains(address);
    }

    /** What was asked since the last call, in order. */
    String takeEvents() {
        String text = String.join(";", events);
        events.clear();
        return text;
    }

    private static String region(long address, int order) {
        return Long.toHexString(address) + " order=" + order;
    }
}
