package dev.moat.twin.gart;

import dev.moat.twin.KernelDeath;
import dev.moat.twin.Segment;
import dev.moat.twin.SlowArea;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Linux's driver (sheet, sections 4 to 6 and 14; the corrections and the table beside {@code gart.csv}, which go before it).
 * Methods are its calls; what they answer is what the recorded rows say.
 */
class SlowGartLinux {
    /** The driver's DMA address for a failed mapping. */
    static final String FAILED = "error";

    private static final long NOT_MAPPED = -1;
    private static final long FORTY_BITS = 1L << 40;

    private final SlowGartNorthbridges northbridges;
    private final BitSet used = new BitSet();
    private int nodes;
    private long table;
    private long entries;
    private long busBase;
    private long pages;
    private long scratchEntry;
    private boolean fullFlush;
    private boolean force;
    private boolean merge;
    private boolean panics;
    private boolean needFlush;
    private long nextBit;
    private int warnings;
    private long mask = 0xffff_ffffL;
    private long busLimit;
    private long boundaryMask = 0xffff_ffffL;
    private long maxSegment = 0x1_0000;

    SlowGartLinux(SlowGartNorthbridges northbridges) {
        this.northbridges = northbridges;
    }

    /**
     * Sections 4 and 14: sizes the IOMMU part, writes the registers of every node, flushes.
     *
     * @param made what the machine and the command line are
     */
    String init(GartUnderTest.Machine made) {
        nodes = made.nodes();
        table = made.table();
        force = made.force();
        merge = made.merge();
        SlowGartPart part = SlowGartPart.of(made);
        fullFlush = part.fullFlush();
        for (int node = 0; node < nodes; node++) {
            northbridges.preset(node, 0x90, (long) made.order() << 1);
            northbridges.preset(node, 0x94, made.apertureBase() >>> 25);
        }
        if (part.pages() == 0) {
            return "base=0 size=0 pages=0 unmapped=0 fullflush=" + (fullFlush ? 1 : 0);
        }
        busBase = part.busBase();
        pages = part.pages();
        entries = table + part.offset();
        scratchEntry = encode(made.scratch());
        enable();
        return String.format(
                "base=%x size=%x pages=%d unmapped=%x fullflush=%d",
                busBase, 0x1000 * pages, pages, scratchEntry, fullFlush ? 1 : 0);
    }

    /** Section 14.3: every node; then one flush of all. */
    private void enable() {
        for (int node = 0; node < nodes; node++) {
            northbridges.write(node, 0x98, table >>> 12 << 4);
            northbridges.write(node, 0x90, (northbridges.read(node, 0x90) | 0x41) & ~0x30L);
        }
        flushNodes();
    }

    /** Section 6: INVGART on every node, then each is polled. */
    void flushNodes() {
        for (int node = 0; node < nodes; node++) {
            northbridges.write(node, 0x9c, northbridges.read(node, 0x9c) | 1);
        }
    }

    private void flushIfNeeded() {
        if (needFlush) {
            flushNodes();
            needFlush = false;
        }
    }

    /** Section 14.5. */
    void resume(int order, long apertureBase) {
        for (int node = 0; node < nodes; node++) {
            northbridges.write(node, 0x90, (long) order << 1);
            northbridges.write(node, 0x94, apertureBase >>> 25);
        }
        enable();
    }

    /** GARTEN off on all nodes. */
    void shutdown() {
        for (int node = 0; node < nodes; node++) {
            northbridges.write(node, 0x90, northbridges.read(node, 0x90) & ~1L);
        }
    }

    /** The device that maps; 0 stands for: no bus limit, boundary 4 GiB, segments of 64 KiB. */
    void device(long dmaMask, long limit, long segmentBoundary, long segmentSize) {
        mask = dmaMask;
        busLimit = limit;
        boundaryMask = segmentBoundary == 0 ? 0xffff_ffffL : segmentBoundary;
        maxSegment = segmentSize == 0 ? 0x1_0000 : segmentSize;
    }

    /** The command line's panic on overflow. */
    void panicOnOverflow(boolean panic) {
        panics = panic;
    }

    /** Section 2. */
    long encode(long physical) {
        return (physical & 0xffff_f000L | physical >>> 32 << 4 | 3) & 0xffff_ffffL;
    }

    /** Section 5.1: whether the device reaches the last byte. */
    boolean reaches(long physical, long size) {
        long limit = busLimit == 0 || Long.compareUnsigned(mask, busLimit) < 0 ? mask : busLimit;
        return Long.compareUnsigned(physical + size - 1, limit) <= 0;
    }

    private boolean needs(long physical, long size) {
        return force || !reaches(physical, size);
    }

    /** Pages that a buffer touches. */
    long pagesOf(long address, long size) {
        return SlowArea.pages(address, size);
    }

    /** A single mapping. */
    String map(long physical, long size) {
        if (!needs(physical, size)) {
            return Long.toHexString(physical);
        }
        long dma = mapArea(physical, size, 0);
        flushAfterMap();
        return dma == NOT_MAPPED ? FAILED : Long.toHexString(dma);
    }

    void flushAfterMap() {
        flushIfNeeded();
    }

    private long mapArea(long physical, long size, long alignMask) {
        if (Long.compareUnsigned(physical + size, FORTY_BITS) > 0) {
            return NOT_MAPPED;
        }
        long index = allocate(pagesOf(physical, size), alignMask);
        if (index < 0) {
            return full(physical, size);
        }
        fill(index, physical, size);
        return busBase + 0x1000 * index + (physical & 0xfff);
    }

    /** Section 5.4: identity if the device reaches the buffer, else panic or failure. */
    private long full(long physical, long size) {
        if (reaches(physical, size)) {
            return physical;
        }
        if (panics) {
            throw KernelDeath.panic();
        }
        warnings++;
        return NOT_MAPPED;
    }

    private void fill(long index, long physical, long size) {
        for (long i = 0; i < pagesOf(physical, size); i++) {
            northbridges.store(entries + 4 * (index + i), encode((physical & ~0xfffL) + 0x1000 * i));
        }
    }

    /** Section 5.3 and 5.4: from next_bit, then from 0. */
    private long allocate(long run, long alignMask) {
        long boundary = (boundaryMask >>> 12) + 1;
        long shift = (busBase & boundaryMask) + 0xfff >>> 12;
        long index = SlowArea.allocate(used, pages, nextBit, run, shift, boundary, alignMask);
        if (index < 0) {
            wrapped();
            index = SlowArea.allocate(used, pages, 0, run, shift, boundary, alignMask);
        }
        if (index >= 0) {
            nextBit = index + run;
            if (nextBit >= pages) {
                nextBit = 0;
                wrapped();
            }
        }
        needFlush |= fullFlush;
        return index;
    }

    /** Section 6: what was unmapped is used again from here on. */
    void wrapped() {
        needFlush = true;
    }

    /** Scratch entries; no flush; an address outside the IOMMU part was not mapped here. */
    void unmap(long dma, long size) {
        if (dma == NOT_MAPPED) {
            warnings++;
            return;
        }
        if (!managed(dma)) {
            return;
        }
        long index = dma - busBase >>> 12;
        long run = pagesOf(dma, size);
        release(index, run);
        used.clear((int) index, (int) (index + run));
        if (index >= nextBit) {
            nextBit = index + run;
        }
    }

    boolean managed(long dma) {
        return Long.compareUnsigned(dma, busBase) >= 0 && Long.compareUnsigned(dma, busBase + 0x1000 * pages) < 0;
    }

    void release(long index, long run) {
        for (long i = 0; i < run; i++) {
            northbridges.store(entries + 4 * (index + i), scratchEntry);
        }
    }

    /** A list; neighbours become one where that is allowed. The number of pieces and each, or -12, or -22 for none. */
    String mapSegments(List<Segment> list) {
        if (list.isEmpty()) {
            return "-22";
        }
        List<Segment> out = new ArrayList<>();
        boolean mapped = mapMerged(list, out);
        flushIfNeeded();
        if (!mapped) {
            out.forEach(s -> unmap(s.start(), s.size()));
            out.clear();
            if (!(force || merge) || !mapEach(list, out)) {
                if (panics) {
                    throw KernelDeath.panic();
                }
                warnings++;
                return "-12";
            }
        }
        StringBuilder answer = new StringBuilder(Integer.toString(out.size()));
        out.forEach(s -> answer.append(';').append(s));
        return answer.toString();
    }

    /** Runs of elements that become one piece, each mapped as soon as it is known to end; false: no room for one. */
    private boolean mapMerged(List<Segment> list, List<Segment> out) {
        List<Segment> run = new ArrayList<>();
        for (Segment next : list) {
            if (next.size() == 0) {
                throw KernelDeath.bug();
            }
            if (!run.isEmpty() && !joins(run, next)) {
                if (!mapRun(run, out)) {
                    return false;
                }
                run.clear();
            }
            run.add(next);
        }
        return mapRun(run, out);
    }

    /** Section 5 and corrections: both sides need the GART, meet on page boundaries, and stay within a segment. */
    boolean joins(List<Segment> run, Segment next) {
        Segment last = run.get(run.size() - 1);
        // As in C: an unsigned int.
        long sum = (next.size() + run.stream().mapToLong(Segment::size).sum()) & 0xffff_ffffL;
        return merge
                && needs(next.start(), next.size())
                && needs(last.start(), last.size())
                && (next.start() & 0xfff) == 0
                && (last.start() + last.size() & 0xfff) == 0
                && sum <= maxSegment;
    }

    private boolean mapRun(List<Segment> run, List<Segment> out) {
        Segment first = run.get(0);
        if (!needs(first.start(), first.size())) {
            out.add(first);
            return true;
        }
        long all = run.stream().mapToLong(s -> pagesOf(s.start(), s.size())).sum();
        long index = allocate(all, 0);
        if (index < 0) {
            return false;
        }
        out.add(new Segment(
                busBase + 0x1000 * index + (first.start() & 0xfff),
                run.stream().mapToLong(Segment::size).sum()));
        long at = index;
        for (Segment s : run) {
            fill(at, s.start(), s.size());
            at += pagesOf(s.start(), s.size());
        }
        return true;
    }

    /** Element by element: only what the device does not reach goes through the GART. */
    private boolean mapEach(List<Segment> list, List<Segment> out) {
        boolean mapped = true;
        for (Segment s : list) {
            long dma = reaches(s.start(), s.size()) ? s.start() : mapArea(s.start(), s.size(), 0);
            if (dma == NOT_MAPPED) {
                out.forEach(o -> unmap(o.start(), o.size()));
                out.clear();
                mapped = false;
                break;
            }
            out.add(new Segment(dma, s.size()));
        }
        flushIfNeeded();
        return mapped;
    }

    /** Pieces as they were mapped. */
    void unmapSegments(List<Segment> pieces) {
        pieces.forEach(s -> unmap(s.start(), s.size()));
    }

    /** Memory for both: through the GART only if that is forced and the mask has more than 24 bits. */
    String allocateCoherent(long physical, long size) {
        if (!force || Long.compareUnsigned(mask, 0xff_ffff) <= 0) {
            return Long.toHexString(physical);
        }
        long aligned = 1;
        while (aligned * 0x1000 < size) {
            aligned *= 2;
        }
        long dma = mapArea(physical, size, aligned - 1);
        flushIfNeeded();
        return dma == NOT_MAPPED ? FAILED : Long.toHexString(dma);
    }

    /** Pages of the IOMMU part. */
    int pages() {
        return (int) pages;
    }

    /** Entry of a page of the IOMMU part. */
    long entry(int index) {
        return northbridges.load(entries + 4L * index);
    }

    /** Address of the first entry of the IOMMU part. */
    long entries() {
        return entries;
    }

    /** Pages in use. */
    BitSet used() {
        return used;
    }

    /** Where the next search begins. */
    long nextBit() {
        return nextBit;
    }

    /** Whether the next map flushes. */
    boolean needFlush() {
        return needFlush;
    }

    /** Warnings since the last call. */
    int takeWarnings() {
        int taken = warnings;
        warnings = 0;
        return taken;
    }
}
