package dev.moat.iommu.amdvi.request;

import dev.moat.iommu.amdvi.format.Translation;

/** Answers the DMA requests of devices behind one unit, and logs those that it blocks. */
public interface Requests {
    /**
     * A device reads or writes.
     *
     * @param iova byte address
     * @param bytes from there on, within one 4 KiB page, at least 1
     * @return a {@link Translation}
     */
    long request(long[] s, int deviceId, long iova, int bytes, boolean write);
}
