package dev.moat.output;

import java.util.Locale;

/** How many of something, in words. */
public final class Counted {
    private Counted() {}

    /** For example {@code 1 state}, and {@code 2,113 states}. */
    public static String of(long number, String one) {
        return String.format(Locale.ROOT, "%,d %s%s", number, one, number == 1 ? "" : "s");
    }
}
