package dev.moat.conform.amdvi;

import java.util.ArrayList;
import java.util.List;

/** A device's request, page by page. */
final class Pages {
    private static final int PAGE = 4096;

    private Pages() {}

    /** A part of a request within one page. */
    record Piece(long address, int bytes) {}

    /** The pieces of a request, ascending; addresses go around at 2^64. */
    static List<Piece> of(long address, int bytes) {
        List<Piece> pieces = new ArrayList<>();
        for (int done = 0; done < bytes; ) {
            long at = address + done;
            int room = PAGE - (int) (at & (PAGE - 1));
            int length = Math.min(room, bytes - done);
            pieces.add(new Piece(at, length));
            done += length;
        }
        return pieces;
    }
}
