package dev.moat.conform.xen;

import dev.moat.grant.SecondEntry;
import dev.moat.grant.SharedEntry;
import dev.moat.xen.host.HostPte;
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

    /**
     * @param bench whose state is observed, from its start
     * @param symbols names of its frames
     */
    public Observer(XenBench bench, Symbols symbols) {
        this.bench = bench;
        this.symbols = symbols;
        ptes = new long[bench.domains() * bench.slots()];
    }

    /**
     * Texts by entry, {@code D1[8]} to {@code fl=0x0019;dom=2;frame=D1.P0}.
     *
     * @param also further entries that were addressed, shown only when they changed since they were last shown
     */
    Map<String, String> entries(Iterable<Integer> addressed, Iterable<Integer> also) {
        Map<String, String> shown = new TreeMap<>();
        also.forEach(entry -> seen.putIfAbsent(entry, ""));
        for (int entry : addressed) {
            seen.put(entry, "");
        }
        seen.keySet().removeIf(entry -> !bench.isReadable(entry));
        seen.replaceAll((entry, before) -> {
            if (!bench.isInTable(entry)) {
                return before;
            }
            String now = print(entry);
            if (!now.equals(before)) {
                shown.put(bench.entryName(entry), now);
            }
            return now;
        });
        return shown;
    }

    /** The texts of entries as they are now. */
    Map<String, String> now(Iterable<Integer> entries) {
        Map<String, String> shown = new TreeMap<>();
        entries.forEach(entry -> shown.put(bench.entryName(entry), print(entry)));
        return shown;
    }

    private String print(int entry) {
        long word = bench.shared(entry);
        String start = "fl=0x" + hex(SharedEntry.FLAGS.get(word)) + ";dom=" + SharedEntry.DOMID.get(word);
        if (!bench.isSecond(entry)) {
            return start + ";frame=" + symbols.name(SharedEntry.FRAME.get(word));
        }
        long high = bench.high(entry);
        start += ";st=0x" + hex(bench.status(entry));
        if (SharedEntry.GTF_TYPE.get(word) == SecondEntry.TRANSITIVE) {
            return start + ";tdom=" + SecondEntry.TRANS_DOMID.get(word) + ";tref=" + SecondEntry.TRANS_GREF.get(high);
        }
        String part = SharedEntry.GTF_SUB_PAGE.isSet(word)
                ? ";off=" + SecondEntry.PAGE_OFF.get(word) + ";len=" + SecondEntry.LENGTH.get(word)
                : "";
        return start + part + ";frame=" + symbols.name(high);
    }

    private static String hex(long sixteenBits) {
        String digits = Long.toHexString(sixteenBits);
        return "0000".substring(digits.length()) + digits;
    }

    /**
     * Texts by slot, {@code D2.V0} to {@code D1.P0/rw}, {@code /user} and {@code /avail5} after it, or {@code none}. The address space of a
     * domain that was destroyed shows nothing any more.
     */
    public Map<String, String> ptes() {
        Map<String, String> shown = new TreeMap<>();
        for (int i = 0; i < ptes.length; i++) {
            int domain = i / bench.slots();
            int slot = i % bench.slots();
            long now = bench.pte(domain, slot);
            if (now != ptes[i] && bench.isAlive(domain)) {
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
