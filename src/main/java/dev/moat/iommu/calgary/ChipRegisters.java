package dev.moat.iommu.calgary;

/**
 * The registers of a chip as software reaches them. {@code @shape} values are numbers, as the chip sees them; software on a
 * little-endian CPU swaps the bytes. {@code @unit} offsets in bytes, a multiple of the width; widths 4 and 8.
 */
public interface ChipRegisters {
    /** Reads a register; what is none reads as 0. */
    long read(long[] s, int offset, int width);

    /** Writes the low bytes of a value; what is no register keeps nothing. */
    void write(long[] s, int offset, int width, long value);
}
