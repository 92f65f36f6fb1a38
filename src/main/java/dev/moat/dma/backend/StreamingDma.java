package dev.moat.dma.backend;

import dev.moat.dma.swiotlb.Swiotlb;
import dev.moat.dma.swiotlb.Transfer;
import dev.moat.iommu.linux.DmaDirection;

/**
 * Streaming mappings of one device as its driver asks for them: native, native swiotlb, an IOMMU of the kernel's, Xen-SWIOTLB. A driver holds
 * nothing but the bus address. {@code @unit} bytes; addresses of buffers are the kernel's own.
 */
public interface StreamingDma {
    /** In place of an address: the buffer is not mapped, and nothing is kept. */
    long ERROR = Swiotlb.ERROR;

    /**
     * Maps a buffer; from now on it is the device's.
     *
     * @param cpu that asks
     * @return the address for the device, or {@link #ERROR}
     */
    long map(long[] s, int cpu, long address, long size, Transfer transfer);

    /** Ends a mapping; the buffer is the CPU's, with what the device wrote. */
    void unmap(long[] s, int cpu, long bus, long size, Transfer transfer);

    /** Lets the CPU see what the device wrote to a part of a mapping. */
    void syncForCpu(long[] s, long bus, long size, DmaDirection direction);

    /** Lets the device see what the CPU wrote to a part of a mapping. */
    void syncForDevice(long[] s, long bus, long size, DmaDirection direction);
}
