package dev.moat.xen.twin;

import dev.moat.grant.SecondEntry;
import dev.moat.grant.SharedEntry;
import dev.moat.state.Slots;
import dev.moat.xen.host.HostPte;

/** The product and {@link SlowGrants}, side by side: the same stores and calls, and all that guests can see compared. */
final class TwinGrants {
    private final TwinMachines t;
    private final TwinStores stores;
    private final TwinMaps maps;
    private final TwinCopies copies;
    private final TwinTables tables;
    private final TwinFrames frames;
    private final Slots shared = TwinMachines.family("shared");
    private final Slots high = TwinMachines.family("shared.high");
    private final Slots status = TwinMachines.family("shared.status");
    private final Slots pte = TwinMachines.family("host.pte");

    /** @param configuration says how the machine is configured */
    TwinGrants(int configuration) {
        this(new TwinMachines.Coverage(), configuration);
    }

    TwinGrants(TwinMachines.Coverage coverage, int configuration) {
        t = new TwinMachines(coverage, configuration);
        frames = new TwinFrames(t);
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
        String differing = switch (t.roll(40)) {
            case 0, 1, 2, 3, 4, 5 -> stores.store();
            case 6 -> stores.storeFlags();
            case 7 -> stores.storeFrame();
            case 8, 9, 10, 11, 12, 13, 14 -> maps.map();
            case 15, 16, 17, 18, 19, 20 -> maps.unmap();
            case 21, 22 -> maps.unmapAndReplace();
            case 23, 24, 25, 26, 27, 28, 29, 30 -> copies.copy();
            case 31 -> t.roll(3) == 0 ? tables.swap() : tables.setVersion();
            case 32 -> tables.ask();
            case 33 -> t.roll(3) == 0 ? maps.mapMany() : tables.setUp();
            case 34, 35, 36 -> frames.transfer();
            case 37, 38 -> frames.store();
            default -> t.roll(3) == 0 ? frames.destroy() : tables.setUp();
        };
        t.slow.frames.settle();
        String found = differing.isEmpty() ? visible() : differing;
        return found.isEmpty() ? "" : found + " after " + t.calls;
    }

    /** Where entries and mappings differ. */
    private String visible() {
        for (int d = 0; d < TwinMachines.DOMAINS; d++) {
            for (int ref : TwinMachines.NAMED) {
                if (ref < t.slow.entries(d) && !t.slow.dying[d]) {
                    String differing = entry(d, ref);
                    if (!differing.isEmpty()) {
                        return differing;
                    }
                }
            }
            for (int slot = 0; slot < TwinMachines.SLOTS; slot++) {
                SlowGrants.Shown shown = t.slow.slots.get(d).get(slot);
                long expected = shown == null ? 0 : HostPte.of(shown.frame(), shown.readOnly(), shown.bits());
                if (pte.get(t.s, d, slot) != expected) {
                    return "d" + d + ".V" + slot + ": " + pte.get(t.s, d, slot) + ", not " + shown;
                }
            }
        }
        return frames.owners();
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
