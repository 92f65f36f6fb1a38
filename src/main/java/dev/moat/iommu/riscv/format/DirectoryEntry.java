package dev.moat.iommu.riscv.format;

import dev.moat.bits.BitField;
import java.util.List;

/** Non-leaf entry of the device or a process directory: 8 bytes. {@code @source} RISCV-IOMMU, data structures, DDT and PDT. */
public final class DirectoryEntry {
    private DirectoryEntry() {}

    /** Bytes of one entry. */
    public static final int BYTES = 8;

    public static final BitField V = BitField.bit("V", 0);
    static final BitField RSVD_9 = new BitField("RSVD_9", 9, 1);
    /** The next table; a guest's frame number in a process directory behind a second stage. */
    public static final BitField PPN = new BitField("PPN", 53, 10);

    static final BitField RSVD_63 = new BitField("RSVD_63", 63, 54);
    public static final List<BitField> FIELDS = List.of(V, RSVD_9, PPN, RSVD_63);

    /** An entry that leads to a table. */
    public static long of(long frame) {
        return PPN.set(V.mask(), frame);
    }
}
