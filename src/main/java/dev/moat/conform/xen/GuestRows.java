package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Fields;
import dev.moat.xen.host.HostPte;
import java.util.List;

/**
 * Runs the rows in which guests act on their own. Which page an access reaches, and whether it may, is the model's answer.
 */
final class GuestRows {
    /** Xen's -EINVAL. */
    private static final int INVALID = -22;
    /** No frame by name. */
    private static final int NO_FRAME = -1;

    private final XenBench bench;
    private final Symbols symbols;
    private final Memory memory;

    GuestRows(XenBench bench, Symbols symbols) {
        this.bench = bench;
        this.symbols = symbols;
        memory = new Memory(bench, symbols);
    }

    /** The domain exists from here on; where an IOMMU is, it does from the start of the case. There is none that Xen refuses. */
    XenAnswer create(XenRow row) {
        Fields args = row.args();
        if (CaseShape.isRefused(args, bench.tables().highestVersion(), bench.release())) {
            return XenAnswer.returning(INVALID, "", List.of());
        }
        int domain = (int) args.get("dom").number(bench.domains() - 1);
        bench.create(domain);
        symbols.gave(NO_FRAME);
        bench.tables().limit(domain, CaseShape.grantFrameLimit(args), version(args));
        bench.limitMaptrack(domain, CaseShape.maptrackFrameLimit(args));
        return XenAnswer.plain("", List.of());
    }

    private int version(Fields args) {
        Cell version = args.find("max_version");
        int highest = bench.tables().highestVersion();
        return version == null ? highest : (int) version.number(highest);
    }

    XenAnswer read(XenRow row) {
        long address = reach(row, false);
        String read = address < 0
                ? "FAULT"
                : String.format("0x%02x", memory.read(row.args().get("at"), address));
        return XenAnswer.plain(read, List.of());
    }

    XenAnswer write(XenRow row) {
        int value = (int) row.args().get("val").number(0xff);
        long address = reach(row, true);
        if (address >= 0) {
            memory.write(row.args().get("at"), address, value);
        }
        return XenAnswer.plain(address < 0 ? "FAULT" : "ok", List.of());
    }

    /** The machine address that the actor's own mapping leads to, or -1. */
    private long reach(XenRow row, boolean forWrite) {
        Addresses.Place place = Addresses.Place.of(row.args().get("at"));
        Cell base = place.base();
        boolean inside = base.text().startsWith("VA(") && base.text().endsWith(")");
        base = inside ? base.part("VA(".length(), base.text().length() - 1) : base;
        boolean named = Addresses.isSlot(base);
        int own = named ? -1 : Addresses.ownPage(base, row.actor());
        if (!named && own < 0) {
            return machineAddress(symbols.frame(base), place.offset());
        }
        int first = named ? Addresses.slot(base, row.actor(), bench.slots()).number() : bench.slots() + own;
        int number = first + place.offset() / Addresses.PAGE_SIZE;
        boolean beyond = number >= bench.slots() + (named ? 0 : XenBench.OWN_PAGES);
        long pte = beyond ? 0 : bench.pte(row.actor(), number);
        if (!HostPte.PRESENT.isSet(pte) || (forWrite && !HostPte.WRITABLE.isSet(pte))) {
            return -1;
        }
        return machineAddress(HostPte.FRAME.get(pte), place.offset() % Addresses.PAGE_SIZE);
    }

    static long machineAddress(long frame, int offset) {
        return frame * Addresses.PAGE_SIZE + offset;
    }

    /**
     * Moves bytes as a copy did, from the first one on: where the two overlap, what was written is read again. {@code @source} Xen 4.17
     * xen/arch/x86/string.c: memcpy, units of eight bytes and then what is left.
     *
     * @param source machine address in bytes, as the destination
     */
    void copied(Cell by, long source, long destination, int length) {
        int units = length / Long.BYTES * Long.BYTES;
        for (int i = 0; i < units; i += Long.BYTES) {
            memory.move(by, source + i, destination + i, Long.BYTES);
        }
        for (int i = units; i < length; i++) {
            memory.move(by, source + i, destination + i, 1);
        }
    }
}
