package dev.moat.spark.row;

import dev.moat.machine.Coverage;
import java.io.Serializable;
import java.util.TreeMap;

/** What expanding a part of a level counted; of several parts, what they counted together. */
public final class Counts implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Stands for no state and no candidate: behind all others. */
    public static final long NONE = Long.MAX_VALUE;

    /** Successors, duplicates included. */
    public long generated;
    /** Bits of the invariants whose witness nobody has seen. */
    public long unwitnessed = -1L;
    /** Number, in its level, of the first state in which an operation can never end. */
    public long stuck = NONE;
    /** The order of the first candidate that violates an invariant. */
    public long violating = NONE;
    /** Bits of the invariants that it violates. */
    public long violated;

    private final TreeMap<String, Long> actions = new TreeMap<>();
    private final TreeMap<String, Long> steps = new TreeMap<>();
    private final TreeMap<String, Long> results = new TreeMap<>();
    private long refused;

    /** Adds what another part counted. */
    public void add(Counts other) {
        generated += other.generated;
        unwitnessed &= other.unwitnessed;
        stuck = Math.min(stuck, other.stuck);
        if (other.violating < violating) {
            violating = other.violating;
            violated = other.violated;
        }
        other.actions.forEach((name, n) -> actions.merge(name, n, Long::sum));
        other.steps.forEach((name, n) -> steps.merge(name, n, Long::sum));
        other.results.forEach((name, n) -> results.merge(name, n, Long::sum));
        refused += other.refused;
    }

    /** Adds what took effect in a stepper. */
    public void add(Coverage coverage) {
        coverage.actions().forEach((name, n) -> actions.merge(name, n, Long::sum));
        coverage.steps().forEach((name, n) -> steps.merge(name, n, Long::sum));
        coverage.results().forEach((name, n) -> results.merge(name, n, Long::sum));
        refused += coverage.refused();
    }

    /** What took effect. */
    public Coverage coverage() {
        Coverage all = new Coverage();
        all.actions().putAll(actions);
        all.steps().putAll(steps);
        all.results().putAll(results);
        all.addRefused(refused);
        return all;
    }
}
