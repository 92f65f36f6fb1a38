package dev.moat.iommu.gart;

/** The registers of northbridges as software reaches them. {@code @unit} offsets of {@link NodeRegisters}; 32 bits. */
public interface NodeAccess {
    /** Reads a register of a northbridge; what is none reads as 0. */
    long read(long[] s, int node, int offset);

    /** Writes a register of a northbridge; what is none keeps nothing. */
    void write(long[] s, int node, int offset, long value);
}
