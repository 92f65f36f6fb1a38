package dev.moat.conform.xen;

import java.util.ArrayList;
import java.util.List;

/**
 * Random sequences of grant-table operations as rows without answers, for a real Xen to answer: three domains that grant
 * to each other, map, copy, transfer and die. Each case depends on its seed only. A row that needs the handle of a map
 * names the map's step, {@code handle=@12}; the live domain 0 leaves it out when that map failed.
 */
final class RandomRows extends RandomNames {
    private static final int MANY = 40;

    /** A map that was asked for. */
    private record Mapped(int actor, String handle, String host, String frame) {}

    private final String start;
    private final StringBuilder rows = new StringBuilder();
    private final List<Mapped> maps = new ArrayList<>();
    /** To whom and with which frame an entry was stored last, by domain and reference. */
    private final int[][] grantee = new int[DOMAINS + 1][SLOTS];

    private final String[][] frame = new String[DOMAINS + 1][SLOTS];
    private int step;

    private RandomRows(String suite, long seed) {
        super(seed);
        start = suite + ",seed" + seed + ",";
    }

    /**
     * A file of cases.
     *
     * @param suite tells the Xen options, as {@code XenConfiguration} reads it
     * @param seed of the first case; those of the others follow
     * @param steps of each case after the creation of its domains
     */
    static String file(String suite, long seed, int cases, int steps) {
        StringBuilder all = new StringBuilder(XenRow.GRANTS.header()).append('\n');
        for (int i = 0; i < cases; i++) {
            all.append(new RandomRows(suite, seed + i).rows(steps));
        }
        return all.toString();
    }

    private String rows(int steps) {
        boolean firstOnly = oneIn(12);
        for (int d = 1; d <= DOMAINS; d++) {
            row(
                    0,
                    "create",
                    "dom=" + d + ";max_grant_frames=" + (1 + random.nextInt(4)) + ";max_maptrack_frames="
                            + (oneIn(20) ? 0 : 1 + random.nextInt(2)) + ";max_version=" + (firstOnly ? 1 : 2));
        }
        for (int d = 1; d <= DOMAINS; d++) {
            if (oneIn(2)) {
                row(d, "set_version", "version=2");
            }
            for (int i = 0; i < 3; i++) {
                write(d);
            }
        }
        while (step < steps) {
            act(1 + random.nextInt(DOMAINS));
        }
        return rows.toString();
    }

    private void act(int by) {
        int what = random.nextInt(100);
        if (what < 24) {
            row(by, "map", map(by, ""));
        } else if (what < 42) {
            unmap();
        } else if (what < 54) {
            write(by);
        } else if (what < 58) {
            row(by, "gt_flags", "ref=" + own() + ";flags=" + pick("0x0000", "0x0001", "0x0005", "0x0018", "0x0101"));
        } else if (what < 63) {
            row(by, "end_access", "ref=" + own());
        } else if (what < 72) {
            row(by, "copy", copy(by));
        } else if (what < 76) {
            row(by, pick("mem_read", "mem_write"), "at=" + place(by) + ";val=0x" + (10 + random.nextInt(80)));
        } else if (what < 84) {
            ownTables(by);
        } else if (what < 90) {
            batch(by);
        } else if (what < 94) {
            pages(by);
        } else {
            rare(by);
        }
    }

    /** What concerns the table as such. */
    private void ownTables(int by) {
        String any = pick("SELF", "SELF", "" + by, "" + domain(), "9", "32753");
        switch (random.nextInt(8)) {
            case 0 -> row(by, "set_version", "version=" + pick("1", "2", "2", "3"));
            case 1 -> row(by, "get_version", "dom=" + any);
            case 2 -> row(by, "query_size", "dom=" + any);
            case 3 -> row(by, "setup_table", "dom=" + any + ";nr_frames=" + random.nextInt(6));
            case 4 -> row(by, "get_status_frames", "dom=" + any + ";nr_frames=" + random.nextInt(3));
            default -> row(by, "swap", "a=" + own() + ";b=" + pick("" + own(), "" + own(), "600", "300"));
        }
    }

    /** What changes a domain's page tables, or who owns a page. */
    private void pages(int by) {
        int page = random.nextInt(6);
        switch (random.nextInt(8)) {
            case 0 -> row(by, "slot_clear", "slot=V" + random.nextInt(SLOTS));
            case 1 -> row(by, "own_map", "va=VA(P" + page + ");frame=D" + by + ".P" + random.nextInt(6));
            case 2 -> row(by, "own_map", "va=V" + random.nextInt(SLOTS) + ";frame=D" + by + ".P" + page);
            case 3 -> row(by, "own_unmap", "page=P" + page);
            case 4, 5 -> replace();
            default -> transfer(by, page);
        }
    }

    private void transfer(int by, int page) {
        int to = domain();
        int ref = own();
        if (!oneIn(4)) {
            store(to, ref, "0x0002", by, pick("0", frameOf(to)));
        }
        if (!oneIn(3)) {
            row(by, "own_unmap", "page=P" + page);
        }
        String dom = oneIn(10) ? pick("9", "SELF") : "" + to;
        String moved = oneIn(8) ? pick("D" + by + ".L1", "D" + by + ".GT0", "BADMFN", "D1.P0") : "D" + by + ".P" + page;
        row(by, "transfer", "frame=" + moved + ";dom=" + dom + ";ref=" + ref);
    }

    /** One entry mapped again and again, until a counter or the handles are full. */
    private void exhaust(int by) {
        String args = map(by, ".1");
        for (int k = 0; k < 4; k++) {
            for (int i = 1; i <= MANY; i++) {
                line(step + 1, by, "map", i + "/" + MANY, args, "");
            }
            step++;
        }
    }

    private void rare(int by) {
        switch (random.nextInt(9)) {
            case 0 ->
                row(
                        by,
                        "raw",
                        "cmd=" + pick("99(0x63)", "13(0xd)", "dump_table(0x3)", "0x1000(0x1000)") + ";count=1;ptr=ok");
            case 1 ->
                row(
                        by,
                        "raw",
                        "cmd=" + pick("map(0x0)", "copy(0x5)", "swap(0xb)") + ";count=" + pick("0", "-1") + ";ptr=ok");
            case 2 ->
                row(
                        by,
                        "raw",
                        "cmd=" + pick("query_size(0x6)", "setup_table(0x2)") + ";count=" + pick("0", "2") + ";ptr=ok");
            case 3, 4 ->
                row(
                        by,
                        "cache_flush",
                        "dev=" + frameOf(by) + ";off=" + pick("0", "64", "4095", "4096") + ";len="
                                + pick("0", "1", "64", "4096") + ";op=0x" + pick("0", "1", "2", "3", "4"));
            case 5 -> {
                if (oneIn(4)) {
                    exhaust(by);
                }
            }
            case 6 -> {
                if (step > 40) {
                    row(0, "destroy", "dom=" + by);
                }
            }
            default -> row(by, "query_size", "dom=SELF");
        }
    }

    private void write(int by) {
        int to = oneIn(12) ? Integer.parseInt(pick("" + by, "0", "9", "32752")) : other(by);
        if (oneIn(5)) {
            writeTransitive(by, to);
            return;
        }
        int ref = own();
        if (oneIn(5)) {
            grantee[by][ref] = to;
            frame[by][ref] = frameOf(by);
            row(
                    by,
                    "gt_write_sub",
                    "ref=" + ref + ";flags=" + pick("0x0101", "0x0105", "0x0001") + ";domid=" + to + ";frame="
                            + frame[by][ref] + ";off=" + pick("0", "16", "100", "4096") + ";len="
                            + pick("0", "32", "64", "4096"));
            return;
        }
        String flags = oneIn(8)
                ? pick("0x0000", "0x0002", "0x0009", "0x0019", "0x00e1", "0x0101")
                : pick("0x0001", "0x0001", "0x0005");
        store(by, ref, flags, to, oneIn(12) ? pick("0", "BADMFN", "D" + by + ".L5", frameOf(domain())) : frameOf(by));
    }

    /** Leads to what somebody grants to this domain, if anything: {@link #granted} finds it. */
    private void writeTransitive(int by, int to) {
        int ref = transitive();
        grantee[by][ref] = to;
        String leads = granted(by);
        int colon = leads.indexOf(':');
        String dom = oneIn(8) ? pick("SELF", "9", "" + by) : leads.substring(2, colon);
        String flags = pick("0x0003", "0x0003", "0x0003", "0x0007");
        row(
                by,
                "gt_write_trans",
                "ref=" + ref + ";flags=" + flags + ";domid=" + to + ";tdom=" + dom + ";tref="
                        + leads.substring(colon + 1, leads.length() - 1));
    }

    private void store(int by, int ref, String flags, int to, String what) {
        grantee[by][ref] = to;
        frame[by][ref] = what;
        row(by, "gt_write", "ref=" + ref + ";flags=" + flags + ";domid=" + to + ";frame=" + what);
    }

    /** @param element {@code .2} for the second of a batch */
    private String map(int by, String element) {
        int dom = domain();
        int ref = own();
        for (int i = 0; i < 20 && grantee[dom][ref] != by; i++) {
            dom = domain();
            ref = oneIn(15) ? transitive() : own();
        }
        String[] kinds = {
            "0x2(H)",
            "0x2(H)",
            "0x6(HR)",
            "0x6(HR)",
            "0x3(DH)",
            "0x7(DHR)",
            "0x1(D)",
            "0x5(DR)",
            "0xa(HA)",
            "0x12(HP)",
            "0x16(HPR)",
            "0x8(A)",
            "0x50002(H)",
            "0x1e(HRAP)"
        };
        String flags = pick(kinds);
        boolean entry = flags.contains("P");
        boolean host = flags.contains("H");
        String slot = "V" + random.nextInt(SLOTS);
        String at = !host ? pick("0", "0", "BADVA", slot) : entry ? "PTE(" + slot + ")" : slot;
        if (oneIn(12)) {
            at = pick(
                    "BADVA",
                    "XENVA",
                    "0",
                    slot,
                    "PTE(" + slot + ")",
                    slot + "+8",
                    "PTE(" + slot + ")+4",
                    "MADDR(D" + by + ".P1)",
                    "PTE(D" + other(by) + ".V1)",
                    "VA(D" + by + ".P5)",
                    "PTE(VA(D" + by + ".P4))");
        }
        String granter = oneIn(25) ? pick("9", "SELF", "32754") : "" + dom;
        String wanted = oneIn(25) ? pick("300", "511", "512", "4000000000") : "" + ref;
        maps.add(new Mapped(by, "@" + (step + 1) + element, host ? at : "0", device(flags, frame[dom][ref])));
        return "dom=" + granter + ";ref=" + wanted + ";flags=" + flags + ";host=" + at;
    }

    private static String device(String flags, String frame) {
        return flags.contains("D") && frame != null && frame.startsWith("D") ? frame : "0";
    }

    private void unmap() {
        if (!maps.isEmpty()) {
            Mapped mapped = maps.get(Math.max(0, maps.size() - 1 - random.nextInt(8)));
            row(oneIn(20) ? domain() : mapped.actor(), "unmap", unmap(mapped));
        }
    }

    private String unmap(Mapped mapped) {
        String host = oneIn(8) ? pick("0", "V" + random.nextInt(SLOTS), "PTE(V2)", "BADVA") : mapped.host();
        String dev = oneIn(8) ? pick("0", "D1.P0", "D2.P1+8") : mapped.frame();
        String handle = oneIn(25) ? pick("#0", "#3", "#77", "#4294967295") : mapped.handle();
        return "handle=" + handle + ";host=" + host + ";dev=" + dev;
    }

    private void replace() {
        if (!maps.isEmpty()) {
            Mapped mapped = maps.get(Math.max(0, maps.size() - 1 - random.nextInt(8)));
            String now = pick(
                    "VA(D" + mapped.actor() + ".P5)",
                    "VA(D" + mapped.actor() + ".P3)",
                    "V" + random.nextInt(SLOTS),
                    "0",
                    "BADVA");
            String host = oneIn(5) ? pick("0", "V7", "PTE(V7)") : mapped.host();
            row(mapped.actor(), "unmap_replace", "handle=" + mapped.handle() + ";host=" + host + ";new=" + now);
        }
    }

    private String copy(int by) {
        String from = oneIn(2) ? granted(by) : local(by);
        String to = from.startsWith("F") || oneIn(4) ? granted(by) : local(by);
        String length = pick("1", "1", "16", "64", "4096", "0");
        return "src=" + from + "+" + offset() + ";dst=" + to + "+" + offset() + ";len=" + length;
    }

    private String granted(int by) {
        int dom = domain();
        int ref = oneIn(4) ? transitive() : own();
        for (int i = 0; i < 20 && grantee[dom][ref] != by; i++) {
            dom = domain();
            ref = oneIn(4) ? transitive() : own();
        }
        return "G(" + (oneIn(20) ? pick("9", "SELF") : "" + dom) + ":" + (oneIn(25) ? "600" : "" + ref) + ")";
    }

    private String local(int by) {
        String dom = oneIn(20) ? pick("" + by, "9", "" + other(by)) : "SELF";
        String what = oneIn(12)
                ? pick("BADMFN", "0", "D" + by + ".L3", frameOf(other(by)))
                : "D" + by + ".P" + (8 + random.nextInt(3));
        return "F(" + dom + ":" + what + ")";
    }

    /** Several elements in one hypercall; at times the last ones lie where nothing is mapped. */
    private void batch(int by) {
        int count = 2 + random.nextInt(4);
        int kind = maps.isEmpty() ? 0 : random.nextInt(3);
        int readable = oneIn(5) ? 1 + random.nextInt(count - 1) : count;
        String op = new String[] {"map", "copy", "unmap"}[kind];
        int actor = kind == 2 ? maps.get(maps.size() - 1).actor() : by;
        List<Mapped> mine = maps.stream().filter(m -> m.actor() == actor).toList();
        for (int i = 1; i <= count; i++) {
            String args = switch (kind) {
                case 0 -> map(actor, "." + i);
                case 1 -> copy(actor);
                default -> unmap(mine.get(Math.max(0, mine.size() - i)));
            };
            line(step + 1, actor, op, i + "/" + count, args, i > readable ? "status-not-written" : "");
        }
        step++;
    }

    private void row(int by, String op, String args) {
        line(++step, by, op, "", args, "");
    }

    private void line(int at, int by, String op, String batch, String args, String out) {
        rows.append(start)
                .append(at)
                .append(",,D")
                .append(by)
                .append(',')
                .append(op)
                .append(',')
                .append(batch);
        rows.append(',').append(args).append(",,,,").append(out).append(",,\n");
    }
}
