package dev.moat.xen.host;

import dev.moat.bits.BitField;
import dev.moat.grant.MapFlags;
import java.util.List;

/**
 * The leaf page table entry of a PV guest that maps a grant: x86 format, without the bits that no recorded answer tells.
 * {@code @source} Intel SDM volume 3, 4-KByte page entry; available bits as recorded in {@code flags/guest-avail}.
 */
public final class HostPte {
    private HostPte() {}

    public static final BitField PRESENT = BitField.bit("P", 0);
    public static final BitField WRITABLE = BitField.bit("RW", 1);
    public static final BitField USER = BitField.bit("US", 2);
    /** Free for the guest's use. */
    public static final BitField AVAIL = new BitField("AVL", 11, 9);
    /** Machine frame number. */
    public static final BitField FRAME = new BitField("frame", 51, 12);

    static final List<BitField> FORMAT = List.of(PRESENT, WRITABLE, USER, AVAIL, FRAME);
    static final long VARYING = PRESENT.mask() | WRITABLE.mask() | USER.mask() | AVAIL.mask() | FRAME.mask();

    /** The entry for a grant of this frame; {@code flags} as {@link MapFlags} has them. */
    public static long of(int frame, boolean readOnly, int flags) {
        long entry = FRAME.set(PRESENT.mask(), frame);
        entry = WRITABLE.set(entry, readOnly ? 0 : 1);
        entry = USER.set(entry, (flags & MapFlags.APPLICATION_MAP) != 0 ? 1 : 0);
        return AVAIL.set(entry, (flags & MapFlags.GUEST_AVAIL_MASK) >>> MapFlags.GUEST_AVAIL_SHIFT);
    }

    /** Whether an entry maps this frame with this permission; the other bits do not matter to an unmap. */
    static boolean maps(long entry, int frame, boolean readOnly) {
        return PRESENT.isSet(entry) && FRAME.get(entry) == frame && WRITABLE.isSet(entry) != readOnly;
    }
}
