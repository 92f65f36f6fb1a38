package dev.moat.check.mutants;

import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The relations of a machine that has devices, by name, and how many elements their sorts have; a relation that it lacks is false. */
final class DeviceRelations {
    private static final int PLACES = 5;

    final int requesters;
    final int pages;
    final int frames;
    final int units;
    final int spaces;
    final int tags;
    private final Map<String, Relation> relations = new HashMap<>();

    DeviceRelations(Abstraction abstraction) {
        abstraction.relations().forEach(r -> relations.put(r.name(), r));
        requesters = size(abstraction, "Req");
        pages = size(abstraction, "Page");
        frames = size(abstraction, "Frame");
        units = size(abstraction, "Unit");
        spaces = size(abstraction, "Space");
        tags = size(abstraction, "Tag");
    }

    private static int size(Abstraction abstraction, String sort) {
        return abstraction.sort(sort).map(Sort::size).orElseThrow();
    }

    boolean is(String relation, long[] s, int... at) {
        Relation r = relations.get(relation);
        int[] a = Arrays.copyOf(at, PLACES);
        return r != null && r.code().holds(s, a[0], a[1], a[2], a[3], a[4]);
    }

    /** Whether no request of a device gets any frame. */
    boolean getsNothing(long[] s, int requester) {
        for (int p = 0; p < pages; p++) {
            for (int f = 0; f < frames; f++) {
                if (is("getsR", s, requester, p, f) || is("getsW", s, requester, p, f)) {
                    return false;
                }
            }
        }
        return true;
    }
}
