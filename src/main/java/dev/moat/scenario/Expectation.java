package dev.moat.scenario;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario says its run must show; the gate for continuous integration. A null is not judged.
 *
 * @param violated whether a violation must be found; otherwise everything must hold
 * @param distinct distinct states of a run that holds
 * @param generated generated states of a run that holds
 * @param depth levels of a run that holds, the initial state being level 1
 * @param invariants exactly the properties that the shortest violation breaks; empty when not judged
 * @param length actions of the shortest violation: operations, DMA requests and hardware acts
 */
public record Expectation(
        boolean violated,
        @Nullable Long distinct,
        @Nullable Long generated,
        @Nullable Long depth,
        List<String> invariants,
        @Nullable Long length) {
    public Expectation {
        invariants = List.copyOf(invariants);
    }

    /** Everything holds, whatever the counts. */
    public static Expectation held() {
        return new Expectation(false, null, null, null, List.of(), null);
    }

    /** The same without numbers, for a machine whose parameters were changed. */
    public Expectation withoutCounts() {
        return new Expectation(violated, null, null, null, List.of(), null);
    }

    /** Whether there is a number, or a set of properties, that {@link #withoutCounts} would drop. */
    public boolean hasCounts() {
        return !equals(withoutCounts());
    }
}
