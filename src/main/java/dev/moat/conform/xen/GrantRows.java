package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Fields;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runs the rows of {@code map} and {@code unmap}, and knows the handles of a case. */
final class GrantRows {
    static final int DOMID_SELF = 0x7ff0;
    private static final String SELF = "SELF";
    private static final long U32 = 0xffffffffL;
    /** Of the low bits of a map's flags, the lowest first: device, host, read-only, application, an entry's address. */
    private static final String LETTERS = "DHRAP";
    /** A handle that no call accepts: the one of a map that Xen did and Moat refused. */
    private static final int NO_HANDLE = -1;

    private final XenBench bench;
    private final Symbols symbols;
    /** Xen's successful maps by name; the value is Moat's handle. */
    private final Map<String, Integer> handles = new HashMap<>();

    private int maps;

    GrantRows(XenBench bench, Symbols symbols) {
        this.bench = bench;
        this.symbols = symbols;
    }

    XenAnswer map(XenRow row) {
        Fields args = row.args();
        Cell dom = args.get("dom");
        int granter = dom.text().equals(SELF) ? DOMID_SELF : (int) dom.number(0xffff);
        long ref = args.get("ref").number(U32);
        int flags = flags(args.get("flags"));
        int host = Addresses.host(args.get("host"), row.actor(), symbols, bench.slots());
        boolean[] before = active(row.actor());
        int status = bench.call("map_grant_ref", row.actor(), granter, (int) ref, flags, host);
        int named = granter == DOMID_SELF ? row.actor() : granter;
        List<Integer> addressed = bench.entryIfAny(named, ref);
        int handle = status == 0 ? opened(row.actor(), before) : NO_HANDLE;
        Cell name = new Fields(row.cell("out")).find("handle");
        if (name != null) {
            handles.put(name.text(), handle);
        }
        String out = status == 0
                ? "handle=h" + ++maps + ";raw=" + number(row, handle) + ";dev="
                        + symbols.name(bench.pinnedFrame(bench.entry(named, (int) ref)))
                : "";
        return XenAnswer.withStatus(status, out, addressed);
    }

    /** {@code 0x12(HP)}: the letters, in any order, say what the low bits of the number do. */
    private static int flags(Cell cell) {
        String text = cell.text();
        int open = text.indexOf('(');
        if (open < 0) {
            return (int) cell.number(U32);
        }
        int flags = (int) cell.part(0, open).number(U32);
        StringBuilder right = new StringBuilder();
        for (int bit = 0; bit < LETTERS.length(); bit++) {
            right.append((flags >>> bit & 1) != 0 ? LETTERS.substring(bit, bit + 1) : "");
        }
        boolean same = text.endsWith(")")
                && sorted(text.substring(open + 1, text.length() - 1)).equals(sorted(right + ""));
        if (!same) {
            throw cell.part(open, text.length())
                    .error("the letters of " + text.substring(0, open) + " are (" + right + ")");
        }
        return flags;
    }

    private static String sorted(String letters) {
        return letters.chars().sorted().mapToObj(Character::toString).collect(Collectors.joining());
    }

    private boolean[] active(int domain) {
        boolean[] active = new boolean[bench.handles()];
        for (int h = 0; h < active.length; h++) {
            active[h] = bench.isActive(domain, h);
        }
        return active;
    }

    private int opened(int domain, boolean[] before) {
        return IntStream.range(0, before.length)
                .filter(h -> !before[h] && bench.isActive(domain, h))
                .findFirst()
                .orElse(NO_HANDLE);
    }

    /** Xen's number of a handle; dom0 outlives the cases, so its numbers say nothing about one case. */
    private static String number(XenRow row, int handle) {
        Cell raw = new Fields(row.cell("out")).find("raw");
        return row.actor() == 0 && raw != null ? raw.text() : "" + handle;
    }

    XenAnswer unmap(XenRow row) {
        Fields args = row.args();
        int handle = handle(args.get("handle"));
        int host = Addresses.host(args.get("host"), row.actor(), symbols, bench.slots());
        int bus = bus(args.get("dev"));
        return XenAnswer.withStatus(bench.call("unmap_grant_ref", row.actor(), handle, host, bus), "", List.of());
    }

    XenAnswer unmapReplacing(XenRow row) {
        Fields args = row.args();
        int handle = handle(args.get("handle"));
        int host = Addresses.host(args.get("host"), row.actor(), symbols, bench.slots());
        int replacement = Addresses.host(args.get("new"), row.actor(), symbols, bench.slots());
        int status = bench.call("unmap_and_replace", row.actor(), handle, host, replacement);
        return XenAnswer.withStatus(status, "", List.of());
    }

    private int handle(Cell cell) {
        if (cell.text().startsWith("#")) {
            return cell.part(1, cell.text().length()).word();
        }
        @Nullable Integer handle = handles.get(cell.text());
        if (handle == null) {
            throw Symbols.unknown(cell, "a handle that an earlier row of the case returned, or # and a number");
        }
        return handle;
    }

    /**
     * An address names its frame, as the map that returned it did, whatever page its domain has got since. Where there is no memory is no
     * frame's address, and no frame of a case is known by its number.
     */
    private int bus(Cell cell) {
        if (cell.text().equals("0")) {
            return 0;
        }
        Addresses.Place place = Addresses.Place.of(cell);
        if (place.base().text().startsWith("0x")) {
            return place.base().number(-1L) == 0 && place.offset() == 0 ? 0 : bench.noFrame();
        }
        if (Symbols.isNoMemory(place.base())) {
            return bench.noFrame();
        }
        int frame = symbols.frame(place.base());
        return place.offset() == 0 ? frame + 1 : bench.noFrame();
    }
}
