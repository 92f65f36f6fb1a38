package dev.moat.xen.twin;

/** Versions and sizes of tables, and entries that change places. */
final class TwinTables {
    private final TwinMachines t;

    TwinTables(TwinMachines t) {
        this.t = t;
    }

    String swap() {
        int domain = t.alive();
        int a = t.ref();
        int b = t.ref();
        int expected = t.slow.sizes.swap(domain, a, b);
        return t.answers("swap", t.call("swap", domain, a, b), expected);
    }

    String setVersion() {
        int domain = t.alive();
        int wanted = t.pick(1, 2, 2, 2, 1, 3);
        int expected = t.slow.sizes.setVersion(domain, wanted);
        return t.answers("set_version", t.call("set_version", domain, wanted), expected);
    }

    String setUp() {
        int caller = t.alive();
        int domid = t.pick(SlowGrants.SELF, 0, 1, 2, TwinMachines.DOMAINS);
        int wanted = t.roll(TwinMachines.MOST_FRAMES + 2);
        int expected = t.slow.sizes.setUp(caller, domid, wanted, TwinMachines.MOST_FRAMES);
        return t.answers("setup_table", t.call("setup_table", caller, domid, wanted), expected);
    }

    private int named() {
        return t.pick(SlowGrants.SELF, 0, 1, 2, TwinMachines.DOMAINS);
    }

    /** Questions; the version is an answer of its own. */
    String ask() {
        int caller = t.alive();
        int domid = named();
        switch (t.roll(3)) {
            case 0 -> {
                int version = t.slow.sizes.getVersion(caller, domid);
                return t.answers("get_version", t.call("get_version", caller, domid), Math.max(-version, 0));
            }
            case 1 -> {
                int expected = t.slow.sizes.querySize(caller, domid);
                return t.answers("query_size", t.call("query_size", caller, domid), expected);
            }
            default -> {
                int wanted = t.roll(3);
                int expected = t.slow.sizes.statusFrames(caller, domid, wanted);
                return t.answers("get_status_frames", t.call("get_status_frames", caller, domid, wanted), expected);
            }
        }
    }
}
