package dev.moat.iommu.memory;

/**
 * Memory in which whatever is read first is the first of some words, whatever is read second the second, and so on: all that a walk can
 * meet, when the words are any. It keeps the addresses that were asked for.
 *
 * @param readable where it stands which words can be read, one bit each
 * @param count where it stands how many were read
 * @param asked where the addresses begin
 */
public record Met(int readable, int count, int asked) implements Memory {
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
        return s[n];
    }

    @Override
    public boolean write(long[] s, long address, long value) {
        return false;
    }
}
