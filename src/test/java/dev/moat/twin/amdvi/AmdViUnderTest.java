package dev.moat.twin.amdvi;

import java.util.List;
import java.util.OptionalLong;

/**
 * An AMD-Vi unit and the memory it works on, from power-on: registers 0, memory 0, caches empty. An adapter implements this
 * for a unit that is to be compared with the twin; each script gets a new one.
 *
 * <p>What a unit caches and when is its own affair, as long as each answer is one that some cache could give.
 */
public interface AmdViUnderTest {
    /**
     * A 64-bit register write. Commands are done when it returns: those that a write of 2008 announces, and those that wait
     * when a write of 18 enables the command buffer.
     *
     * @param offset MMIO offset: 0, 8, 10, 18, 20, 28, 2000, 2008, 2010, 2018 or 2020
     */
    void write(int offset, long value);

    /** Whether the unit caches anything; if not, its answers are compared with those of the present tables alone. */
    default boolean caches() {
        return true;
    }

    /** A 64-bit register read; 2000, 2008, 2018, 2020 and 30 are compared or used. */
    long read(int offset);

    /**
     * Software stores 64-bit words at multiples of 8, in this order; nothing comes between and nobody sees a part of it. The
     * layout that all scripts keep to: {@link AmdViScripts}.
     */
    void store(List<AmdViOperation.Word> words);

    /** Software reads a 64-bit word at a multiple of 8. */
    long load(long address);

    /**
     * A request of a device, untranslated, of at most 8 bytes within a page.
     *
     * @param deviceId bus, device and function, 16 bits
     * @return the physical address reached; empty: the request was aborted
     */
    OptionalLong request(int deviceId, long iova, boolean write);
}
