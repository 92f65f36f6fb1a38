package dev.moat.model;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds the name a user most likely meant. */
public final class Suggestion {
    /** More names than this are not all told. */
    private static final int MOST = 12;

    private static final int NEAREST = 8;

    private Suggestion() {}

    /** {@code "; did you mean 'x'?"} when a known name is close enough, {@code ""} otherwise. */
    public static String phrase(String wrong, Collection<String> known) {
        return nearest(wrong, known).map(n -> "; did you mean '" + n + "'?").orElse("");
    }

    /** The same, and behind it what {@link #names} says. */
    public static String among(String wrong, Collection<String> known) {
        return phrase(wrong, known) + names(wrong, known);
    }

    /** In parentheses all known names, or where there are many the nearest. */
    public static String names(String wrong, Collection<String> known) {
        return known.size() <= MOST
                ? " (known: " + String.join(", ", known) + ")"
                : " (nearest: " + String.join(", ", near(wrong, known)) + "; " + known.size() + " in all)";
    }

    private static List<String> near(String wrong, Collection<String> known) {
        return known.stream()
                .sorted(Comparator.<String>comparingInt(n -> n.contains(wrong) ? 0 : rows(wrong, n)[1])
                        .thenComparing(Comparator.naturalOrder()))
                .limit(NEAREST)
                .toList();
    }

    /** The known name with the smallest edit distance, at most a third of the length; ties by name. */
    public static Optional<String> nearest(String wrong, Collection<String> known) {
        int limit = Math.max(1, wrong.length() / 3);
        return known.stream()
                .filter(n -> distance(wrong, n) <= limit || (wrong.length() > 2 && n.contains(wrong)))
                .min(Comparator.<String>comparingInt(n -> distance(wrong, n)).thenComparing(Comparator.naturalOrder()));
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        return rows(a, b)[0];
    }

    /** Levenshtein's distance, and the least one to any beginning of {@code b}. */
    private static int[] rows(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return new int[] {row[b.length()], Arrays.stream(row).min().orElseThrow()};
    }
}
