package dev.moat.conform.xen;

import java.util.ArrayList;
import java.util.List;

/**
 * Random sequences of what domains do with grants, frames and devices, as rows without answers in the format with an IOMMU:
 * domain 0 with e0, and up to three domains to which e1 may be assigned. After each step the rights of both devices to the
 * frame that it was about are measured, and at times those to all frames. Each case depends on its seed only.
 */
final class RandomVtdRows extends RandomVtdSteps {
    private static final int REFS = 5;

    /** A map that was asked for. */
    private record Mapped(int actor, String handle, String host, String frame) {}

    private final List<Mapped> maps = new ArrayList<>();
    private final int[][] grantee;
    private final String[][] frame;
    /** Domain 0 outlives the case, so that it uses a slot once. */
    private int nextSlot;

    private RandomVtdRows(String configuration, long seed) {
        super(configuration, seed);
        grantee = new int[domains + 1][REFS];
        frame = new String[domains + 1][REFS];
    }

    /**
     * A file of cases.
     *
     * @param configuration as {@code VtdConfiguration} reads it
     * @param seed of the first case; those of the others follow
     * @param steps of each case after the creation of its domains
     */
    static String file(String configuration, long seed, int cases, int steps) {
        StringBuilder all = new StringBuilder(XenRow.VTD.header()).append('\n');
        for (int i = 0; i < cases; i++) {
            all.append(new RandomVtdRows(configuration, seed + i).rows(steps));
        }
        return all.toString();
    }

    private String rows(int steps) {
        for (int d = 1; d <= domains; d++) {
            String limits =
                    ";max_grant_frames=4;max_maptrack_frames=" + (1 + random.nextInt(2)) + ";max_version=2;iommu=";
            line(++step, 0, "create", "", "dom=" + d + limits + (d == 2 || oneIn(3) ? 1 : 0), "", "", "");
        }
        for (int d = 1; d <= domains; d++) {
            if (oneIn(4)) {
                step(d, "set_version", "version=2", page(d));
            }
        }
        if (!oneIn(5)) {
            step(0, "assign_device", "dev=e1;to=D2", "D2.P4");
        }
        for (int d = 0; d <= domains; d++) {
            write(d);
            write(d);
        }
        while (step < steps) {
            act(any());
        }
        return rows.toString();
    }

    private void act(int by) {
        int what = random.nextInt(100);
        if (what < 22) {
            map(by);
        } else if (what < 40) {
            unmap();
        } else if (what < 50) {
            write(by);
        } else if (what < 57) {
            entry(by);
        } else if (what < 62) {
            copy(by);
        } else if (what < 76) {
            types(by);
        } else if (what < 80) {
            foreign();
        } else if (what < 89) {
            owners(by);
        } else if (what < 93) {
            batch(by);
        } else if (what < 96) {
            devices();
        } else if (what < 98) {
            odd(by);
        } else {
            rare();
        }
    }

    private void entry(int by) {
        int ref = random.nextInt(REFS);
        String about = frame[by][ref] == null ? page(by) : frame[by][ref];
        switch (random.nextInt(5)) {
            case 0, 1 -> step(by, "end_access", "ref=" + (8 + ref), about);
            case 2, 3 ->
                step(
                        by,
                        "gt_flags",
                        "ref=" + (8 + ref) + ";flags=" + pick("0x0000", "0x0001", "0x0005", "0x0019"),
                        about);
            default -> step(by, "swap", "a=" + (8 + ref) + ";b=" + (8 + random.nextInt(REFS)), about);
        }
    }

    private void write(int by) {
        int to = any();
        String flags = oneIn(8) ? pick("0x0000", "0x0002") : pick("0x0001", "0x0001", "0x0005");
        if (oneIn(10)) {
            int ref = random.nextInt(REFS);
            grantee[by][ref] = to;
            frame[by][ref] = plainPage(by);
            String part = ";frame=" + frame[by][ref] + ";off=" + pick("0", "2048") + ";len=" + pick("64", "2112");
            step(by, "gt_write_sub", "ref=" + (8 + ref) + ";flags=0x0101;domid=" + to + part, frame[by][ref]);
            return;
        }
        String what = plainPage(by);
        if (oneIn(12)) {
            String strange = "D" + to + ".P4";
            what = by == 0 ? pick("0", strange) : pick("D" + by + ".L5", "0", strange);
        }
        store(by, random.nextInt(REFS), flags, to, what);
    }

    private void store(int by, int ref, String flags, int to, String what) {
        grantee[by][ref] = to;
        frame[by][ref] = what.equals("0") ? null : what;
        step(
                by,
                "gt_write",
                "ref=" + (8 + ref) + ";flags=" + flags + ";domid=" + to + ";frame=" + what,
                what.equals("0") ? page(by) : what);
    }

    private void map(int by) {
        String[] made = mapping(by, "");
        step(by, "map", made[0], made[1]);
    }

    /** Arguments, and the frame that they are about. */
    private String[] mapping(int by, String element) {
        int dom = any();
        int ref = random.nextInt(REFS);
        for (int i = 0; i < 20 && grantee[dom][ref] != by; i++) {
            dom = any();
            ref = random.nextInt(REFS);
        }
        String flags = pick(
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
                "0x13(DHP)");
        boolean host = flags.contains("H");
        String slot = "V" + (by != 0 ? random.nextInt(SLOTS) : nextSlot++);
        if (by == 0 && nextSlot > 60) {
            host = false;
            flags = pick("0x1(D)", "0x5(DR)");
        }
        String at = !host ? "0" : flags.contains("P") ? "PTE(" + slot + ")" : slot;
        if (host && oneIn(15)) {
            at = pick("BADVA", "XENVA", "PTE(" + slot + ")+4");
        }
        String about = frame[dom][ref] == null ? page(dom) : frame[dom][ref];
        maps.add(new Mapped(by, "@" + (step + 1) + element, at, flags.contains("D") ? about : "0"));
        return new String[] {"dom=" + dom + ";ref=" + (8 + ref) + ";flags=" + flags + ";host=" + at, about};
    }

    private void unmap() {
        if (maps.isEmpty()) {
            return;
        }
        Mapped mapped = maps.get(Math.max(0, maps.size() - 1 - random.nextInt(10)));
        String about = mapped.frame().equals("0") ? page(any()) : mapped.frame();
        if (oneIn(12) && mapped.actor() != 0) {
            String to = pick("0", "V" + random.nextInt(SLOTS), "VA(" + page(mapped.actor()) + ")");
            step(
                    mapped.actor(),
                    "unmap_replace",
                    "handle=" + mapped.handle() + ";host=" + mapped.host() + ";new=" + to,
                    about);
            return;
        }
        step(mapped.actor(), "unmap", unmapping(mapped), about);
    }

    private String unmapping(Mapped mapped) {
        String host = oneIn(6) ? "0" : mapped.host();
        String bus = oneIn(5) ? "0" : mapped.frame();
        return "handle=" + mapped.handle() + ";host=" + host + ";dev=" + bus;
    }

    private void copy(int by) {
        int dom = any();
        // Where page tables are empty, too, so that every page may become one.
        String grant = "G(" + dom + ":" + (8 + random.nextInt(REFS)) + ")+2048";
        String own = "F(SELF:" + plainPage(by) + ")+2048";
        boolean from = oneIn(2);
        String about = from ? own.substring("F(SELF:".length(), own.indexOf(')')) : page(dom);
        step(by, "copy", "src=" + (from ? grant : own) + ";dst=" + (from ? own : grant) + ";len=64", about);
    }

    private void types(int by) {
        String page = page(by);
        String name = page.substring(page.indexOf('.') + 1);
        String other = oneIn(6) ? page(by) : page;
        switch (random.nextInt(8)) {
            case 0, 1 -> step(by, "own_unmap", "page=" + name, page);
            case 2 -> step(by, "own_map_ro", "va=VA(" + name + ");frame=" + other, other);
            case 3, 4 -> step(by, "own_map", "va=VA(" + name + ");frame=" + other, other);
            case 5 -> {
                step(by, "own_unmap", "page=" + name, page);
                step(by, "pin_table", "frame=" + page + ";level=1", page);
            }
            case 6 -> step(by, "pin_table", "frame=" + page + ";level=1", page);
            default -> step(by, "unpin_table", "frame=" + page, page);
        }
    }

    private void foreign() {
        int dom = 1 + random.nextInt(domains);
        String page = oneIn(6) ? pick("D" + dom + ".L5", "D" + dom + ".GT0") : page(dom);
        if (oneIn(2)) {
            step(0, "foreign_cpu_map", "dom=" + dom + ";frame=" + page + ";" + pick("rw", "ro"), page);
        }
        if (oneIn(2)) {
            step(0, "foreign_cpu_unmap", "dom=" + dom + ";frame=" + page + ";off", page);
        }
    }

    private void owners(int by) {
        String page = page(by);
        String name = page.substring(page.indexOf('.') + 1);
        if (oneIn(2)) {
            step(by, "own_unmap", "page=" + name, page);
        }
        switch (random.nextInt(4)) {
            case 0 -> {
                step(by, "decrease_reservation", "frame=" + page, page);
                if (oneIn(2)) {
                    populate(by, page, name);
                }
            }
            case 1 -> populate(by, page, name);
            case 2 -> {
                if (replaced.add(page)) {
                    step(by, "memory_exchange", "frame=" + page, page, page + "'");
                }
            }
            default -> transfer(by, page);
        }
    }

    private void populate(int by, String page, String name) {
        if (replaced.add(page)) {
            step(by, "populate_physmap", "newpage=" + name, page, page + "'");
        }
    }

    private void transfer(int by, String page) {
        int to = any();
        int ref = random.nextInt(REFS);
        if (!oneIn(4)) {
            store(to, ref, "0x0002", by, "0");
        }
        step(by, "transfer", "frame=" + page + ";dom=" + to + ";ref=" + (8 + ref), page);
        if (oneIn(2)) {
            step(to, oneIn(2) ? "own_map" : "own_map_ro", "va=VA(P" + (FIRST_PAGE + PAGES) + ");frame=" + page, page);
        }
    }

    private void batch(int by) {
        int count = 2 + random.nextInt(4);
        int readable = oneIn(5) ? 1 + random.nextInt(count - 1) : count;
        boolean unmap = !maps.isEmpty() && oneIn(2);
        int actor = unmap ? maps.get(maps.size() - 1).actor() : by;
        List<Mapped> mine = maps.stream().filter(m -> m.actor() == actor).toList();
        List<String> about = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String args;
            if (unmap) {
                Mapped mapped = mine.get(Math.max(0, mine.size() - i));
                args = unmapping(mapped);
                about.add(mapped.frame().equals("0") ? page(any()) : mapped.frame());
            } else {
                String[] made = mapping(actor, "." + i);
                args = made[0];
                about.add(made[1]);
            }
            boolean last = i == count;
            String of = i + "/" + count;
            String out = i > readable ? "status-not-written" : "";
            String watched = last ? about.get(0) : "";
            line(step + 1, actor, unmap ? "unmap" : "map", of, args, out, last ? "e0" : "", watched);
        }
        step++;
        for (String one : about) {
            probe("e1", one);
            probe("e0", one);
        }
    }

    /** What nobody does, and what is refused. */
    private void odd(int by) {
        String page = page(by);
        String table = by == 0 ? pageOfAnother(by) : pick("D" + by + ".L5", pageOfAnother(by));
        String shared = by == 0 || oneIn(2) ? table : "D" + by + ".GT0";
        switch (random.nextInt(7)) {
            case 0 -> step(by, "unpin_table", "frame=" + pageOfAnother(by), page);
            case 1 -> step(by, "decrease_reservation", "frame=" + table, table);
            case 2 -> step(by, pick("own_map", "own_map_ro"), "va=VA(P9);frame=" + shared, shared);
            case 3 -> step(by, "transfer", "frame=" + shared + ";dom=" + any() + ";ref=" + pick("8", "600"), shared);
            case 4 -> step(by, "transfer", "frame=" + page + ";dom=" + pick("SELF", "9") + ";ref=8", page);
            case 5 -> {
                if (by != 0) {
                    String slot = "V" + random.nextInt(SLOTS);
                    step(by, pick("own_map", "own_map_ro"), "va=" + slot + ";frame=" + page, page);
                }
            }
            default -> {
                if (by != 0) {
                    step(by, "slot_clear", "slot=V" + random.nextInt(SLOTS), page);
                }
            }
        }
    }

    private void devices() {
        int dom = any();
        String about = page(dom);
        if (oneIn(2)) {
            step(0, "deassign_device", "dev=e1;from=D" + pick("2", "2", "" + dom), about);
        } else {
            step(0, "assign_device", "dev=e1;to=D" + pick("2", "2", "" + dom), about);
        }
    }

    private void rare() {
        int dom = 1 + random.nextInt(domains);
        if (step > 50 && oneIn(3)) {
            step(0, "destroy", "dom=" + dom, page(dom));
        } else {
            step(0, "probe", "", "D0.P4");
            for (int d = 0; d <= domains; d++) {
                for (int i = 0; i < PAGES; i++) {
                    probe("e" + i % 2, "D" + d + ".P" + (FIRST_PAGE + i));
                    probe("e" + (i + 1) % 2, "D" + d + ".P" + (FIRST_PAGE + i));
                }
            }
        }
    }
}
