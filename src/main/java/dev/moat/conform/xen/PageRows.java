package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Fields;
import dev.moat.xen.grant.GrantTableOp;
import dev.moat.xen.host.CopySide;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the rows about frames, their types and owners, and about devices and domains. */
final class PageRows {
    private static final int MAX_DOMAIN = 7;
    private static final int U16 = 0xffff;
    /** Xen's -EPERM. */
    private static final int NOT_PERMITTED = -1;
    /** Xen's -ESRCH. */
    private static final int NO_SUCH_DOMAIN = -3;

    private static final long U32 = 0xffffffffL;
    private static final Pattern OWN_PAGE = Pattern.compile("P([0-9]{1,4})");

    private final XenBench bench;
    private final Symbols symbols;

    /** Whether transfers are allowed. */
    private final boolean transfers;

    PageRows(XenBench bench, Symbols symbols, boolean transfers) {
        this.transfers = transfers;
        this.bench = bench;
        this.symbols = symbols;
    }

    private int call(String operation, int... args) {
        return bench.call(operation, args);
    }

    private static XenAnswer returned(int hrc) {
        return XenAnswer.returning(hrc, "", List.of());
    }

    XenAnswer ownMap(XenRow row) {
        Cell va = row.args().get("va");
        boolean page = va.text().startsWith("VA(") && va.text().endsWith(")");
        int slot = page
                ? slot(va.part("VA(".length(), va.text().length() - 1))
                : Addresses.slot(va, row.actor(), bench.slots()).number();
        Cell named = row.args().get("frame");
        if (Symbols.isNoMemory(named)) {
            // Counts as a device's registers.
            return returned(NOT_PERMITTED);
        }
        int frame = symbols.frame(named, row.actor());
        return returned(call("own_map", row.actor(), slot, frame, row.op() == XenOp.OWN_MAP ? 1 : 0));
    }

    XenAnswer ownUnmap(XenRow row) {
        return returned(call("own_unmap", row.actor(), slot(row.args().get("page"))));
    }

    private int slot(Cell page) {
        Matcher m = OWN_PAGE.matcher(page.text());
        if (!m.matches() || Integer.parseInt(m.group(1)) >= XenBench.OWN_PAGES) {
            throw Symbols.unknown(page, "one of the actor's pages: P0 to P" + (XenBench.OWN_PAGES - 1));
        }
        return bench.slots() + Integer.parseInt(m.group(1));
    }

    /** A guest empties the entry of one of its slots. The recorder's page does not name the argument. */
    XenAnswer slotClear(XenRow row) {
        Cell slot = row.args().get("slot", "va", "page");
        return returned(call(
                "own_unmap",
                row.actor(),
                Addresses.slot(slot, row.actor(), bench.slots()).number()));
    }

    XenAnswer pin(XenRow row) {
        return returned(call("pin_table", row.actor(), symbols.frame(row.args().get("frame"), row.actor())));
    }

    XenAnswer unpin(XenRow row) {
        return returned(
                call("unpin_table", row.actor(), symbols.frame(row.args().get("frame"), row.actor())));
    }

    XenAnswer foreignMap(XenRow row) {
        Fields args = row.args();
        int owner = (int) args.get("dom").representable(bench.domains() - 1);
        return returned(call(
                "foreign_cpu_map", owner, symbols.frame(args.get("frame"), owner), args.find("rw") != null ? 1 : 0));
    }

    XenAnswer foreignUnmap(XenRow row) {
        Fields args = row.args();
        return returned(call("foreign_cpu_unmap", symbols.frame(args.get("frame"), (int)
                args.get("dom").number(MAX_DOMAIN))));
    }

    /** The hypercall returns how many frames it did. */
    XenAnswer decrease(XenRow row) {
        int error = call(
                "decrease_reservation", row.actor(), symbols.frame(row.args().get("frame"), row.actor()));
        return returned(error == 0 ? 1 : 0);
    }

    /** Like {@link #decrease}. Which page comes is Xen's choice, and taken from the record. */
    XenAnswer populate(XenRow row) {
        Cell page = row.args().get("newpage");
        slot(page);
        String name = "D" + row.actor() + "." + page.text();
        int frame = symbols.frame(new Cell(page.file(), page.line(), page.column(), name + "'"));
        int error = call("populate_physmap", row.actor(), frame);
        symbols.gave(frame);
        symbols.replace(name);
        boolean same = symbols.knows(name) && symbols.name(frame).equals(name);
        return XenAnswer.returning(error == 0 ? 1 : 0, same ? "same-mfn" : "other-mfn", List.of());
    }

    XenAnswer exchange(XenRow row) {
        Cell page = row.args().get("frame");
        int fresh = symbols.frame(new Cell(page.file(), page.line(), page.column(), page.text() + "'"));
        int error = call("memory_exchange", row.actor(), symbols.frame(page, row.actor()), fresh);
        if (error == 0) {
            symbols.replace(page.text());
            symbols.gave(fresh);
        }
        return returned(error);
    }

    /** The target's entry is shown; the caller's own one when the transfer is to {@code SELF}, which is nobody. */
    XenAnswer transfer(XenRow row) {
        Fields args = row.args();
        Cell dom = args.get("dom");
        int to = dom.text().equals("SELF") ? CopySide.DOMID_SELF : (int) dom.number(U16);
        boolean self = to == CopySide.DOMID_SELF;
        Cell named = args.get("frame");
        int frame = (int) symbols.frameNumber(named, row.actor());
        long ref = args.get("ref").number(U32);
        List<Integer> shown = bench.entryIfAny(self ? row.actor() : to, ref);
        if (!transfers) {
            return XenAnswer.returning(GrantTableOp.transferForbidden(), "", shown);
        }
        boolean owned = bench.isOwned(frame);
        int status = call("transfer", row.actor(), frame, to, (int) ref);
        if (status < 0 && owned && !bench.isOwned(frame)) {
            symbols.lose(frame);
        }
        return XenAnswer.withStatus(status, "", shown);
    }

    XenAnswer assign(XenRow row) {
        return moved("assign_device", row.args(), "to");
    }

    XenAnswer deassign(XenRow row) {
        return moved("deassign_device", row.args(), "from");
    }

    /** Of a device to a domain, or away from it; the domain is looked up first. */
    private XenAnswer moved(String operation, Fields args, String which) {
        Cell named = args.get(which);
        if (!named.text().startsWith("D")) {
            throw Symbols.unknown(named, "a domain: D0, D1");
        }
        long domain = named.part(1, named.text().length()).number(U16);
        int device = VtdBench.device(args.get("dev"));
        return returned(domain < bench.domains() ? call(operation, device, (int) domain) : NO_SUCH_DOMAIN);
    }

    XenAnswer destroy(XenRow row) {
        long domain = row.args().get("dom").number(U16);
        return domain < bench.domains()
                ? destroy((int) domain)
                : XenAnswer.returning(NO_SUCH_DOMAIN, "already-gone", List.of());
    }

    private XenAnswer destroy(int domain) {
        int error = call("destroy", domain);
        String out = error != 0 ? "already-gone" : bench.ownsFrames(domain) ? "zombie" : "gone";
        return XenAnswer.returning(error, out, List.of());
    }
}
