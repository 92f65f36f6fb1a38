package dev.moat.twin.calgary;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A Calgary or CalIOC2 chip (sheet, sections 4, 6 and 11): its registers as numbers, four PHBs, and for each what its TCE
 * cache may hold: every valid TCE that it could have read since its TAR was last written.
 */
class SlowCalgaryChip {
    /** CONFIG_RW. */
    static final long TCE_ENABLE = 0x2000_0000L;

    /** CONFIG_RW, three bits; the chip model looks at all of them together. */
    static final long SLOT_DISABLE = 0x1c00_0000L;

    /** CONFIG_RW. */
    static final long DAC_DISABLE = 0x0100_0000L;

    /** CONFIG_RW. */
    static final long MEM2_ENABLE = 0x0040_0000L;

    /** PAGE_MIG_CTRL. */
    static final long SOFT_STOP = 0x8000_0000L;

    /** PAGE_MIG_DEBUG. */
    static final long SOFT_STOP_FAULT = 0x4000_0000L;

    /** CSR bits that mean an error. */
    static final long ERRORS = 0xffe0_ffffL;

    /** The split queue's top byte says that it is empty. */
    static final long QUEUE_EMPTY = 0xff00_0000_0000_0000L;

    private static final long QUEUE_BUSY = 0x0100_0000_0000_0000L;
    private static final long HOLE = 0xa_0000;
    private static final long HOLE_END = 0x10_0000;
    private static final long TABLE = 0x0000_ffff_ffff_8000L;
    private static final long PAGE = 0x0000_ffff_ffff_f000L;

    private final Map<Long, Long> registers = new TreeMap<>();
    private final List<String> accesses = new ArrayList<>();
    private final Map<Integer, Long> cacheEmptied = new TreeMap<>();
    private final SlowCalgaryMemory memory;
    private int busy;
    private int faults;

    SlowCalgaryChip(SlowCalgaryMemory memory) {
        this.memory = memory;
    }

    /** Offset of a register in the window of a PHB. */
    static long inWindow(int phb, long offset) {
        return 0x8000 + 0x1000L * phb + offset;
    }

    /** Offset of a PHB's TAR. */
    static long tar(int phb) {
        return 0x580 + 8L * phb;
    }

    /** Offset of a PHB's split queue. */
    static long splitQueue(int phb) {
        return 0x4870 + 0x1000L * phb;
    }

    /** What a register holds, without an access. */
    long peek(long offset) {
        return registers.getOrDefault(offset, 0L);
    }

    /** Sets a register, without an access. */
    void preset(long offset, long value) {
        registers.put(offset, value);
    }

    /** The next reads of a split queue find it busy, the next reads of PAGE_MIG_DEBUG report SoftStopFault. */
    void polls(int busyReads, int softStopFaults) {
        busy = busyReads;
        faults = softStopFaults;
    }

    /** An MMIO read of 4 or 8 bytes. */
    long read(int width, long offset) {
        long value = peek(offset);
        if (isSplitQueue(offset)) {
            value = busy > 0 ? QUEUE_BUSY : QUEUE_EMPTY;
            busy = Math.max(0, busy - 1);
        } else if (isPageMigrationDebug(offset)) {
            value = faults > 0 ? SOFT_STOP_FAULT : 0;
            faults = Math.max(0, faults - 1);
        }
        accesses.add(String.format("r%d.%x=%x", width, offset, value));
        return value;
    }

    /** An MMIO write of 4 or 8 bytes. A write of a TAR empties the PHB's TCE cache (section 4). */
    void write(int width, long offset, long value) {
        preset(offset, value);
        accesses.add(String.format("w%d.%x=%x", width, offset, value));
        for (int phb = 0; phb < 4; phb++) {
            if (offset == tar(phb)) {
                emptyCache(phb);
            }
        }
    }

    void emptyCache(int phb) {
        cacheEmptied.put(phb, memory.tick());
    }

    private static boolean isSplitQueue(long offset) {
        return offset >= splitQueue(0) && offset <= splitQueue(3) && (offset - splitQueue(0)) % 0x1000 == 0;
    }

    private static boolean isPageMigrationDebug(long offset) {
        return offset >= inWindow(0, 0) && (offset & 0xfff) == 0xda0;
    }

    /** The accesses since the last call, as the recorded rows name them. */
    List<String> takeAccesses() {
        List<String> taken = List.copyOf(accesses);
        accesses.clear();
        return taken;
    }

    /**
     * What an access of a device may lead to (sections 6 and 11). With AER 0 no device is let on the bus (section 8).
     *
     * @param ioAddress the address on the bus
     */
    Set<CalgaryAnswer> answers(int phb, long ioAddress, boolean write) {
        long config = peek(inWindow(phb, 0x160));
        if ((config & SLOT_DISABLE) != 0 || isStopped(phb)) {
            return Set.of(CalgaryAnswer.blocked(CalgaryAnswer.Error.NO));
        }
        Set<CalgaryAnswer> answers = new LinkedHashSet<>();
        if ((peek(inWindow(phb, 0xda8)) & SOFT_STOP) != 0) {
            // No source says what becomes of requests while a soft stop stands.
            answers.add(CalgaryAnswer.blocked(CalgaryAnswer.Error.OPEN));
        }
        if ((config & TCE_ENABLE) == 0) {
            answers.add(CalgaryAnswer.at(ioAddress));
        } else if (beyondFourGigabytes(ioAddress)) {
            answers.add(
                    (config & DAC_DISABLE) != 0
                            ? CalgaryAnswer.blocked(CalgaryAnswer.Error.OPEN)
                            : CalgaryAnswer.at(ioAddress));
        } else if (isPeer(phb, ioAddress, config)) {
            answers.add(CalgaryAnswer.blocked(CalgaryAnswer.Error.NO));
        } else {
            if (ioAddress >= HOLE && ioAddress < HOLE_END) {
                // Drivers keep out of it; whether other devices answer there, or the table counts, no source says.
                answers.add(CalgaryAnswer.blocked(CalgaryAnswer.Error.NO));
            }
            translate(phb, ioAddress, write, answers);
        }
        return answers;
    }

    /** Section 8. */
    boolean isStopped(int phb) {
        return peek(inWindow(phb, 0x200)) == 0;
    }

    /** Section 6: the windows of the bus's own devices, up to the MiB that their last address is in. */
    boolean isPeer(int phb, long ioAddress, long config) {
        return isWithin(ioAddress, wide(phb, 0x190, 0x1a0), peek(inWindow(phb, 0x1c0)))
                || (config & MEM2_ENABLE) != 0 && isWithin(ioAddress, wide(phb, 0x2b0, 0x2c0), wide(phb, 0x2e0, 0x2d0));
    }

    private long wide(int phb, long low, long high) {
        return peek(inWindow(phb, low)) | peek(inWindow(phb, high)) << 32;
    }

    private static boolean isWithin(long ioAddress, long start, long end) {
        return ioAddress >= start && ioAddress <= (end | 0xf_ffff);
    }

    boolean beyondFourGigabytes(long ioAddress) {
        return ioAddress >>> 32 != 0;
    }

    private void translate(int phb, long ioAddress, boolean write, Set<CalgaryAnswer> answers) {
        long tar = peek(tar(phb));
        long index = ioAddress >>> 12;
        if (index >= entries(tar)) {
            answers.add(CalgaryAnswer.blocked(CalgaryAnswer.Error.YES));
            return;
        }
        long address = tableOf(tar) + 8 * index;
        Set<Long> inMemory = memory.readableSince(address, memory.now() + 1);
        inMemory.forEach(tce -> answers.add(byEntry(tce, ioAddress, write)));
        for (long tce : memory.readableSince(address, cacheEmptied.getOrDefault(phb, 0L))) {
            if (valid(tce)) {
                answers.add(byEntry(tce, ioAddress, write));
            }
        }
    }

    /** Section 3: 8192 entries, doubled by each step of the size specification (TAR 2:0). */
    long entries(long tar) {
        return 8192L << (tar & 7);
    }

    /** Section 4: TAR 47:15. */
    long tableOf(long tar) {
        return tar & TABLE;
    }

    /** Section 2: a TCE with neither bit is not cached (section 6, cacheInvalid off). */
    boolean valid(long tce) {
        return (tce & 3) != 0;
    }

    /** Section 2: bit 0 READ, bit 1 WRITE. */
    boolean permits(long tce, boolean write) {
        return (tce & (write ? 2 : 1)) != 0;
    }

    private CalgaryAnswer byEntry(long tce, long ioAddress, boolean write) {
        return permits(tce, write)
                ? CalgaryAnswer.at(tce & PAGE | ioAddress & 0xfff)
                : CalgaryAnswer.blocked(CalgaryAnswer.Error.YES);
    }
}
