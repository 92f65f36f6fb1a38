package dev.moat.iommu.smmuv3.format;

import dev.moat.bits.BitField;

/** Entry of the first level of a two-level stream table. {@code @writer} HYPERVISOR. {@code @source} IHI 0070, level 1 stream table descriptor. */
public final class StreamTableDescriptor {
    private StreamTableDescriptor() {}

    public static final int BYTES = 8;

    /** 0: no entries; n: 2^(n-1) entries. */
    public static final BitField SPAN = new BitField("Span", 4, 0);
    /** In units of 64 bytes. */
    public static final BitField L2_PTR = new BitField("L2Ptr", 51, 6);

    /** A descriptor of 2^bits entries at an address. */
    public static long of(int bits, long address) {
        return SPAN.set(address & L2_PTR.mask(), bits + 1);
    }

    /** The largest Span that has a meaning. */
    public static final int LAST_SPAN = 11;
}
