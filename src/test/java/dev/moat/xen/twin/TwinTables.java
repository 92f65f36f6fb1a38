package dev.moat.xen.twin;

/** Versions and sizes of tables, and entries that change places. */
final class TwinTables {
    private final TwinMachines t;

    TwinTables(TwinMachines t) {
        this.t = t;
    }

    String swap() {
        int domain = t.roll(TwinMachines.DOMAINS);
        int a = t.ref();
        int b = t.ref();
        int expected = t.slow.sizes.swap(domain, a, b);
        return t.answers("swap", t.call("swap", domain, a, b), expected);
    }

    String setVersion() {
        int domain = t.roll(TwinMachines.DOMAINS);
        int wanted = t.pick(1, 2, 2, 2, 1, 3);
        int expected = t.slow.sizes.setVersion(domain, wanted);
        return t.answers("set_version", t.call("set_version", domain, wanted), expected);
    }

    String setUp() {
        int caller = t.roll(TwinMachines.DOMAINS);
        int domid = t.pick(SlowGrants.SELF, 0, 1, 2, TwinMachines.DOMAINS);
        int wanted = t.roll(TwinMachines.MOST_FRAMES + 2);
        int expected = t.slow.sizes.setUp(caller, domid, wanted, TwinMachines.MOST_FRAMES);
        return t.answers("setup_table", t.call("setup_table", caller, domid, wanted), expected);
    }
}
