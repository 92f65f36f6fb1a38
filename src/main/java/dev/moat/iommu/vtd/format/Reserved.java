package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import java.util.List;

/** Masks derived from a format's own field list, so that no position is written twice. */
public final class Reserved {
    /** How the name of every reserved range of a format starts. */
    static final String PREFIX = "RSVD";

    private Reserved() {}

    /** The bits of all reserved fields. */
    public static long mask(List<BitField> fields) {
        long mask = 0;
        for (BitField field : fields) {
            if (field.name().startsWith(PREFIX)) {
                mask |= field.mask();
            }
        }
        return mask;
    }

    /** The bits of an address field that lie at or above the host address width. */
    public static long beyond(BitField address, int hostAddressBits) {
        return hostAddressBits >= Long.SIZE ? 0 : address.mask() & (-1L << hostAddressBits);
    }
}
