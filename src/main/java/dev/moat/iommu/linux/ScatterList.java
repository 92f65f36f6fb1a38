package dev.moat.iommu.linux;

import java.util.Arrays;

/**
 * Pieces of memory of one transfer, and the addresses that the device uses for them.
 *
 * <p>{@code @shape} four arrays, one element per piece; a mapping that merges pieces uses the first elements of the
 * last two. {@code @unit} byte addresses and bytes.
 */
public final class ScatterList {
    private final long[] address;
    private final long[] length;
    private final long[] dmaAddress;
    private final long[] dmaLength;

    /**
     * Pieces that are not mapped.
     *
     * @param unmapped the DMA address that stands in an element before anybody writes it
     */
    public ScatterList(long[] address, long[] length, long unmapped) {
        this.address = address.clone();
        this.length = length.clone();
        dmaAddress = new long[address.length];
        Arrays.fill(dmaAddress, unmapped);
        dmaLength = new long[address.length];
    }

    public int size() {
        return address.length;
    }

    /** Where a piece is. */
    public long address(int i) {
        return address[i];
    }

    /** How long a piece is. */
    public long length(int i) {
        return length[i];
    }

    public long dmaAddress(int i) {
        return dmaAddress[i];
    }

    public long dmaLength(int i) {
        return dmaLength[i];
    }

    public void setDmaAddress(int i, long value) {
        dmaAddress[i] = value;
    }

    public void setDmaLength(int i, long value) {
        dmaLength[i] = value;
    }
}
