package dev.moat.twin.calgary;

import dev.moat.twin.KernelDeath;
import dev.moat.twin.Segment;
import dev.moat.twin.SlowArea;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Linux's driver for one bus of a chip (sheet, sections 3, 5, 7 and 8; the corrections and the table beside
 * {@code calgary.csv}, which go before it). Methods are its calls; what they answer is what the recorded rows say.
 */
class SlowCalgaryLinux {
    /** The driver's DMA address for a failed mapping. */
    static final String FAILED = "error";

    private static final int CALGARY = 0x2a1;
    private static final int CALIOC2 = 0x308;
    private static final long ENABLES = 0x2110_0000L;
    private static final long TAR_SOFTWARE = 0x0000_ffff_ffff_800fL;
    private static final int RESERVED_PAGES = 32;
    private static final int TRIES = 100;
    private static final int TO_DEVICE = 1;

    private final SlowCalgaryChip chip;
    private final SlowCalgaryMemory memory;
    private final int deviceId;
    private final int bus;
    private final int phb;
    private final int sizeSpec;
    private final long table;
    private final boolean kdump;
    private final BitSet used = new BitSet();
    private final List<Mapped> list = new ArrayList<>();
    private long tarValue;
    private long hint = -1;
    private long boundaryMask = 0xffff_ffffL;
    private boolean panics;
    private int flushes;
    private int warnings;

    /** An element of the last scatter-gather list: where it was mapped to, 0 bytes if it was not. */
    private record Mapped(long dma, long size) {
        @Override
        public String toString() {
            return String.format("%x+%x", dma, size);
        }
    }

    /** The driver before it set the bus up. */
    SlowCalgaryLinux(SlowCalgaryChip chip, SlowCalgaryMemory memory, CalgaryUnderTest.Chip made) {
        this.chip = chip;
        this.memory = memory;
        deviceId = made.deviceId();
        bus = made.bus();
        phb = made.phb();
        sizeSpec = made.sizeSpec();
        table = made.table();
        kdump = made.kdump();
    }

    /** Section 3. */
    int entries() {
        return 8192 << sizeSpec;
    }

    /** Where the next search begins; -1 without a table. */
    long hint() {
        return hint;
    }

    /** Entries that are taken or reserved; some may lie behind the table. */
    BitSet used() {
        return used;
    }

    /** What a CPU reads of an entry, as a number. */
    long entry(int index) {
        return memory.load(table + 8L * index);
    }

    /** Cache lines flushed since the last call. */
    int takeFlushes() {
        int taken = flushes;
        flushes = 0;
        return taken;
    }

    /** Warnings since the last call. */
    int takeWarnings() {
        int taken = warnings;
        warnings = 0;
        return taken;
    }

    /** A device's segment boundary (0: 4 GiB) and whether a full table is a panic. */
    void device(long mask, boolean panicOnOverflow) {
        boundaryMask = mask == 0 ? 0xffff_ffffL : mask;
        panics = panicOnOverflow;
    }

    private long window(long offset) {
        return SlowCalgaryChip.inWindow(phb, offset);
    }

    /** Section 7: pages that a buffer touches. */
    long pages(long address, long size) {
        return SlowArea.pages(address, size);
    }

    void store(long index, long value) {
        memory.storeBigEndian(table + 8 * index, value);
        flushEntry(index);
    }

    void flushEntry(long index) {
        memory.flush(table + 8 * index);
        flushes++;
    }

    /** Section 5: builds the table, reserves, writes TAR, switches translation on. */
    String init() {
        hint = 0;
        for (int i = 0; i < entries(); i++) {
            if (!kdump) {
                store(i, 0);
            } else if (entry(i) != 0) {
                used.set(i);
            }
        }
        if (deviceId != CALGARY && deviceId != CALIOC2) {
            throw KernelDeath.bug();
        }
        reserveRanges();
        long old = chip.read(8, SlowCalgaryChip.tar(phb));
        tarValue = old & ~TAR_SOFTWARE | table | sizeSpec;
        chip.write(8, SlowCalgaryChip.tar(phb), tarValue);
        chip.read(8, SlowCalgaryChip.tar(phb));
        quirks();
        long config = chip.read(4, window(0x160));
        chip.write(4, window(0x160), config | enables());
        chip.read(4, window(0x160));
        return "0 entries=" + entries() + " tar=" + Long.toHexString(tarValue) + " timer=0";
    }

    /** TCE_ENABLE, DAC_DISABLE and MCSR_ENABLE. */
    long enables() {
        return ENABLES;
    }

    /** Section 8 and corrections: bus 1 of a Calgary waits longer for split completions; every CalIOC2 has a bit set. */
    void quirks() {
        if (deviceId == CALIOC2) {
            chip.write(4, window(0xdb0), chip.read(4, window(0xdb0)) | 0x80_0000);
        } else if (bus == 1) {
            int shift = new int[] {44, 40, 36, 28}[phb];
            chip.write(8, 0x108, chip.read(8, 0x108) & ~(0xfL << shift) | 0xeL << shift);
            chip.read(8, 0x108);
        }
    }

    /** Section 7 and corrections. */
    private void reserveRanges() {
        reserve(0, RESERVED_PAGES);
        long low = deviceId == CALGARY ? 0xa_0000 : 0;
        reserve(low, 0x10_0000 - low >>> 12);
        long start = chip.read(4, window(0x190)) | chip.read(4, window(0x1a0)) << 32;
        reserveWindow(start, chip.read(4, window(0x1c0)));
        if ((chip.read(4, window(0x160)) & SlowCalgaryChip.MEM2_ENABLE) != 0) {
            long start2 = chip.read(4, window(0x2b0)) | chip.read(4, window(0x2c0)) << 32;
            reserveWindow(start2, secondEnd());
        }
    }

    /** Low half first; its register has the higher offset ({@code asm/calgary.h}). */
    long secondEnd() {
        return chip.read(4, window(0x2e0)) | chip.read(4, window(0x2d0)) << 32;
    }

    /** The "size" register is the end. */
    void reserveWindow(long start, long end) {
        reserve(start, (end | 0xf_ffff) + 1 - start >>> 12);
    }

    /** A start behind the table is ignored; an end behind it is not. */
    void reserve(long start, long pages) {
        long index = start >>> 12;
        if (Long.compareUnsigned(index, entries()) < 0) {
            used.set((int) index, (int) (index + pages));
        }
    }

    /** Windows of bridges below: one page more than their size, start 0 skipped. */
    void bridgeWindows(List<Segment> windows) {
        for (Segment window : windows) {
            if (window.start() != 0) {
                reserve(window.start(), (window.size() >>> 12) + 1);
            }
        }
    }

    /** A single mapping; direction 0 both, 1 to the device, 2 from it. */
    String map(long physical, long size, int direction) {
        long index = allocate(physical, size);
        if (index < 0) {
            return FAILED;
        }
        build(index, physical, size, direction);
        return Long.toHexString(index << 12 | physical & 0xfff);
    }

    /** Section 7: from the hint; then, after a blast, from the start. */
    private long allocate(long physical, long size) {
        long pages = pages(physical, size);
        if (pages == 0) {
            throw KernelDeath.bug();
        }
        long boundary = boundaryMask + 0x1000 >>> 12;
        long index = SlowArea.allocate(used, entries(), hint, pages, 0, boundary, 0);
        if (index < 0) {
            blast();
            index = SlowArea.allocate(used, entries(), 0, pages, 0, boundary, 0);
        }
        if (index < 0 && panics) {
            throw KernelDeath.panic();
        }
        if (index >= 0) {
            hint = index + pages;
        }
        return index;
    }

    /** Section 2: READ always, WRITE unless the device only reads. */
    private void build(long index, long physical, long size, int direction) {
        long bits = permissions(direction);
        for (long i = 0; i < pages(physical, size); i++) {
            store(index + i, (physical & ~0xfffL) + 0x1000 * i | bits);
        }
    }

    long permissions(int direction) {
        return direction == TO_DEVICE ? 1 : 3;
    }

    /** No blast; the hint stays. */
    void unmap(long dma, long size) {
        if (Long.compareUnsigned(dma, RESERVED_PAGES * 0x1000L) < 0) {
            warnings++;
            return;
        }
        long index = dma >>> 12;
        long pages = pages(dma, size);
        if (index + pages > entries()) {
            throw KernelDeath.bug();
        }
        clear(index, pages);
        used.clear((int) index, (int) (index + pages));
    }

    void clear(long index, long pages) {
        for (long i = 0; i < pages; i++) {
            store(index + i, 0);
        }
    }

    /**
     * A list; each element gets a place of its own. A failure undoes those before it, and resets only the first element.
     *
     * @return the number mapped, and where each element is now said to be
     */
    String mapSegments(List<Segment> segments, int direction) {
        list.clear();
        segments.forEach(s -> list.add(new Mapped(0x111, 0)));
        int mapped = segments.size();
        for (int i = 0; i < segments.size(); i++) {
            Segment s = segments.get(i);
            long index = allocate(s.start(), s.size());
            if (index < 0) {
                unmapSegments();
                reset(list);
                mapped = 0;
                break;
            }
            build(index, s.start(), s.size(), direction);
            list.set(i, new Mapped(index << 12 | s.start() & 0xfff, s.size()));
        }
        StringBuilder answer = new StringBuilder(Integer.toString(mapped));
        list.forEach(m -> answer.append(';').append(m));
        return answer.toString();
    }

    /** Corrections: the first element alone. */
    private void reset(List<Mapped> elements) {
        for (int i = 0; i < elementsReset(elements.size()); i++) {
            elements.set(i, new Mapped(0, 0));
        }
    }

    int elementsReset(int elements) {
        return Math.min(1, elements);
    }

    /** Unmaps the last list, up to its first element without bytes. */
    void unmapSegments() {
        for (Mapped m : list) {
            if (m.size == 0) {
                return;
            }
            unmap(m.dma, m.size);
        }
    }

    /** Section 8: empties the TCE cache. */
    void blast() {
        if (deviceId == CALGARY) {
            blastCalgary();
        } else {
            blastCalIoc2();
        }
    }

    /** Whether or not the split queue ever was empty, TAR is written, with the driver's own copy. */
    private void blastCalgary() {
        long arbiter = chip.read(4, window(0x200));
        chip.write(4, window(0x200), 0);
        chip.read(4, window(0x120));
        int tries = 0;
        while (chip.read(8, SlowCalgaryChip.splitQueue(phb)) >>> 56 != 0xff && ++tries < TRIES) {
            // Read again.
        }
        chip.write(8, SlowCalgaryChip.tar(phb), tarValue);
        chip.write(4, window(0x200), arbiter);
        chip.read(4, window(0x200));
    }

    /** 99 rounds share 100 reads of the split queue; a stop that faults to the end leaves SoftStop set and TAR unwritten. */
    private void blastCalIoc2() {
        int tries = 0;
        boolean stopped = false;
        for (int round = 0; round < TRIES - 1 && !stopped; round++) {
            chip.write(4, window(0xda8), chip.read(4, window(0xda8)) | SlowCalgaryChip.SOFT_STOP);
            while (chip.read(8, SlowCalgaryChip.splitQueue(phb)) >>> 56 != 0xff && ++tries < TRIES) {
                // Read again.
            }
            stopped = (chip.read(4, window(0xda0)) & SlowCalgaryChip.SOFT_STOP_FAULT) == 0;
        }
        if (stopped) {
            chip.read(4, window(0xda8));
            chip.read(4, window(0xda0));
            chip.write(8, SlowCalgaryChip.tar(phb), tarValue);
            chip.read(4, window(0xda8));
            chip.write(4, window(0xda8), 0);
            chip.read(4, window(0xda8));
        }
    }

    /** Section 6: an error is dumped and cleared, and takes the bus off; then the timer is not set again. */
    String watchdog() {
        if ((chip.read(4, window(0x110)) & SlowCalgaryChip.ERRORS) == 0) {
            return "timer=2";
        }
        dumpErrors();
        chip.write(4, window(0x110), 0);
        long config = chip.read(4, window(0x160));
        chip.write(4, window(0x160), config | SlowCalgaryChip.SLOT_DISABLE);
        chip.read(4, window(0x160));
        return "timer=-1";
    }

    private void dumpErrors() {
        chip.read(4, window(0x110));
        chip.read(4, window(0x120));
        if (deviceId == CALIOC2) {
            for (long offset : new long[] {0x290, 0x800, 0x810, 0x820, 0x830, 0x840, 0x850, 0x860, 0x870, 0xcb0}) {
                chip.read(4, window(offset));
            }
        }
    }

    /** Section 5: translation off. */
    String disable() {
        long config = chip.read(4, window(0x160));
        chip.write(4, window(0x160), config & ~ENABLES);
        chip.read(4, window(0x160));
        return "timer=-1";
    }

    /** TAR without its software bits; there is no table any more. */
    void freeBus() {
        long old = chip.read(8, SlowCalgaryChip.tar(phb));
        chip.write(8, SlowCalgaryChip.tar(phb), old & ~TAR_SOFTWARE);
        chip.read(8, SlowCalgaryChip.tar(phb));
        hint = -1;
    }
}
