package dev.moat.dma.swiotlb;

import dev.moat.iommu.linux.DmaDirection;

/**
 * One device's mappings without an IOMMU on bare metal, where a bus address is the physical one: the buffer itself if the device
 * reaches all of it, and slots otherwise (Linux's kernel/dma/direct.h and {@code swiotlb_map}). {@code @source} LINUX-SWIOTLB.
 */
public final class DirectDma {
    private final Swiotlb swiotlb;
    private final boolean force;

    /** @param force whether everything bounces */
    public DirectDma(Swiotlb swiotlb, boolean force) {
        this.swiotlb = swiotlb;
        this.force = force;
    }

    /**
     * Maps a buffer.
     *
     * @return its bus address, or {@link Swiotlb#ERROR}
     */
    public long map(long[] s, int cpu, long address, long size, Transfer transfer) {
        boolean stays = stays(transfer);
        if (!force && swiotlb.device().reaches(address, size)) {
            return address;
        }
        if (!stays) {
            return bounce(s, cpu, address, size, transfer);
        }
        if (!force) {
            swiotlb.warn(SwiotlbWarning.BUFFER_IS_OUT_OF_REACH);
        }
        return Swiotlb.ERROR;
    }

    /** Whether it is mapped itself or not at all. */
    private boolean stays(Transfer transfer) {
        return swiotlb.slots().release().knowsMappingsThatStay()
                && transfer.has(Transfer.MMIO | Transfer.REQUIRE_COHERENT);
    }

    /**
     * Maps a buffer through slots.
     *
     * @return their bus address, or {@link Swiotlb#ERROR}, also when the device does not reach the slots: then they have been
     *     written, and are given back
     */
    public long bounce(long[] s, int cpu, long address, long size, Transfer transfer) {
        long slots = swiotlb.map(s, cpu, address, size, transfer);
        if (slots == Swiotlb.ERROR || swiotlb.device().reaches(slots, size)) {
            return slots;
        }
        swiotlb.unmap(s, slots, size, transfer.withoutSync());
        swiotlb.warn(SwiotlbWarning.SLOT_IS_OUT_OF_REACH);
        return Swiotlb.ERROR;
    }

    /**
     * Ends a mapping; what the device wrote to slots is copied back unless that is to be skipped.
     *
     * @throws BugException for slots without a direction
     */
    public void unmap(long[] s, long bus, long size, Transfer transfer) {
        if (!swiotlb.slots().contains(bus) || stays(transfer)) {
            return;
        }
        if (!transfer.has(Transfer.SKIP_CPU_SYNC)) {
            swiotlb.syncForCpu(s, bus, size, transfer.direction());
        }
        swiotlb.unmap(s, bus, size, transfer.withoutSync());
    }

    /** As {@link Swiotlb#syncForCpu}, of a mapping that may have no slots. */
    public void syncForCpu(long[] s, long bus, long size, DmaDirection direction) {
        if (swiotlb.slots().contains(bus)) {
            swiotlb.syncForCpu(s, bus, size, direction);
        }
    }

    /** As {@link Swiotlb#syncForDevice}, of a mapping that may have no slots. */
    public void syncForDevice(long[] s, long bus, long size, DmaDirection direction) {
        if (swiotlb.slots().contains(bus)) {
            swiotlb.syncForDevice(s, bus, size, direction);
        }
    }
}
