package dev.moat.conform;

import dev.moat.grant.SharedEntry;
import dev.moat.xen.HostPte;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the recorder printed after each step: the entries that the step addressed and those, addressed earlier in the case,
 * that changed; and the slots whose mapping changed.
 */
final class Observer {
    private final XenBench bench;
    private final Symbols symbols;
    private final Map<Integer, String> seen = new TreeMap<>();
    private final long[] ptes;

    Observer(XenBench bench, Symbols symbols) {
        this.bench = bench;
        this.symbols = symbols;
        ptes = new long[bench.domains() * bench.slots()];
    }

    /** Texts by entry, {@code D1[8]} to {@code fl=0x0019;dom=2;frame=D1.P0}. */
    Map<String, String> entries(Iterable<Integer> addressed) {
        Map<String, String> shown = new TreeMap<>();
        for (int entry : addressed) {
            seen.put(entry, "");
        }
        seen.keySet().removeIf(entry -> !bench.isReadable(entry));
        seen.replaceAll((entry, before) -> {
            String now = print(bench.shared(entry));
            if (!now.equals(before)) {
                shown.put("D" + entry / XenBench.REFS + "[" + entry % XenBench.REFS + "]", now);
            }
            return now;
        });
        return shown;
    }

    private String print(long entry) {
        return String.format(
                "fl=0x%04x;dom=%d;frame=%s",
                SharedEntry.FLAGS.get(entry), SharedEntry.DOMID.get(entry), symbols.name(SharedEntry.FRAME.get(entry)));
    }

    /** Texts by slot, {@code D2.V0} to {@code D1.P0/rw}, {@code /user} and {@code /avail5} after it, or {@code none}. */
    Map<String, String> ptes() {
        Map<String, String> shown = new TreeMap<>();
        for (int i = 0; i < ptes.length; i++) {
            int domain = i / bench.slots();
            int slot = i % bench.slots();
            long now = bench.pte(domain, slot);
            if (now != ptes[i]) {
                shown.put("D" + domain + ".V" + slot, printPte(now));
                ptes[i] = now;
            }
        }
        return shown;
    }

    private String printPte(long pte) {
        if (!HostPte.PRESENT.isSet(pte)) {
            return "none";
        }
        long avail = HostPte.AVAIL.get(pte);
        return symbols.name(HostPte.FRAME.get(pte))
                + (HostPte.WRITABLE.isSet(pte) ? "/rw" : "/ro")
                + (HostPte.USER.isSet(pte) ? "/user" : "")
                + (avail == 0 ? "" : "/avail" + avail);
    }
}
