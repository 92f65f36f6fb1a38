package dev.moat.conform.xen;

import java.util.LinkedHashSet;
import java.util.Set;

/** The rows that {@link RandomVtdRows} asks: written one by one, each with what is measured after it. */
class RandomVtdSteps extends RandomNames {
    static final int FIRST_PAGE = 4;
    static final int PAGES = 5;

    /** Domains beside domain 0. */
    final int domains;

    final StringBuilder rows = new StringBuilder();
    /** Pages that have been asked for again; the format names one replacement of each only. */
    final Set<String> replaced = new LinkedHashSet<>();

    int step;
    private final String start;

    RandomVtdSteps(String configuration, long seed) {
        super(seed);
        start = configuration + ",seed" + seed + ",";
        domains = oneIn(3) ? 3 : 2;
    }

    final int any() {
        return random.nextInt(domains + 1);
    }

    final String page(int dom) {
        return "D" + dom + ".P" + (FIRST_PAGE + random.nextInt(PAGES));
    }

    final String pageOfAnother(int dom) {
        return page((dom + 1 + random.nextInt(domains)) % (domains + 1));
    }

    /** One that has not been replaced, whose name means the same frame in every row. */
    final String plainPage(int dom) {
        String page = page(dom);
        for (int i = 0; i < 10 && replaced.contains(page); i++) {
            page = page(dom);
        }
        return replaced.contains(page) ? "D" + dom + ".P" + (FIRST_PAGE + PAGES) : page;
    }

    /** A row, and the rights of both devices to the frames it was about. */
    final void step(int by, String op, String args, String... about) {
        line(++step, by, op, "", args, "", "e0", about[0]);
        probe("e1", about[0]);
        for (int i = 1; i < about.length; i++) {
            probe("e0", about[i]);
            probe("e1", about[i]);
        }
    }

    final void probe(String device, String about) {
        line(step, 0, "probe", "", "", "", device, about);
    }

    /** @param cells batch, args, out, dev and frame */
    final void line(int at, int by, String op, String... cells) {
        rows.append(String.format(
                "%s%d,D%d,%s,%s,%s,,,,%s,,%s,%s,,,,%n",
                start, at, by, op, cells[0], cells[1], cells[2], cells[3], cells[4]));
    }
}
