package dev.moat.xen;

import dev.moat.bits.BitField;

/**
 * One side of a copy, as an argument. {@code @shape} bit 31 clear: GRANT 30, then DOMAIN 29:14 and the number of the
 * reference in 13:0; or FOREIGN 29, or the number of a frame of the caller in 13:0.
 */
public final class CopySide {
    private CopySide() {}

    private static final BitField GRANT = BitField.bit("GRANT", 30);
    private static final BitField FOREIGN = BitField.bit("FOREIGN", 29);
    private static final BitField DOMAIN = new BitField("DOMAIN", 29, 14);
    private static final BitField NUMBER = new BitField("NUMBER", 13, 0);

    /** What a domain grants by a reference; a reference above 16383 counts as that one. */
    public static int grant(int domain, long ref) {
        return (int) NUMBER.set(DOMAIN.set(GRANT.mask(), domain), Math.min(ref, NUMBER.max()));
    }

    /** A frame of the caller, by number; one above 16383, where no memory is, counts as that one. */
    public static int own(long frame) {
        return (int) Math.min(frame, NUMBER.max());
    }

    /** A frame that is given as another domain's. */
    public static int foreign() {
        return (int) FOREIGN.mask();
    }

    static boolean isGrant(int side) {
        return GRANT.isSet(side);
    }

    static boolean isForeign(int side) {
        return !isGrant(side) && FOREIGN.isSet(side);
    }

    static int domain(int side) {
        return (int) DOMAIN.get(side);
    }

    static int number(int side) {
        return (int) NUMBER.get(side);
    }
}
