package dev.moat.pv;

import dev.moat.dma.swiotlb.BugException;
import dev.moat.dma.swiotlb.Swiotlb;
import dev.moat.dma.swiotlb.SwiotlbSlots;
import dev.moat.dma.swiotlb.SwiotlbWarning;
import dev.moat.dma.swiotlb.Transfer;
import dev.moat.iommu.linux.DmaDirection;

/**
 * Streaming mappings of a device of a paravirtual guest. A buffer is mapped directly if the device reaches its machine address and its
 * pages follow one another in the machine as they do in the guest; otherwise it bounces, in the guest's own addresses, and the device
 * gets the slots' machine address. A bus address is the pool's if the machine frame is the guest's own and in the pool.
 *
 * <p>{@code @unit} guest-physical and bus addresses, bytes. {@code @source} LINUX-XEN-SWIOTLB.
 */
public final class XenSwiotlb {
    /** What a failed list answers: Linux's {@code -EIO}. */
    public static final int FAILED = -5;

    private final PvFrames frames;
    private final Swiotlb swiotlb;
    private final boolean force;

    /** @param force whether everything bounces */
    public XenSwiotlb(PvFrames frames, Swiotlb swiotlb, boolean force) {
        this.frames = frames;
        this.swiotlb = swiotlb;
        this.force = force;
    }

    /**
     * Maps a buffer.
     *
     * @param cpu that asks
     * @return its bus address, or {@link Swiotlb#ERROR}, also when the device does not reach the slots: then they have been
     *     written, and are given back
     * @throws BugException for no direction
     */
    public long map(long[] s, int cpu, long address, long size, Transfer transfer) {
        checkDirection(transfer);
        if (swiotlb.slots().release().knowsMappingsThatStay() && transfer.has(Transfer.MMIO)) {
            return mapDevice(address, size);
        }
        long bus = frames.toBus(s, address);
        if (swiotlb.device().reaches(bus, size) && !frames.straddles(s, address, size) && !force) {
            return bus;
        }
        long slots = swiotlb.map(s, cpu, address, size, transfer);
        if (slots == Swiotlb.ERROR) {
            return Swiotlb.ERROR;
        }
        long bounced = frames.toBus(s, slots);
        if (swiotlb.device().reaches(bounced, size)) {
            return bounced;
        }
        swiotlb.unmap(s, slots, size, transfer.withoutSync());
        return Swiotlb.ERROR;
    }

    /** Memory of a device, whose address is the machine's already: never bounced, even where everything is. */
    private long mapDevice(long address, long size) {
        if (swiotlb.device().reaches(address, size)) {
            return address;
        }
        // Linux says it, and warns.
        swiotlb.warn(SwiotlbWarning.BUFFER_IS_OUT_OF_REACH);
        swiotlb.warn(SwiotlbWarning.BUFFER_IS_OUT_OF_REACH);
        return Swiotlb.ERROR;
    }

    /**
     * Ends a mapping.
     *
     * @throws BugException for no direction
     */
    public void unmap(long[] s, int cpu, long bus, long size, Transfer transfer) {
        checkDirection(transfer);
        if (isBuffer(s, bus)) {
            swiotlb.unmap(s, frames.toPhysical(s, bus), size, transfer);
        }
    }

    /** As {@link Swiotlb#syncForCpu}, of a mapping that may have no slots. */
    public void syncForCpu(long[] s, long bus, long size, DmaDirection direction) {
        if (isBuffer(s, bus)) {
            swiotlb.syncForCpu(s, frames.toPhysical(s, bus), size, direction);
        }
    }

    /** As {@link Swiotlb#syncForDevice}, of a mapping that may have no slots. */
    public void syncForDevice(long[] s, long bus, long size, DmaDirection direction) {
        if (isBuffer(s, bus)) {
            swiotlb.syncForDevice(s, frames.toPhysical(s, bus), size, direction);
        }
    }

    /**
     * Maps each buffer of a list, or none.
     *
     * @param list its bus addresses are set
     * @return the number of buffers; {@link #FAILED} when one could not be mapped: those before it are unmapped again, without
     *     copying out, and their bus addresses stay
     * @throws BugException for no direction
     */
    public int mapList(long[] s, int cpu, BufferList list, Transfer transfer) {
        checkDirection(transfer);
        for (int i = 0; i < list.size(); i++) {
            list.setBus(i, map(s, cpu, list.address(i), list.bytes(i), transfer));
            if (list.bus(i) == Swiotlb.ERROR) {
                unmapList(s, list, i, transfer.withoutSync());
                return FAILED;
            }
        }
        return list.size();
    }

    /**
     * Ends the mappings of a list's first members.
     *
     * @throws BugException for no direction
     */
    public void unmapList(long[] s, BufferList list, int count, Transfer transfer) {
        checkDirection(transfer);
        for (int i = 0; i < count; i++) {
            unmap(s, 0, list.bus(i), list.bytes(i), transfer);
        }
    }

    /**
     * Whether a bus address is the pool's. A foreign frame is not, even if Xen's table gives it, as its owner's number, one that
     * here is the pool's.
     */
    public boolean isBuffer(long[] s, long bus) {
        long pfn = frames.localPfn(s, bus >>> PvFrames.PAGE_SHIFT);
        // Whole pages are compared: the offset is not added.
        return frames.isValid(pfn) && swiotlb.slots().contains(pfn << PvFrames.PAGE_SHIFT);
    }

    /** Whether a mask will do: only the pool's last byte is looked at. */
    public boolean isSupported(long[] s, long mask) {
        SwiotlbSlots slots = swiotlb.slots();
        long bytes = (long) slots.slots() << slots.geometry().slotShift();
        return Long.compareUnsigned(frames.toBus(s, slots.start() + bytes - 1), mask) <= 0;
    }

    private static void checkDirection(Transfer transfer) {
        if (transfer.direction() == DmaDirection.NONE) {
            throw new BugException("a mapping without a direction");
        }
    }
}
