package dev.moat.output;

import java.util.Locale;
import java.util.regex.Pattern;

/** How many of something, in words. */
public final class Counted {
    private static final Pattern FORMS = Pattern.compile("\\{([^{}|]*)\\|([^{}|]*)\\}");

    private Counted() {}

    /** For example {@code 1 state}, and {@code 2,113 states}. */
    public static String of(long number, String one) {
        return String.format(Locale.ROOT, "%,d %s%s", number, one, number == 1 ? "" : "s");
    }

    /** For example {@code PROVED 31 goals}, and {@code NOT PROVED 2 of 31 goals} where two are not. */
    public static String proved(long open, long goals) {
        return open == 0 ? "PROVED " + of(goals, "goal") : "NOT PROVED " + open + " of " + of(goals, "goal");
    }

    /**
     * A number and what is said of so many.
     *
     * @param says behind the number; of {@code {one|more}} the first words where it is one, else the others
     */
    public static String says(long number, String says) {
        return String.format(Locale.ROOT, "%,d ", number) + FORMS.matcher(says).replaceAll(number == 1 ? "$1" : "$2");
    }
}
