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

    /**
     * A number and what is said of so many.
     *
     * @param says behind the number; of {@code {one|more}} the first words where it is one, else the others
     */
    public static String says(long number, String says) {
        return String.format(Locale.ROOT, "%,d ", number) + FORMS.matcher(says).replaceAll(number == 1 ? "$1" : "$2");
    }
}
