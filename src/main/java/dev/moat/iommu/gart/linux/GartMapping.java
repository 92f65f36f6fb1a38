package dev.moat.iommu.gart.linux;

import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaResult;

/**
 * Maps and unmaps. A device that reaches the memory itself gets the memory's own address, unless a kernel parameter
 * forbids it.
 *
 * <p>{@code @unit} byte addresses, sizes in bytes. Answers below 0 are a {@link DmaResult}. Not final, so that tests
 * can break a step of it. {@code @source} LINUX-GART.
 */
public class GartMapping {
    private static final long PAGE = 1L << GartAperture.PAGE_SHIFT;
    /** Entries name 40 bits of an address. */
    private static final long END_OF_MEMORY = 1L << 40;
    /** Coherent memory for devices of at most so many bits is taken from where they reach it. */
    private static final long ISA_MASK = (1L << 24) - 1;
    /** The address that stands for an error in newer kernels. */
    private static final long NO_ADDRESS = -1;

    private final GartSpace space;
    private final GartFlush flush;

    public GartMapping(GartSpace space, GartFlush flush) {
        this.space = space;
        this.flush = flush;
    }

    /** Whether a mapping goes through the table. */
    boolean needsTable(DmaDevice device, long address, long size) {
        return space.policy().force() || !device.reaches(address, size);
    }

    /**
     * Maps some bytes; before the address is used, the TLBs are emptied if they have to be.
     *
     * @return the address for the device; FAILED when there is no room, or the memory is beyond what an entry can name; PANIC when
     *     there is no room and the kernel is told to stop then; BUG for a boundary that is none
     */
    public long map(long[] s, DmaDevice device, long address, long size) {
        return needsTable(device, address, size) ? mapAndFlush(s, device, address, size, 0) : address;
    }

    private long mapAndFlush(long[] s, DmaDevice device, long address, long size, long alignMask) {
        long result = mapArea(s, device, address, size, alignMask);
        // A call that ends the kernel, or never ends, has come no further.
        if (result >= 0 || result == DmaResult.FAILED) {
            flush.runIfNeeded(s);
        }
        return result;
    }

    /** Maps through the table if there is room, without a flush; otherwise like {@link #map}. */
    long mapArea(long[] s, DmaDevice device, long address, long size, long alignMask) {
        if (Long.compareUnsigned(address + size, END_OF_MEMORY) > 0) {
            return DmaResult.FAILED;
        }
        int pages = (int) AreaAllocator.pages(address, size, PAGE);
        long first = space.allocate(s, device, pages, alignMask);
        if (first < 0) {
            return first == AreaAllocator.NONE ? full(s, device, address, size) : DmaResult.ofSearch(first);
        }
        for (int i = 0; i < pages; i++) {
            space.store(s, first + i, GartSpace.encode(address + i * PAGE));
        }
        return busAddress(first) + (address & (PAGE - 1));
    }

    long busAddress(long page) {
        return space.layout().busBase() + (page << GartAperture.PAGE_SHIFT);
    }

    private long full(long[] s, DmaDevice device, long address, long size) {
        if (device.reaches(address, size)) {
            return address;
        }
        if (space.panicOnOverflow.get(s) != 0) {
            return DmaResult.PANIC;
        }
        complain();
        return DmaResult.FAILED;
    }

    void complain() {
        space.platform().log().warn("out of IOMMU space");
    }

    /**
     * Maps coherent memory, which the kernel has found at an address that the device reaches: through the table only when forced, and
     * at a multiple of its size, rounded up to a power of two of pages.
     */
    public long mapCoherent(long[] s, DmaDevice device, long address, long size) {
        if (!space.policy().force() || Long.compareUnsigned(device.coherentMask(), ISA_MASK) <= 0) {
            return address;
        }
        // Linux's order of no bytes is 52: only the first page is a multiple of that many.
        int order = Long.SIZE - Long.numberOfLeadingZeros((size - 1) >>> GartAperture.PAGE_SHIFT);
        return mapAndFlush(s, device, address, size, (1L << order) - 1);
    }

    /**
     * Unmaps some bytes, whoever mapped them. An address outside of the driver's part was none of the table's: nothing is done. The
     * TLBs keep what they have.
     */
    public void unmap(long[] s, long dmaAddress, long size) {
        if (space.policy().emergencyPages() == 0 && dmaAddress == NO_ADDRESS) {
            space.platform().log().warn("unmap of the address of an error");
            return;
        }
        if (isManaged(dmaAddress)) {
            long offset = dmaAddress - space.layout().busBase();
            space.free(s, offset >>> GartAperture.PAGE_SHIFT, AreaAllocator.pages(dmaAddress, size, PAGE));
        }
    }

    /** Whether an address is one that mappings through the table get. */
    boolean isManaged(long dmaAddress) {
        long offset = dmaAddress - space.layout().busBase();
        return Long.compareUnsigned(offset, space.layout().size()) < 0
                && offset >= space.policy().emergencyPages() * PAGE;
    }
}
