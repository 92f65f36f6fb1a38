package dev.moat.check.cover;

import dev.moat.input.InputException;
import dev.moat.input.InputText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;

/**
 * Properties that choices are known to break, each with a reason. A line has the choices as a user writes them, the
 * property, two spaces and the reason; or {@link #TOO_LARGE} instead of the property. If choices break a property,
 * more choices may break it too, without a further line.
 */
public final class KnownBreaks {
    private static final int MOST_BYTES = 1 << 20;

    /** In place of a property: the searches hit their limit, and the reason names the scenario that searches the same. */
    static final String TOO_LARGE = "too-large";

    /** Before a reason: only larger bounds show it than the array has, as those of machines drawn at random are. */
    private static final String LARGER = "larger: ";

    /** In place of a property: no bounds bring all of the choices to work, and the reason says why. */
    static final String IDLE = "never-at-work";

    private final Map<String, String> reasons;
    private final Set<String> met = new ConcurrentSkipListSet<>();

    private KnownBreaks(Map<String, String> reasons) {
        this.reasons = reasons;
    }

    /**
     * Reads a file.
     *
     * @throws IOException when it cannot be read
     * @throws InputException when it is larger than 1 MiB or no UTF-8; then at a line without a property or a reason, or that is there twice
     */
    public static KnownBreaks read(Path file) throws IOException {
        Map<String, String> reasons = new LinkedHashMap<>();
        List<String> lines = InputText.read(file, MOST_BYTES).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] halves = line.split(" {2,}", 2);
            if (halves.length < 2 || halves[0].split(" ").length < 2 || halves[1].isBlank()) {
                throw new InputException(
                        file.toString(), i + 1, 1, "needs choices, a property, two spaces and the reason");
            }
            if (reasons.put(halves[0], halves[1]) != null) {
                throw new InputException(file.toString(), i + 1, 1, "'" + halves[0] + "' is there twice");
            }
        }
        return new KnownBreaks(reasons);
    }

    /** Nothing is known. */
    public static KnownBreaks none() {
        return new KnownBreaks(Map.of());
    }

    /**
     * Whether it is known that these choices break a property, or that fewer of them do; notes that it was seen. In bounds
     * whose search is cut, more choices may show what fewer hide.
     */
    boolean has(List<Choice> choices, String property) {
        List<String> lines = lines(choices, property);
        met.addAll(lines);
        return !lines.isEmpty();
    }

    /** The reason on file for these choices, or for fewer of them; nothing is noted. Empty for none. */
    String reason(List<Choice> choices, String property) {
        List<String> lines = lines(choices, property);
        return lines.isEmpty() ? "" : Objects.requireNonNull(reasons.get(lines.get(lines.size() - 1)));
    }

    /** What the file has for these choices and for fewer of them, without the reasons; the most choices last. */
    private List<String> lines(List<Choice> choices, String property) {
        List<String> found = new ArrayList<>();
        for (int some = 1; some < 1 << choices.size(); some++) {
            List<Choice> part = new ArrayList<>();
            for (int i = 0; i < choices.size(); i++) {
                if ((some >>> i & 1) == 1) {
                    part.add(choices.get(i));
                }
            }
            String key = key(part, property);
            if (reasons.containsKey(key)) {
                found.add(key);
            }
        }
        return found;
    }

    /** A line of the file, without its reason. */
    static String key(List<Choice> choices, String property) {
        List<String> words =
                new ArrayList<>(choices.stream().map(Choice::toString).toList());
        words.add(property);
        return String.join(" ", words);
    }

    /**
     * What the file says and no search has shown so far, but for what larger bounds show, and for choices that were all tried, but not
     * together: triples are not tried beside pairs. Searches that end earlier than those that the file is for show less, which is no news
     * about it.
     *
     * @param states the limit of the searches; what is too large depends on it
     * @param meant the limit that the file is for
     * @param tried the combinations that were searched
     */
    public Set<String> unmet(long states, long meant, List<List<Choice>> tried) {
        if (states < meant) {
            return Set.of();
        }
        Set<String> rest = new TreeSet<>(reasons.keySet());
        rest.removeAll(met);
        rest.removeIf(line -> states > meant && line.endsWith(" " + TOO_LARGE));
        rest.removeIf(line -> Objects.requireNonNull(reasons.get(line)).startsWith(LARGER));
        List<Set<String>> together = tried.stream()
                .map(some -> some.stream().map(Choice::toString).collect(Collectors.toSet()))
                .toList();
        Set<String> alone = together.stream().flatMap(Set::stream).collect(Collectors.toSet());
        rest.removeIf(line -> {
            List<String> words = List.of(line.split(" "));
            List<String> choices = words.subList(0, words.size() - 1);
            return alone.containsAll(choices) && together.stream().noneMatch(some -> some.containsAll(choices));
        });
        return rest;
    }
}
