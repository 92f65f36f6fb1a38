package dev.moat.logic;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Tells a user who wrote an unknown name which ones there are. */
public final class UnknownNames {
    private static final int SHOWN = 8;

    private UnknownNames() {}

    /** {@code "; known: a, b, c"}: the names with the same first letter, all where there is none; the first 8. */
    public static String known(String wrong, Collection<String> known) {
        List<String> sorted = known.stream().sorted().toList();
        String initial = wrong.isEmpty() ? "" : wrong.substring(0, 1).toLowerCase(Locale.ROOT);
        List<String> near = sorted.stream()
                .filter(n -> n.toLowerCase(Locale.ROOT).startsWith(initial))
                .toList();
        List<String> shown = near.isEmpty() ? sorted : near;
        if (shown.isEmpty()) {
            return "";
        }
        return shown.stream()
                .limit(SHOWN)
                .collect(Collectors.joining(", ", "; known: ", shown.size() > SHOWN ? ", ..." : ""));
    }
}
