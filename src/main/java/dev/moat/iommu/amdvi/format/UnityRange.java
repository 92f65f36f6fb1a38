package dev.moat.iommu.amdvi.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Memory that firmware wants some devices to reach at its own address, as long as they are attached to anything: an IVMD
 * block of the ACPI table IVRS. Data for software; the unit knows nothing of it.
 *
 * @param firstDevice first DevID it is for
 * @param lastDevice last DevID it is for
 * @param start byte address
 * @param length bytes, at least 1
 * @param flags {@link #FLAGS}
 */
record UnityRange(int firstDevice, int lastDevice, long start, long length, int flags) {
    /** Types of the block: for all devices, one, or a range. */
    public static final int TYPE_ALL = 0x20;

    public static final int TYPE_ONE = 0x21;
    public static final int TYPE_RANGE = 0x22;

    /** Map it to itself. */
    public static final BitField UNITY = BitField.bit("Unity", 0);
    /** The mapping permits reads. */
    public static final BitField IR = BitField.bit("IR", 1);
    /** The mapping permits writes. */
    public static final BitField IW = BitField.bit("IW", 2);
    /** Use the exclusion range instead. */
    public static final BitField EXCLUSION = BitField.bit("ExclusionRange", 3);

    static final BitField RSVD_7 = new BitField("RSVD_7", 7, 4);
    static final BitField NONE_63 = new BitField("NONE_63", 63, 8);
    /** The byte of flags, as a word. */
    public static final List<BitField> FLAGS = List.of(UNITY, IR, IW, EXCLUSION, RSVD_7, NONE_63);

    private static final int PAGE_SHIFT = PageTableEntry.ADDR.lo();

    /** Throws {@link IllegalArgumentException} for a range that is empty or wraps, then for DevIDs that are none. */
    public UnityRange {
        if (length <= 0 || start < 0 || start + length < 0) {
            throw new IllegalArgumentException("a unity range has a start and a length of 63 bits together");
        }
        if (firstDevice < 0 || lastDevice < firstDevice || lastDevice > 0xffff) {
            throw new IllegalArgumentException("a unity range is for DevIDs from 0 to 0xffff");
        }
    }

    /** Whether it is for a device. */
    public boolean isFor(int deviceId) {
        return deviceId >= firstDevice && deviceId <= lastDevice;
    }

    /** Number of its first page; a page that it touches belongs to it whole. */
    public long firstPage() {
        return start >>> PAGE_SHIFT;
    }

    /** Number of its last page. */
    public long lastPage() {
        return (start + length - 1) >>> PAGE_SHIFT;
    }

    /** The rights that its mapping has: those of the flags, or both where the exclusion range is asked for. */
    public int rights() {
        if (EXCLUSION.isSet(flags)) {
            return Translation.READ | Translation.WRITE;
        }
        return (IR.isSet(flags) ? Translation.READ : 0) | (IW.isSet(flags) ? Translation.WRITE : 0);
    }
}
