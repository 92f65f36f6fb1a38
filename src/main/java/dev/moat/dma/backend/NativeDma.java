package dev.moat.dma.backend;

import dev.moat.dma.swiotlb.DmaDevice;
import dev.moat.dma.swiotlb.Transfer;
import dev.moat.iommu.linux.DmaDirection;

/** The buffer itself, at its own address, if the device reaches it; there is nothing else (Linux's kernel/dma/direct.c without swiotlb). */
public final class NativeDma implements StreamingDma {
    private final DmaDevice device;

    public NativeDma(DmaDevice device) {
        this.device = device;
    }

    @Override
    public long map(long[] s, int cpu, long address, long size, Transfer transfer) {
        return device.reaches(address, size) ? address : ERROR;
    }

    @Override
    public void unmap(long[] s, int cpu, long bus, long size, Transfer transfer) {
        // the device used the buffer itself
    }

    @Override
    public void syncForCpu(long[] s, long bus, long size, DmaDirection direction) {
        // memory is coherent
    }

    @Override
    public void syncForDevice(long[] s, long bus, long size, DmaDirection direction) {
        // memory is coherent
    }
}
