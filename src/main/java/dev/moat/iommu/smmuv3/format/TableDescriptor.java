package dev.moat.iommu.smmuv3.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Descriptor of a translation table of either stage, for granules of 4, 16 and 64 KiB.
 *
 * <p>{@code @unit} addresses in units of 4 KiB. {@code @writer} HYPERVISOR, of stage 1 behind stage 2 a guest. {@code @source} Arm ARM,
 * VMSAv8-64.
 */
public final class TableDescriptor {
    private TableDescriptor() {}

    public static final BitField VALID = BitField.bit("VALID", 0);
    /** A table at levels 0 to 2, a page at level 3; a block otherwise. */
    public static final BitField TABLE = BitField.bit("TABLE", 1);

    /** Stage 1: unprivileged accesses are allowed. */
    public static final BitField AP_USER = BitField.bit("AP1", 6);
    /** Stage 1: writes are not allowed. */
    public static final BitField AP_READ_ONLY = BitField.bit("AP2", 7);
    /** Stage 2: reads are allowed. */
    public static final BitField S2AP_READ = BitField.bit("S2AP0", 6);
    /** Stage 2: writes are allowed. */
    public static final BitField S2AP_WRITE = BitField.bit("S2AP1", 7);

    public static final BitField AF = BitField.bit("AF", 10);
    public static final BitField NG = BitField.bit("nG", 11);
    public static final BitField ADDRESS = new BitField("ADDRESS", 47, 12);
    /** Bits 51:48 of the address, with 64 KiB granules and 52-bit addresses. */
    public static final BitField ADDRESS_HIGH = new BitField("ADDRESS_HIGH", 15, 12);
    /** Stage 1 tables: no unprivileged access below. */
    public static final BitField AP_TABLE_NO_USER = BitField.bit("APTable0", 61);
    /** Stage 1 tables: no writes below. */
    public static final BitField AP_TABLE_NO_WRITE = BitField.bit("APTable1", 62);

    /** The fields of a leaf of either stage, and of a table. */
    public static final List<BitField> FIELDS =
            List.of(VALID, TABLE, AP_USER, AP_READ_ONLY, AF, NG, ADDRESS, AP_TABLE_NO_USER, AP_TABLE_NO_WRITE);

    /** The level of pages. */
    public static final int LAST_LEVEL = 3;

    public static final int BYTES = 8;

    private static final long USED = VALID.mask() | TABLE.mask() | AF.mask();

    /** Whether a descriptor above the last level leads to a table. */
    public static boolean leadsToTable(long descriptor) {
        return VALID.isSet(descriptor) && TABLE.isSet(descriptor);
    }

    /** Whether it is a block. */
    public static boolean isBlock(long descriptor) {
        return VALID.isSet(descriptor) && !TABLE.isSet(descriptor);
    }

    /** A table at a 4 KiB frame number. */
    public static long table(long frame) {
        return ADDRESS.set(VALID.mask() | TABLE.mask(), frame);
    }

    /** A page of stage 1, non-global and for unprivileged accesses. */
    public static long page(long frame, boolean write) {
        return ADDRESS.set(USED | AP_USER.mask() | NG.mask() | (write ? 0 : AP_READ_ONLY.mask()), frame);
    }

    /** A page of stage 2. */
    public static long stage2Page(long frame, boolean read, boolean write) {
        return ADDRESS.set(USED | (read ? S2AP_READ.mask() : 0) | (write ? S2AP_WRITE.mask() : 0), frame);
    }
}
