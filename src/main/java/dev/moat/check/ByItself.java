package dev.moat.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A machine with nothing left out, searched again without the properties that it breaks until it breaks no more.
 *
 * @param broken searches that broke something, each without the properties that those before it broke
 * @param judged the properties that are left
 * @param last the search by those
 */
public record ByItself(List<Verdict> broken, List<String> judged, Verdict last) {
    public ByItself {
        broken = List.copyOf(broken);
        judged = List.copyOf(judged);
    }

    /**
     * Searches.
     *
     * @param properties that are judged at first
     * @param search by some of them
     */
    public static ByItself of(List<String> properties, Function<List<String>, Verdict> search) {
        List<Verdict> broken = new ArrayList<>();
        List<String> judged = new ArrayList<>(properties);
        while (true) {
            Verdict verdict = search.apply(List.copyOf(judged));
            Finding finding = verdict.finding();
            if (finding == null || !judged.removeAll(finding.invariants()) || judged.isEmpty()) {
                return new ByItself(broken, judged, verdict);
            }
            broken.add(verdict);
        }
    }

    /** Whether what is left holds. */
    public boolean holds() {
        return last.outcome() == Verdict.Kind.HELD;
    }
}
