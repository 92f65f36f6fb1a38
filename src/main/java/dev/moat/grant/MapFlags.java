package dev.moat.grant;

/**
 * The {@code GNTMAP_*} flags of a map call. {@code @shape} 32 bits; bits 5 to 15 and 19 to 31 are ignored.
 * {@code @source} Xen public grant_table.h; recorded Xen 4.17 ({@code flags/unknown-bits}, {@code flags/guest-avail}).
 */
public final class MapFlags {
    private MapFlags() {}

    public static final int DEVICE_MAP = 0x01;
    public static final int HOST_MAP = 0x02;
    public static final int READONLY = 0x04;
    /** The host mapping gets the user bit. */
    public static final int APPLICATION_MAP = 0x08;
    /** The host address is the machine address of a page table entry. */
    public static final int CONTAINS_PTE = 0x10;
    /** Bits 16 to 18 become the available bits of the host mapping's page table entry. */
    public static final int GUEST_AVAIL_SHIFT = 16;

    public static final int GUEST_AVAIL_MASK = 7 << GUEST_AVAIL_SHIFT;

    /** The sides asked for, a mask of {@link Pins#BOTH}. */
    public static int sides(int flags) {
        return ((flags & HOST_MAP) != 0 ? Pins.HOST : 0) | ((flags & DEVICE_MAP) != 0 ? Pins.DEVICE : 0);
    }

    /** Whether the mapping is read-only. */
    public static boolean isReadOnly(int flags) {
        return (flags & READONLY) != 0;
    }
}
