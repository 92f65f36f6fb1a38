package dev.moat.dma.backend;

import dev.moat.dma.swiotlb.DirectDma;
import dev.moat.dma.swiotlb.Transfer;
import dev.moat.iommu.linux.DmaDirection;

/** The buffer itself where the device reaches it, else slots of the pool (Linux's kernel/dma/direct.h with swiotlb). */
public final class NativeSwiotlb implements StreamingDma {
    private final DirectDma dma;

    public NativeSwiotlb(DirectDma dma) {
        this.dma = dma;
    }

    @Override
    public long map(long[] s, int cpu, long address, long size, Transfer transfer) {
        return dma.map(s, cpu, address, size, transfer);
    }

    @Override
    public void unmap(long[] s, int cpu, long bus, long size, Transfer transfer) {
        dma.unmap(s, bus, size, transfer);
    }

    @Override
    public void syncForCpu(long[] s, long bus, long size, DmaDirection direction) {
        dma.syncForCpu(s, bus, size, direction);
    }

    @Override
    public void syncForDevice(long[] s, long bus, long size, DmaDirection direction) {
        dma.syncForDevice(s, bus, size, direction);
    }
}
