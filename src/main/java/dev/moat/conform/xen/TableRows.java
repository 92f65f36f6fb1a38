package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Fields;
import dev.moat.xen.grant.GrantTableOp;
import dev.moat.xen.host.CopySide;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Runs the rows about grant tables as such, and those that fail before they come to an element. */
final class TableRows {
    private static final int U16 = 0xffff;
    private static final long U32 = 0xffffffffL;
    private static final int PAGE_SHIFT = 12;

    private static final Pattern VERSION = Pattern.compile("version=[0-9]{1,10}");
    private static final Pattern SIZES = Pattern.compile("nr_frames=[0-9]{1,10};max_nr_frames=[0-9]{1,10}");

    private final XenBench bench;

    TableRows(XenBench bench) {
        this.bench = bench;
    }

    private static int domain(XenRow row) {
        Cell dom = row.args().get("dom");
        return dom.text().equals("SELF") ? CopySide.DOMID_SELF : (int) dom.number(U16);
    }

    private static int named(XenRow row) {
        int domain = domain(row);
        return domain == CopySide.DOMID_SELF ? row.actor() : domain;
    }

    /** What a failed call leaves as it was: whatever the recorder found in its buffer, if it has the form of an answer. */
    private static String unwritten(XenRow row, Pattern form) {
        return form.matcher(row.text("out")).matches() ? row.text("out") : "";
    }

    XenAnswer setVersion(XenRow row) {
        int error = bench.call(
                "set_version", row.actor(), (int) row.args().get("version").number(U32));
        return XenAnswer.returning(error, "version=" + bench.tables().version(row.actor()), List.of());
    }

    XenAnswer getVersion(XenRow row) {
        int error = bench.call("get_version", row.actor(), domain(row));
        String out = error == 0 ? "version=" + bench.tables().version(named(row)) : unwritten(row, VERSION);
        return XenAnswer.returning(error, out, List.of());
    }

    XenAnswer querySize(XenRow row) {
        int status = bench.call("query_size", row.actor(), domain(row));
        BenchTables tables = bench.tables();
        String out = status == 0
                ? "nr_frames=" + tables.frames(named(row)) + ";max_nr_frames=" + tables.frameLimit(named(row))
                : unwritten(row, SIZES);
        return XenAnswer.withStatus(status, out, List.of());
    }

    /** Which frames come is Xen's choice, and taken from the record. */
    XenAnswer setUp(XenRow row) {
        int status = bench.call("setup_table", row.actor(), domain(row), (int) CaseShape.frames(row));
        return XenAnswer.withStatus(status, row.text("out"), List.of());
    }

    /** Like {@link #setUp}. */
    XenAnswer statusFrames(XenRow row) {
        int status = bench.call("get_status_frames", row.actor(), domain(row), (int) CaseShape.frames(row));
        return XenAnswer.withStatus(status, row.text("out"), List.of());
    }

    XenAnswer swap(XenRow row) {
        long a = row.args().get("a").number(U32);
        long b = row.args().get("b").number(U32);
        int status = bench.call("swap", row.actor(), (int) a, (int) b);
        return XenAnswer.withStatus(status, "", bench.entryIfAny(row.actor(), a))
                .alsoAddressing(bench.entryIfAny(row.actor(), b));
    }

    XenAnswer cacheFlush(XenRow row, Symbols symbols) {
        if (!bench.release().flushesCaches()) {
            return XenAnswer.returning(GrantTableOp.flushUnknown(), "", List.of());
        }
        Fields args = row.args();
        Cell dev = args.find("dev");
        long frame;
        if (dev == null) {
            frame = Math.min(args.get("a").number(-1L) >>> PAGE_SHIFT, Integer.MAX_VALUE);
        } else {
            Cell page = Addresses.Place.of(dev).base();
            frame = symbols.frameNumber(page, row.actor());
        }
        int error = bench.call(
                "cache_flush",
                row.actor(),
                (int) frame,
                (int) args.get("off").number(U16),
                (int) args.get("len").number(U16),
                (int) args.get("op").number(U32));
        return XenAnswer.returning(error, "", List.of());
    }

    /** What a raw hypercall returns; {@link GrantTableOp#ELEMENTS} when elements decide, which the row does not tell. */
    public static int raw(XenRow row, GrantTableOp.Offered offered) {
        Fields args = row.args();
        Cell cmd = args.get("cmd");
        int open = cmd.text().lastIndexOf('(');
        boolean letters = open >= 0 && cmd.text().endsWith(")");
        long command = (letters ? cmd.part(open + 1, cmd.text().length() - 1) : cmd).number(U32);
        return GrantTableOp.check(command, args.get("count").word(), pointer(args.get("ptr")), offered);
    }

    /** {@code ok}, the hypervisor's range ({@code XENVA}), or anything else that is not mapped. */
    private static GrantTableOp.Pointer pointer(Cell cell) {
        if (cell.text().equals("ok")) {
            return GrantTableOp.Pointer.MAPPED;
        }
        boolean xens = cell.text().toLowerCase(Locale.ROOT).matches("(xen|hyp).*");
        return xens ? GrantTableOp.Pointer.FORBIDDEN : GrantTableOp.Pointer.UNMAPPED;
    }
}
