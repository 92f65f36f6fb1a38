package dev.moat.pv;

import dev.moat.dma.swiotlb.DmaDevice;

/**
 * Coherent memory of a paravirtual guest: pages whose machine frames are contiguous and within the device's reach, if need be
 * after an exchange of the frames. {@code @source} LINUX-XEN-SWIOTLB.
 */
public final class XenCoherent {
    /** No memory. */
    public static final long NONE = PvMemory.NONE;

    private final PvFrames frames;
    private final PvMemory memory;

    /** @param memory that pages come from and frames are exchanged in */
    public XenCoherent(PvFrames frames, PvMemory memory) {
        this.frames = frames;
        this.memory = memory;
    }

    /**
     * Allocates memory, filled with zeros; its bus address is the machine address of its first page. Frames are
     * exchanged if the device does not reach the end, if they do not follow one another, or if the pages are aligned to their
     * order and the frames are not. Pages are taken and exchanged by a power of two, but only those of the size are looked at and filled.
     *
     * @param size bytes, at least 1
     * @return guest-physical address, or {@link #NONE} when there are no pages or no frames; nothing is kept then
     */
    public long allocate(long[] s, DmaDevice device, long size) {
        int order = PvFrames.order(size);
        long bytes = wholePages(size);
        long address = memory.allocatePages(s, order);
        if (address == PvMemory.NONE) {
            return NONE;
        }
        if (!isFit(s, device, frames.toBus(s, address), address, bytes)) {
            int bits = Long.SIZE - Long.numberOfLeadingZeros(device.coherentMask());
            if (memory.makeContiguous(s, address, order, bits) == PvMemory.NONE) {
                memory.freePages(s, address, order);
                return NONE;
            }
            memory.setRemapped(s, address, true);
        }
        memory.clear(s, address, bytes);
        return address;
    }

    /**
     * Frees memory; frames that were exchanged for it go back to Xen for single ones.
     *
     * @param size as it was asked for
     * @param bus its bus address
     * @return false, with nothing freed, when the bus address is beyond the device's reach or the frames are not as they were
     *     allocated: Linux warns
     */
    public boolean free(long[] s, DmaDevice device, long address, long size, long bus) {
        int order = PvFrames.order(size);
        if (!isFit(s, device, bus, address, wholePages(size))) {
            return false;
        }
        if (memory.isRemapped(s, address)) {
            memory.setRemapped(s, address, false);
            memory.makeScattered(s, address, order);
        }
        memory.freePages(s, address, order);
        return true;
    }

    private static long wholePages(long size) {
        return (size + PvFrames.PAGE_BYTES - 1) & -PvFrames.PAGE_BYTES;
    }

    private boolean isFit(long[] s, DmaDevice device, long bus, long address, long bytes) {
        return Long.compareUnsigned(bus + bytes - 1, device.coherentMask()) <= 0
                && !frames.straddles(s, address, bytes)
                && !frames.requiresAlignment(s, address, bytes);
    }
}
