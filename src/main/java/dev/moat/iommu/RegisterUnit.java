package dev.moat.iommu;

/**
 * A unit as software sees it that has nothing but its registers and memory: what a hypervisor emulates. Every method is bounded whatever has
 * been written, and all that the unit keeps is in the state.
 */
public interface RegisterUnit {
    /** Bytes of the register page. */
    int PAGE = 0x1000;

    /** For {@link #translate}: the request is blocked. */
    long BLOCKED = -1;

    /** Gives the registers their values at reset. */
    void reset(long[] s);

    /**
     * Software writes a register; what it has queued is left for {@link #step}.
     *
     * @param offset byte offset in the register page; one without a register is ignored
     * @param bytes 4 or 8; any other number is ignored
     */
    void store(long[] s, int offset, int bytes, long value);

    /** Executes the oldest queued descriptor; false when there is none, or the queue is off or stopped. */
    boolean step(long[] s);

    /** Whether the queue stands at an error, as software can read. */
    boolean isQueueStopped(long[] s);

    /**
     * A device asks for an address.
     *
     * @param source source-id
     * @return the address that it reaches, or {@link #BLOCKED}
     */
    long translate(long[] s, int source, long address, boolean write);
}
