package dev.moat.xen.twin;

import dev.moat.grant.SecondEntry;
import dev.moat.grant.SharedEntry;
import dev.moat.state.Slots;
import dev.moat.xen.HostPte;

/** The product and {@link SlowGrants}, side by side: the same stores and calls, and all that guests can see compared. */
final class TwinGrants {
    private final TwinMachines t;
    private final TwinStores stores;
    private final TwinMaps maps;
    private final TwinCopies copies;
    private final TwinTables tables;
    private final Slots shared = TwinMachines.family("shared");
    private final Slots high = TwinMachines.family("shared.high");
    private final Slots status = TwinMachines.family("shared.status");
    private final Slots pte = TwinMachines.family("host.pte");

    TwinGrants() {
        this(new TwinMachines.Coverage());
    }

    TwinGrants(TwinMachines.Coverage coverage) {
        t = new TwinMachines(coverage);
        stores = new TwinStores(t);
        maps = new TwinMaps(t);
        copies = new TwinCopies(t);
        tables = new TwinTables(t);
        for (int d = 1; d < TwinMachines.DOMAINS; d++) {
            t.slow.sizes.setVersion(d, 2);
            t.call("set_version", d, 2);
        }
    }

    /** Does on both what a number says; what they differ in, nothing when they agree. */
    String perform(int number) {
        t.take(number);
        String differing = switch (t.roll(24)) {
            case 0, 1, 2, 3 -> stores.store();
            case 4 -> stores.storeFlags();
            case 5 -> stores.storeFrame();
            case 6, 7, 8, 9 -> maps.map();
            case 10, 11, 12, 13, 14 -> maps.unmap();
            case 15, 16, 17, 18, 19, 20, 21 -> copies.copy();
            case 22 -> t.roll(3) == 0 ? tables.swap() : tables.setVersion();
            default -> tables.setUp();
        };
        return differing.isEmpty() ? visible() : differing;
    }

    /** Where entries and mappings differ. */
    private String visible() {
        for (int d = 0; d < TwinMachines.DOMAINS; d++) {
            for (int ref : TwinMachines.NAMED) {
                if (ref < t.slow.entries(d)) {
                    String differing = entry(d, ref);
                    if (!differing.isEmpty()) {
                        return differing;
                    }
                }
            }
            for (int slot = 0; slot < TwinMachines.SLOTS; slot++) {
                SlowGrants.Shown shown = t.slow.slots.get(d).get(slot);
                long expected = shown == null ? 0 : HostPte.of(shown.frame(), shown.readOnly(), 0);
                if (pte.get(t.s, d, slot) != expected) {
                    return "d" + d + ".V" + slot + ": " + pte.get(t.s, d, slot) + ", not " + shown;
                }
            }
        }
        return "";
    }

    private String entry(int domain, int ref) {
        SlowGrants.Entry e = t.slow.entry(domain, ref);
        boolean second = t.slow.version[domain] == 2;
        String expected = second
                ? SecondEntry.of(e.flags, e.domid, e.off, e.len) + " " + e.frame + " " + e.status
                : SharedEntry.of(e.flags, e.domid, e.frame) + " 0 0";
        String fast =
                shared.get(t.s, domain, ref) + " " + high.get(t.s, domain, ref) + " " + status.get(t.s, domain, ref);
        return fast.equals(expected) ? "" : "d" + domain + " r" + ref + ": " + fast + ", not " + expected;
    }
}
