package dev.moat.xen.host;

import dev.moat.bits.BitField;

/**
 * One side of a copy, as an argument. {@code @shape} bit 31 clear: GRANT 30, the domain as the guest names it in 29:16, and in
 * 15:0 the number of the reference or of the frame: more bits than references have ({@code refs}).
 */
public final class CopySide {
    private CopySide() {}

    /** The caller, whatever its number. */
    public static final int DOMID_SELF = 0x7ff0;

    private static final BitField GRANT = BitField.bit("GRANT", 30);
    private static final BitField DOMAIN = new BitField("DOMAIN", 29, 16);
    private static final BitField NUMBER = new BitField("NUMBER", 15, 0);
    /** The caller in {@link #DOMAIN}; any number from here on that a guest may name is no domain's, and counts as the last. */
    private static final int SELF = 0x3ff0;

    /** What a domain grants by a reference; a reference above 65535 counts as that one. */
    public static int grant(int domid, long ref) {
        return (int) NUMBER.set(DOMAIN.set(GRANT.mask(), named(domid)), Math.min(ref, NUMBER.max()));
    }

    /** A frame by number, given as this domain's; one above 65535, where no memory is, counts as that one. */
    public static int frame(int domid, long frame) {
        return (int) NUMBER.set(DOMAIN.set(0, named(domid)), Math.min(frame, NUMBER.max()));
    }

    private static long named(int domid) {
        return domid < SELF ? domid : domid == DOMID_SELF ? SELF : DOMAIN.max();
    }

    /** Whether the side is a grant, not a frame. */
    public static boolean isGrant(int side) {
        return GRANT.isSet(side);
    }

    /** Whose the grant or the frame is said to be. */
    public static int domain(int side, int caller) {
        int domid = (int) DOMAIN.get(side);
        return domid == SELF ? caller : domid;
    }

    /** Whether a frame is given as that of a domain by number, which only a caller's {@link #DOMID_SELF} may be. */
    public static boolean isForeign(int side) {
        return !isGrant(side) && DOMAIN.get(side) != SELF;
    }

    /** Number of the reference or of the frame. */
    public static int number(int side) {
        return (int) NUMBER.get(side);
    }
}
