package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.xen.host.CopySide;

/**
 * One side of a recorded copy: {@code G(1:8)+0} what D1's reference 8 grants, {@code F(SELF:D1.P2)+64} a frame.
 *
 * @param domain of the grant, or as which domain's the frame is given
 * @param what a reference or a frame
 * @param offset in bytes
 */
record CopyPart(boolean isGrant, Cell domain, Cell what, int offset) {
    private static final int U16 = 0xffff;

    /** InputException for anything else. */
    static CopyPart of(Cell cell) {
        Addresses.Place place = Addresses.Place.of(cell);
        String text = place.base().text();
        int colon = text.indexOf(':');
        boolean grant = text.startsWith("G(");
        if (colon < 0 || !text.endsWith(")") || !(grant || text.startsWith("F("))) {
            throw Symbols.unknown(cell, "one side of a copy: G(1:8)+0, F(SELF:D1.P0)+0");
        }
        return new CopyPart(
                grant, place.base().part(2, colon), place.base().part(colon + 1, text.length() - 1), place.offset());
    }

    /** Whether the domain is the caller, by its special number or that one's name. */
    boolean isSelf() {
        return domain.text().equals("SELF") || domain.number(U16) == CopySide.DOMID_SELF;
    }
}
