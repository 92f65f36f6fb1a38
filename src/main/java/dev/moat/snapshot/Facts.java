package dev.moat.snapshot;

import dev.moat.input.InputException;
import dev.moat.limit.LimitException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What snapshots show: by relation of the vocabulary, the tuples of elements for which it is true. */
final class Facts {
    private static final int MOST = 4_000_000;

    private final Map<String, Map<List<String>, Line>> tuples = new LinkedHashMap<>();
    private final Set<String> notes = new LinkedHashSet<>();
    private final Map<String, Line> parts = new HashMap<>();
    private int count;

    /** The relation is true of the elements, as a line tells. */
    void add(Line at, String relation, String... elements) {
        if (shown(relation).putIfAbsent(List.of(elements), at) == null && ++count > MOST) {
            throw new LimitException("facts " + MOST, at.place() + ": the snapshot shows more than " + MOST + " facts");
        }
    }

    /**
     * A part of the snapshot begins. What was true at another moment would hide what is false now.
     *
     * @throws InputException when it has begun before
     */
    void begins(Line at, String part) {
        Line before = parts.putIfAbsent(part, at);
        if (before != null) {
            throw at.error(part + " is shown a second time, after " + before.place()
                    + ": a snapshot is of one moment, so cut one of the two out");
        }
    }

    /** All tuples of the relation are shown, also if there are none. */
    Map<List<String>, Line> shown(String relation) {
        return tuples.computeIfAbsent(relation, r -> new LinkedHashMap<>());
    }

    boolean isShown(String relation) {
        return tuples.containsKey(relation);
    }

    /** The tuples of a relation, and the line that tells each; none if no snapshot shows it. */
    Map<List<String>, Line> of(String relation) {
        return tuples.getOrDefault(relation, Map.of());
    }

    /** A sentence about what could not be taken from the snapshot. */
    void note(String sentence) {
        notes.add(sentence);
    }

    List<String> notes() {
        return new ArrayList<>(notes);
    }
}
