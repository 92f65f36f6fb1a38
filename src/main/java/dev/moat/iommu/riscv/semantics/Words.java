package dev.moat.iommu.riscv.semantics;

/** Byte orders of a unit's reads and writes. */
public final class Words {
    private Words() {}

    /** A word of 8 bytes as it means something, or as it is to be stored. */
    public static long ordered(long word, boolean bigEndian) {
        return bigEndian ? Long.reverseBytes(word) : word;
    }

    /** The same of 4 bytes, without sign. */
    public static long ordered32(long word, boolean bigEndian) {
        return bigEndian ? Integer.toUnsignedLong(Integer.reverseBytes((int) word)) : word & 0xffffffffL;
    }
}
