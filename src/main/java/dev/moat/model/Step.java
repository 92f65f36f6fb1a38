package dev.moat.model;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A named step of an operation.
 *
 * @param name as printed in traces and fault lists
 * @param code the step
 * @param quiet whether its end is no boundary: it touches only the operation's own locals and locks, so the next step
 *     runs in the same transition unless merging is off
 * @param targets name of the successor for each outcome NEXT, LOOP, FAIL, DONE; null means the default: the following
 *     step, this step, the end, the end
 * @param notes what it claims, and what else is said of it
 */
public record Step(String name, StepCode code, boolean quiet, List<@Nullable String> targets, Notes notes) {
    /** Target name that finishes the operation. */
    public static final String END = "end";

    private static final String STUTTER = "stutter";

    /**
     * What a step says of itself, to be printed; tests demand that it is true.
     *
     * @param claims the abstract action of the discipline that it performs, or {@code stutter}
     * @param point the point of the program where a policy put it in, or ""
     * @param asks the decisions that it may ask
     * @param takes the locks that it may take, by the names of their slots
     * @param drops the locks that it may drop
     */
    public record Notes(String claims, String point, List<String> asks, List<String> takes, List<String> drops) {
        static final Notes NONE = new Notes(STUTTER, "", List.of(), List.of(), List.of());

        public Notes {
            asks = List.copyOf(asks);
            takes = List.copyOf(takes);
            drops = List.copyOf(drops);
        }
    }

    /** The abstract action of the discipline that it performs, or {@code stutter}. */
    public String claims() {
        return notes.claims;
    }

    /** A step with the default successors. */
    public static Step of(String name, StepCode code) {
        Objects.requireNonNull(code, "a step has no code");
        return new Step(name, code, false, Arrays.asList(null, null, null, null), Notes.NONE);
    }

    /** The same step under another name. */
    public Step called(String other) {
        return new Step(other, code, quiet, targets, notes);
    }

    /** The same step, its end not a boundary. */
    public Step quietly() {
        return new Step(name, code, true, targets, notes);
    }

    /** The same step, its end a boundary. */
    public Step loudly() {
        return new Step(name, code, false, targets, notes);
    }

    /** The same step, its end a boundary unless it is to be quiet. */
    public Step quietlyIf(boolean isQuiet) {
        return isQuiet ? quietly() : this;
    }

    /** The same step with its claim. */
    public Step claiming(String action) {
        return noting(new Notes(action, notes.point, notes.asks, notes.takes, notes.drops));
    }

    /** The same step with another successor for an outcome. */
    public Step on(int outcome, String target) {
        @Nullable String[] t = targets.toArray(new String[0]);
        t[outcome] = target;
        return new Step(name, code, quiet, Arrays.asList(t), notes);
    }

    /** The same step with other successors, one for each outcome. */
    public Step leading(List<@Nullable String> others) {
        return new Step(name, code, quiet, others, notes);
    }

    /** The same step with other code. */
    public Step running(StepCode replacement) {
        return new Step(name, replacement, quiet, targets, notes);
    }

    /** The same step, put in at a point of a program; what is put in at a point within keeps that one. */
    public Step at(String point) {
        return notes.point.isEmpty()
                ? noting(new Notes(notes.claims, point, notes.asks, notes.takes, notes.drops))
                : this;
    }

    /** The same step, which may ask these decisions too. */
    public Step asking(String... decisions) {
        return noting(new Notes(notes.claims, notes.point, joined(notes.asks, decisions), notes.takes, notes.drops));
    }

    /** The same step, which may ask these decisions too. */
    public Step asking(List<String> decisions) {
        return asking(decisions.toArray(String[]::new));
    }

    /** The same step, which may take these locks too. */
    public Step taking(String... locks) {
        return noting(new Notes(notes.claims, notes.point, notes.asks, joined(notes.takes, locks), notes.drops));
    }

    /** The same step, which may drop these locks too. */
    public Step dropping(String... locks) {
        return noting(new Notes(notes.claims, notes.point, notes.asks, notes.takes, joined(notes.drops, locks)));
    }

    private Step noting(Notes other) {
        return new Step(name, code, quiet, targets, other);
    }

    private static List<String> joined(List<String> some, String... more) {
        return Stream.concat(some.stream(), Arrays.stream(more))
                .distinct()
                .sorted()
                .toList();
    }
}
