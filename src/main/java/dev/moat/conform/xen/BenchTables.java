package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Fields;
import dev.moat.machine.Machine;
import dev.moat.state.Slots;
import dev.moat.xen.host.CopySide;
import java.util.List;

/** Versions and sizes of the grant tables of an {@link XenBench}, and what only version 2 has. */
final class BenchTables {
    /** Grant frames that domain 0 may have. */
    private static final int DOM0_FRAMES = 64;

    private static final int FIRST_PER_FRAME = 512;
    private static final int SECOND_PER_FRAME = 256;

    private final long[] s;
    private final int refs;
    /** The highest version that any domain may have. */
    private int highestVersion = 2;

    private final Slots version;
    private final Slots frames;
    private final Slots frameLimit;
    private final Slots firstOnly;
    private final Slots high;
    private final Slots status;

    BenchTables(Machine machine, long[] s, int domains) {
        this.s = s;
        version = XenBench.slots(machine, "table.version");
        frames = XenBench.slots(machine, "table.frames");
        frameLimit = XenBench.slots(machine, "table.frame-limit");
        firstOnly = XenBench.slots(machine, "table.first-only");
        high = XenBench.slots(machine, "shared.high");
        status = XenBench.slots(machine, "shared.status");
        refs = high.size() / domains;
        for (int d = 0; d < domains; d++) {
            frames.set(s, d, 1);
        }
        frameLimit.set(s, 0, DOM0_FRAMES);
    }

    /**
     * Domain 0's table outlives the cases, so one in which it is alone may find another version or more frames than a new table
     * has. Both are taken from what the case shows before it changes them: the version beside every row, frames in the first
     * answered query.
     */
    void outlived(XenCase recorded) {
        if (recorded.rows().stream().anyMatch(row -> row.op() == XenOp.CREATE)) {
            return;
        }
        List<XenRow> before = recorded.rows().stream()
                .takeWhile(row -> row.op() != XenOp.SET_VERSION)
                .toList();
        boolean second = !before.isEmpty()
                && before.stream().allMatch(row -> row.text("actor_ver").equals("2"));
        version.set(s, 0, second ? 1 : 0);
        for (XenRow row : recorded.rows()) {
            boolean asks = row.op() == XenOp.QUERY_SIZE || row.op() == XenOp.SETUP_TABLE;
            if (asks && isOfDomain0(row.args().get("dom"))) {
                Cell shown = row.op() == XenOp.QUERY_SIZE ? new Fields(row.cell("out")).find("nr_frames") : null;
                if (shown != null && row.text("status").equals("0")) {
                    frames.set(s, 0, Math.max(1, shown.representable(DOM0_FRAMES)));
                }
                return;
            }
        }
    }

    private static boolean isOfDomain0(Cell dom) {
        return dom.text().equals("SELF") || dom.text().equals("0") || dom.text().equals("" + CopySide.DOMID_SELF);
    }

    /** What every domain may have, domain 0 and those that are created later: 1 or 2 as the highest version. */
    void limitVersions(int highest) {
        highestVersion = highest;
        limit(0, DOM0_FRAMES, highest);
    }

    /** What a domain may have: grant frames, and 1 or 2 as the highest version. */
    public void limit(int domain, int grantFrames, int highest) {
        frameLimit.set(s, domain, grantFrames);
        firstOnly.set(s, domain, highest < 2 ? 1 : 0);
    }

    /** What no domain's version may exceed. */
    public int highestVersion() {
        return highestVersion;
    }

    /** 1 or 2. */
    public int version(int domain) {
        return (int) version.get(s, domain) + 1;
    }

    /** Grant frames of a domain. */
    public int frames(int domain) {
        return (int) frames.get(s, domain);
    }

    /** Grant frames that a domain may have. */
    public int frameLimit(int domain) {
        return (int) frameLimit.get(s, domain);
    }

    /** Entries of a domain's table. */
    int entries(int domain) {
        return Math.min(refs, frames(domain) * (version(domain) == 2 ? SECOND_PER_FRAME : FIRST_PER_FRAME));
    }

    long high(int entry) {
        return high.get(s, entry);
    }

    /** Stores the second word of an entry, as a guest does. */
    public void storeHigh(int entry, long value) {
        high.set(s, entry, value);
    }

    long status(int entry) {
        return status.get(s, entry);
    }
}
