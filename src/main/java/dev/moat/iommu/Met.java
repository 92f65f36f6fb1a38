package dev.moat.iommu;

/**
 * Memory in which whatever is read first is the first of some words, whatever is read second the second, and so on: all that a walk can
 * meet, when the words are any. It keeps the addresses that were asked for, and what was read elsewhere or written.
 *
 * @param readable where it stands which words can be read, one bit each
 * @param count where it stands how many were read
 * @param other where there are ones once a word was read whose address was not the last that was asked for, or anything was written
 * @param asked where the addresses begin
 */
public record Met(int readable, int count, int other, int asked) implements Memory {
    @Override
    public boolean isReadable(long[] s, long address) {
        int n = (int) s[count];
        s[asked + n] = address;
        return (s[readable] >>> n & 1) != 0;
    }

    @Override
    public long read(long[] s, long address) {
        int n = (int) s[count];
        s[count] = n + 1L;
        s[other] |= s[asked + n] ^ address;
        return s[n];
    }

    @Override
    public boolean write(long[] s, long address, long value) {
        s[other] = -1L;
        return false;
    }
}
