package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import java.util.List;

/** The name of a requester on PCI. {@code @shape} 16 bits; the rest of the word is 0. {@code @source} VTD-SOURCE-ID. */
public final class SourceId {
    private SourceId() {}

    /** Function within the device. */
    public static final BitField FUNCTION = new BitField("FUNCTION", 2, 0);

    public static final BitField DEVICE = new BitField("DEVICE", 7, 3);
    /** Index into the root table. */
    public static final BitField BUS = new BitField("BUS", 15, 8);

    public static final BitField NONE_63 = new BitField("NONE_63", 63, 16);

    /** Device and function together: index into a context table. */
    public static final BitField DEVFN = new BitField("DEVFN", DEVICE.hi(), FUNCTION.lo());

    /** All 64 bits of a source-id as a number. */
    public static final List<BitField> FIELDS = List.of(FUNCTION, DEVICE, BUS, NONE_63);

    public static int of(int bus, int devfn) {
        return (int) BUS.set(devfn, bus);
    }

    /** The source-id bits that a function mask FM leaves to be compared. */
    public static int compared(int functionMask) {
        long ignored = (FUNCTION.mask() << (FUNCTION.width() - functionMask)) & FUNCTION.mask();
        return (int) ((BUS.mask() | DEVICE.mask() | FUNCTION.mask()) & ~ignored);
    }
}
