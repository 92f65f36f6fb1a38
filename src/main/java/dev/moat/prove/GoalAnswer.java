package dev.moat.prove;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a goal.
 *
 * @param cti the counterexample to induction of a goal that failed, where one was looked for and found
 * @param reason why it is unknown, or why no counterexample was found, else empty
 */
public record GoalAnswer(Goal goal, Status status, @Nullable Cti cti, String reason) {
    /** The solver's verdict. */
    public enum Status {
        PROVED,
        FAILED,
        /** The solver gave up within its limit; this is a failure. */
        UNKNOWN
    }
}
