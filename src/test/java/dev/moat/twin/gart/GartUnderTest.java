package dev.moat.twin.gart;

import dev.moat.twin.Segment;
import java.util.BitSet;
import java.util.List;

/**
 * The northbridges of a machine with Linux's driver on them. An adapter implements this for what is to be compared with the
 * twin; each script gets a new one.
 *
 * <p>Calls of the driver answer what the {@code ret} column of the recorded rows says, or {@code BUG}, {@code PANIC},
 * {@code HANG}; nothing is asked after one of those.
 */
public interface GartUnderTest {
    /** Among the options, although no command line says it: AGP shares the aperture. */
    String AGP = "agp";

    /**
     * What a machine is made of.
     *
     * @param nodes northbridges
     * @param apertureBase as firmware left it in every node
     * @param order the aperture has 32 MiB doubled that often
     * @param table physical address of the GART table
     * @param scratch physical address of the scratch page
     * @param options of the command line: {@code fullflush}, {@code nofullflush}, a size in bytes; {@link #AGP}
     * @param force the device's buffers all go through the GART
     * @param merge elements of lists may become one
     */
    record Machine(
            int nodes,
            long apertureBase,
            int order,
            long table,
            long scratch,
            List<String> options,
            boolean force,
            boolean merge) {}

    /** Whether operations of this class are to be done; all by default. */
    default boolean has(Class<? extends GartOperation> operation) {
        return true;
    }

    /** Whether a TLB may hold an entry that is not valid; the sources do not settle it. */
    default boolean cachesInvalidEntries() {
        return false;
    }

    /** Sets the GART up. */
    String init();

    /** The device that maps: DMA mask, bus limit (0: none), boundary mask (0: none), largest segment (0: 64 KiB). */
    void device(long mask, long busLimit, long boundaryMask, long maxSegment);

    /** What a full GART leads to. */
    void panicOnOverflow(boolean panic);

    /** The DMA address in hex, or {@code error}. */
    String map(long physical, long size);

    /** Empty; all ones is the address of {@code error}. */
    String unmap(long dma, long size);

    /** The number of pieces and each, {@code n;dma+len...}, or {@code -12}, {@code -22}. */
    String mapSegments(List<Segment> segments);

    /** Unmaps pieces as they were mapped. Empty. */
    String unmapSegments(List<Segment> pieces);

    /** The DMA address in hex, or {@code error}. */
    String allocateCoherent(long physical, long size);

    /** Empty. */
    String freeCoherent(long dma, long size);

    /** Writes all registers again. Empty. */
    String resume(int order, long apertureBase);

    /** Translation off. Empty. */
    String shutdown();

    /** An access through a node: the physical address in hex, or {@code pte-error}. */
    String access(int node, long address);

    /** Register writes since the last call, each as {@code n0.9c=1}. */
    List<String> takeWrites();

    /** Warnings since the last call. */
    int takeWarnings();

    /** Entries of the IOMMU part; empty before {@link #init}. */
    long[] entries();

    /** Pages of the IOMMU part in use. */
    BitSet used();

    /** Where the next search begins. */
    long nextBit();

    /** Whether the next map flushes. */
    boolean needFlush();
}
