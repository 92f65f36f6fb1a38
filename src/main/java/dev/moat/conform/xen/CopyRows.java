package dev.moat.conform.xen;

import dev.moat.conform.rows.Fields;
import dev.moat.xen.host.CopySide;
import java.util.ArrayList;
import java.util.List;

/** Runs the rows of {@code copy}, and moves the contents of the pages that the model says it reached. */
final class CopyRows {
    private static final int U16 = 0xffff;
    private static final long U32 = 0xffffffffL;

    private final XenBench bench;
    private final Symbols symbols;
    private final GuestRows guests;

    CopyRows(XenBench bench, Symbols symbols, GuestRows guests) {
        this.bench = bench;
        this.symbols = symbols;
        this.guests = guests;
    }

    /** The first side that is a grant is shown. */
    XenAnswer copy(XenRow row) {
        Fields args = row.args();
        CopyPart from = CopyPart.of(args.get("src"));
        CopyPart to = CopyPart.of(args.get("dst"));
        int length = (int) args.get("len").number(U16);
        boolean asks = length > 0 || bench.release().checksEmptyCopies();
        int status = asks ? call(row.actor(), from, to, length) : 0;
        if (asks && status == 0) {
            long source = GuestRows.machineAddress(bench.copiedFrom(), from.offset());
            guests.copied(args.get("dst"), source, GuestRows.machineAddress(bench.copiedTo(), to.offset()), length);
        }
        List<Integer> entries = new ArrayList<>();
        entries.addAll(addressed(from, row.actor()));
        if (!from.isGrant()) {
            entries.addAll(addressed(to, row.actor()));
        }
        return XenAnswer.withStatus(status, "", entries).alsoAddressing(addressed(to, row.actor()));
    }

    private int call(int actor, CopyPart from, CopyPart to, int length) {
        int offsets = from.offset() | to.offset() << Short.SIZE;
        return bench.call("copy", actor, side(from, actor), side(to, actor), offsets, length);
    }

    private int side(CopyPart part, int actor) {
        int domid = part.isSelf() ? CopySide.DOMID_SELF : (int) part.domain().number(U16);
        return part.isGrant()
                ? CopySide.grant(domid, part.what().number(U32))
                : CopySide.frame(domid, symbols.frameNumber(part.what(), actor));
    }

    private List<Integer> addressed(CopyPart part, int actor) {
        if (!part.isGrant()) {
            return List.of();
        }
        int domain = part.isSelf() ? actor : (int) part.domain().number(U16);
        return bench.entryIfAny(domain, part.what().number(U32));
    }
}
