package dev.moat.grant;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * The version 2 grant entry: 16 bytes, little-endian. {@code @shape} two 64-bit words. The first one starts like a version 1
 * entry, {@code u16 flags, u16 domid}, and goes on with two 16-bit members whose meaning is the entry's type's; the second
 * one is the frame, or for a transitive entry the reference. {@code reading} and {@code writing} are in a status word of 16
 * bits in an array of its own, at the places that they have in version 1. {@code @source} Xen public grant_table.h.
 */
public final class SecondEntry {
    private SecondEntry() {}

    /** Entry whose frame is what another domain grants to this one. */
    public static final int TRANSITIVE = 3;

    /** Where the part of the page that a sub-page entry grants begins, in bytes. */
    public static final BitField PAGE_OFF = new BitField("page_off", 47, 32);
    /** How long it is, in bytes. */
    public static final BitField LENGTH = new BitField("length", 63, 48);
    /** Who grants to this domain, of a transitive entry. */
    public static final BitField TRANS_DOMID = new BitField("trans_domid", 47, 32);

    /** In the second word: by which reference, of a transitive entry. */
    public static final BitField TRANS_GREF = new BitField("gref", 31, 0);

    /** The second word as a frame. */
    static final List<BitField> HIGH_FORMAT = List.of(new BitField("frame", 63, 0));

    /** A first word. */
    public static long of(long flags, long domid, long third, long fourth) {
        return PAGE_OFF.set(SharedEntry.of(flags, domid, 0), third) | LENGTH.set(0, fourth);
    }
}
