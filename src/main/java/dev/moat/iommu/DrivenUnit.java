package dev.moat.iommu;

import dev.moat.iommu.memory.Memory;

/**
 * One unit driven as hardware is: by accesses to its registers and by requests of devices. Its tables, queues, logs and status
 * words lie in a {@link Memory} that it was given, in their real formats, and in nothing else; registers and caches are slots of
 * the state. So the same unit is a machine's, a recorded case's, and a guest's virtual one.
 *
 * <p>{@code @unit} offsets are bytes from the unit's register base; addresses are bytes.
 */
public interface DrivenUnit {
    /** Reads a register, or part of one. {@code bytes} is 4 or 8; what is not a register reads as 0. */
    long readRegister(long[] s, long offset, int bytes);

    /** Writes a register, or part of one: what the write starts at once is done, what takes time is left to {@link #act}. */
    void writeRegister(long[] s, long offset, int bytes, long value);

    /** The unit does the next thing that it has been asked for: a command, a flush. False when there is none. */
    boolean act(long[] s);

    /**
     * Answers a request of a device, and fills caches and logs as hardware may.
     *
     * @param sourceId as the request carries it, 16 bits
     * @return the byte address that is reached, or -1 when the request is blocked
     */
    long request(long[] s, int sourceId, long address, boolean write);
}
