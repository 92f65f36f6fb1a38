package dev.moat.conform.xen;

import java.util.Random;

/** What random rows name: domains, references, pages and addresses; all chosen by one seed. */
class RandomNames {
    static final int DOMAINS = 3;
    static final int SLOTS = 16;
    /** References at which transitive entries are stored, and nothing else: Xen loops where one becomes so while pinned. */
    private static final int[] TRANSITIVE = {7, 14, 15};

    final Random random;

    RandomNames(long seed) {
        random = new Random(seed);
    }

    final int transitive() {
        return TRANSITIVE[random.nextInt(TRANSITIVE.length)];
    }

    final String offset() {
        return pick("0", "0", "0", "16", "100", "4095", "4096");
    }

    final String place(int by) {
        String base = oneIn(2) ? "D" + by + ".V" + random.nextInt(SLOTS) : "D" + by + ".P" + random.nextInt(6);
        return base + "+" + pick("0", "16", "100", "4095");
    }

    final String frameOf(int dom) {
        return "D" + dom + ".P" + random.nextInt(4);
    }

    /** A reference that transitive entries are not stored at. */
    final int own() {
        return oneIn(12) ? random.nextInt(7) : 8 + random.nextInt(5);
    }

    final int domain() {
        return 1 + random.nextInt(DOMAINS);
    }

    final int other(int than) {
        return 1 + (than - 1 + 1 + random.nextInt(DOMAINS - 1)) % DOMAINS;
    }

    final boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    final String pick(String... from) {
        return from[random.nextInt(from.length)];
    }
}
