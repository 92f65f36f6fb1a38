package dev.moat.model;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named step of an operation.
 *
 * @param name as printed in traces and fault lists
 * @param code the step
 * @param quiet whether its end is no boundary: it touches only the operation's own locals and locks, so the next step
 *     runs in the same transition unless merging is off
 * @param claims the abstract action of the discipline that it performs, or {@code stutter}
 * @param targets name of the successor for each outcome NEXT, LOOP, FAIL, DONE; null means the default: the following
 *     step, this step, the end, the end
 */
public record Step(String name, StepCode code, boolean quiet, String claims, List<@Nullable String> targets) {
    /** Target name that finishes the operation. */
    public static final String END = "end";

    /** A step with the default successors. */
    public static Step of(String name, StepCode code) {
        return new Step(name, code, false, "stutter", Arrays.asList(null, null, null, null));
    }

    /** The same step, its end not a boundary. */
    public Step quietly() {
        return new Step(name, code, true, claims, targets);
    }

    /** The same step, its end a boundary. */
    public Step loudly() {
        return new Step(name, code, false, claims, targets);
    }

    /** The same step with its claim. */
    public Step claiming(String action) {
        return new Step(name, code, quiet, action, targets);
    }

    /** The same step with another successor for an outcome. */
    public Step on(int outcome, String target) {
        @Nullable String[] t = targets.toArray(new String[0]);
        t[outcome] = target;
        return new Step(name, code, quiet, claims, Arrays.asList(t));
    }

    /** The same step with other code. */
    public Step running(StepCode replacement) {
        return new Step(name, replacement, quiet, claims, targets);
    }
}
