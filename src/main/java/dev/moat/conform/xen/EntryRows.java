package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Fields;
import dev.moat.grant.SecondEntry;
import dev.moat.grant.SharedEntry;
import java.util.List;

/** Runs the rows in which a granter stores to its own entries. A reference beyond its table is no place to store to. */
final class EntryRows {
    private static final int U16 = 0xffff;
    private static final long U32 = 0xffffffffL;

    private final XenBench bench;
    private final Symbols symbols;

    EntryRows(XenBench bench, Symbols symbols) {
        this.bench = bench;
        this.symbols = symbols;
    }

    /** A whole page. */
    XenAnswer store(XenRow row) {
        return store(row, frame(row), 0, 0);
    }

    /** By name, or where an entry has 64 bits for it a number of more than 32, which is no frame's. */
    private long frame(XenRow row) {
        Cell frame = row.args().get("frame");
        if (!frame.text().startsWith("0x") || bench.tables().version(row.actor()) == 1) {
            return symbols.frameNumber(frame, row.actor());
        }
        long number = frame.number(-1L);
        if (number >>> Integer.SIZE == 0) {
            throw Symbols.unknown(frame, "a frame by name, or a number of more than 32 bits");
        }
        return number;
    }

    /** A part of a page; in version 1 there is no place for which. */
    XenAnswer storePart(XenRow row) {
        Fields args = row.args();
        long offset = args.get("off").number(U16);
        return store(row, frame(row), offset, args.get("len").number(U16));
    }

    /** What another domain grants. */
    XenAnswer storeTransitive(XenRow row) {
        Fields args = row.args();
        Cell dom = args.get("tdom");
        int origin = dom.text().equals("SELF") ? GrantRows.DOMID_SELF : (int) dom.number(U16);
        return store(row, args.get("tref").number(U32), origin, 0);
    }

    private XenAnswer store(XenRow row, long last, long third, long fourth) {
        Fields args = row.args();
        List<Integer> entries = addressed(row);
        long flags = args.get("flags").number(U16);
        Cell dom = args.get("domid");
        long domid = dom.text().equals("SELF") ? GrantRows.DOMID_SELF : dom.number(U16);
        for (int entry : entries) {
            if (bench.isSecond(entry)) {
                bench.store(entry, SecondEntry.of(flags, domid, third, fourth));
                bench.tables().storeHigh(entry, last);
            } else {
                bench.store(entry, SharedEntry.of(flags, domid, last));
            }
        }
        return XenAnswer.plain("", entries);
    }

    private List<Integer> addressed(XenRow row) {
        return bench.entryIfAny(row.actor(), row.args().get("ref").number(U32));
    }

    XenAnswer storeFlags(XenRow row) {
        long flags = row.args().get("flags").number(U16);
        List<Integer> entries = addressed(row);
        entries.forEach(entry -> bench.store(entry, SharedEntry.FLAGS.set(bench.shared(entry), flags)));
        return XenAnswer.plain("", entries);
    }

    XenAnswer endAccess(XenRow row) {
        List<Integer> entries = addressed(row);
        boolean done = true;
        for (int entry : entries) {
            done = bench.endAccess(row.actor(), entry - bench.entry(row.actor(), 0));
        }
        return XenAnswer.plain(done ? "done" : "busy", entries);
    }
}
