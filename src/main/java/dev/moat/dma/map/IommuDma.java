package dev.moat.dma.map;

import dev.moat.dma.backend.StreamingDma;
import dev.moat.dma.swiotlb.Transfer;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaDirection;

/** An address of the device's domain, whose entries lead to the buffer itself: the backend of a kernel that has an IOMMU. */
public final class IommuDma implements StreamingDma {
    private final DmaMapper mapper;
    private final DmaDevice device;

    public IommuDma(DmaMapper mapper, DmaDevice device) {
        this.mapper = mapper;
        this.device = device;
    }

    @Override
    public long map(long[] s, int cpu, long address, long size, Transfer transfer) {
        return mapper.map(s, cpu, device, address, size, transfer.direction());
    }

    @Override
    public void unmap(long[] s, int cpu, long bus, long size, Transfer transfer) {
        mapper.unmap(s, cpu, bus, size);
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
