package dev.moat.xen.host;

import dev.moat.bits.BitField;

/**
 * One side of a copy, as an argument. {@code @shape} bit 31 clear: GRANT 30, the domain as the guest names it in 29:14, and in
 * 13:0 the number of the reference or of the frame.
 */
public final class CopySide {
    private CopySide() {}

    /** The caller, whatever its number. */
    public static final int DOMID_SELF = 0x7ff0;

    private static final BitField GRANT = BitField.bit("GRANT", 30);
    private static final BitField DOMAIN = new BitField("DOMAIN", 29, 14);
    private static final BitField NUMBER = new BitField("NUMBER", 13, 0);

    /** What a domain grants by a reference; a reference above 16383 counts as that one. */
    public static int grant(int domid, long ref) {
        return (int) NUMBER.set(DOMAIN.set(GRANT.mask(), domid), Math.min(ref, NUMBER.max()));
    }

    /** A frame by number, given as this domain's; one above 16383, where no memory is, counts as that one. */
    public static int frame(int domid, long frame) {
        return (int) NUMBER.set(DOMAIN.set(0, domid), Math.min(frame, NUMBER.max()));
    }

    /** Whether the side is a grant, not a frame. */
    public static boolean isGrant(int side) {
        return GRANT.isSet(side);
    }

    /** Whose the grant or the frame is said to be. */
    public static int domain(int side, int caller) {
        int domid = (int) DOMAIN.get(side);
        return domid == DOMID_SELF ? caller : domid;
    }

    /** Whether a frame is given as that of a domain by number, which only a caller's {@link #DOMID_SELF} may be. */
    public static boolean isForeign(int side) {
        return !isGrant(side) && DOMAIN.get(side) != DOMID_SELF;
    }

    /** Number of the reference or of the frame. */
    public static int number(int side) {
        return (int) NUMBER.get(side);
    }
}
