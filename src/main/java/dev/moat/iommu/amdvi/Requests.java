package dev.moat.iommu.amdvi;

/** Answers the DMA requests of devices behind one unit, and logs those that it blocks. */
public interface Requests {
    /** The 1 MiB of addresses that stand for interrupts, as a number of MiB. */
    long INTERRUPTS = 0xfee;

    /**
     * A device reads or writes.
     *
     * @param iova byte address
     * @param bytes from there on, within one 4 KiB page, at least 1
     * @return a {@link Translation}
     */
    long request(long[] s, int deviceId, long iova, int bytes, boolean write);

    /** Whether an address stands for interrupts. */
    static boolean isInterrupt(long iova) {
        return iova >>> 20 == INTERRUPTS;
    }
}
