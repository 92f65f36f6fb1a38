package dev.moat.twin.calgary;

import dev.moat.twin.Segment;
import java.util.BitSet;
import java.util.List;

/**
 * One bus of a Calgary or CalIOC2 chip with Linux's driver on it. An adapter implements this for what is to be compared with
 * the twin; each script gets a new one, with all registers and the table 0.
 *
 * <p>Calls of the driver answer what the {@code ret} column of the recorded rows says, or {@code BUG}, {@code PANIC},
 * {@code HANG}; nothing is asked after one of those. Where the driver really is of another kind, an adapter compares the calls
 * it has: {@link #has}.
 */
public interface CalgaryUnderTest {
    /**
     * What a bus is made of.
     *
     * @param deviceId PCI device of the chip: 2a1 or 308
     * @param bus bus number
     * @param phb 0 to 3
     * @param sizeSpec 0 to 7: 8192 entries doubled that often
     * @param table physical address of the table, a multiple of its size
     * @param kdump the table is the first kernel's and is taken over
     */
    record Chip(int deviceId, int bus, int phb, int sizeSpec, long table, boolean kdump) {}

    /** Whether operations of this class are to be done; all by default. */
    default boolean has(Class<? extends CalgaryOperation> operation) {
        return true;
    }

    /** A register as firmware or an error left it: no access of the driver. Offsets as in the sheet, section 4. */
    void preset(long offset, long value, int width);

    /** An entry as the first kernel left it, in memory; the number, not its bytes. */
    void presetEntry(int index, long value);

    /** The next reads of the split queue find it busy, the next reads of PAGE_MIG_DEBUG report SoftStopFault. */
    void polls(int busyReads, int softStopFaults);

    /** The device that maps: its segment boundary mask (0: 4 GiB less one), and the driver's panic on overflow. */
    void device(long boundaryMask, boolean panicOnOverflow);

    /** Sets the bus up. */
    String init();

    /** The DMA address in hex, or {@code error}. */
    String map(long physical, long size, int direction);

    /** Empty. */
    String unmap(long dma, long size);

    /** The number mapped and the address and length of each element, {@code n;dma+len...}. */
    String mapSegments(List<Segment> segments, int direction);

    /** Unmaps what the last list was mapped to. Empty. */
    String unmapSegments();

    /** Empties the TCE cache. Empty. */
    String blast();

    /** {@code timer=} and seconds, -1 if it is not set again. */
    String watchdog();

    /** Reserves windows of bridges. Empty. */
    String bridgeWindows(List<Segment> windows);

    /** Translation off. */
    String disable();

    /** Gives the table up. Empty. */
    String freeBus();

    /** An access of a device below the PHB: the physical address in hex, or {@code -} if it is blocked. */
    String access(long ioAddress, boolean write);

    /** Register accesses of the driver since the last call, each as {@code r4.8160=0}. */
    List<String> takeAccesses();

    /** Cache lines flushed since the last call, one per entry written. */
    int takeFlushes();

    /** Warnings since the last call. */
    int takeWarnings();

    /** All entries of the table, as numbers. */
    long[] entries();

    /** Entries taken or reserved; of bits behind the table nothing is asked. */
    BitSet used();

    /** What a register holds, without an access. */
    long peek(long offset);
}
