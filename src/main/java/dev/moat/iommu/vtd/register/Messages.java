package dev.moat.iommu.vtd.register;

/**
 * Where the unit's own messages go: its interrupts (fault events, completion events, page-request events, notifications of posted
 * interrupts), and the answers to devices that asked for pages.
 */
@FunctionalInterface
public interface Messages {
    /** Nobody listens. */
    Messages NONE = (s, address, data) -> {};

    /**
     * The unit sends an interrupt message.
     *
     * @param address as software put it into the registers, 64 bits; not remapped
     * @param data 32 bits
     */
    void send(long[] s, long address, long data);

    /**
     * Software answers a group of page requests; the unit passes on whatever it says, also to a device that has asked for nothing.
     *
     * @param first the descriptor's first word, a {@link dev.moat.iommu.vtd.format.PageResponse}
     * @param second the second one
     */
    default void answer(long[] s, long first, long second) {}
}
