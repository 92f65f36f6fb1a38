package dev.moat.iommu.vtd.register;

/** Where the unit's own interrupts go: fault events, completion events, notifications of posted interrupts. */
@FunctionalInterface
public interface Messages {
    /** Nobody listens. */
    Messages NONE = (s, address, data) -> {};

    /**
     * The unit sends a message.
     *
     * @param address as software put it into the registers, 64 bits; not remapped
     * @param data 32 bits
     */
    void send(long[] s, long address, long data);
}
