package dev.moat.check;

import java.util.List;

/**
 * The outcome of a replayed counterexample.
 *
 * @param result whether the implementation still behaves so
 * @param lines for people: the outcome, then where and how; not empty
 */
public record Replayed(Result result, List<String> lines) {
    /** The ways a replay ends. */
    public enum Result {
        /** Every recorded state was reached again and the properties are violated. */
        REPRODUCED,
        /** The properties hold, from the first state to the end of what still runs in the last. */
        FIXED,
        /** The implementation leaves the record, or goes on after it, and the properties are violated or faults are injected. */
        DIVERGED,
        /** The properties hold, and an operation still runs that does not come to its end alone. */
        UNDECIDED,
        /** Every recorded state was reached again and none breaks anything, though nothing says that these are all of them. */
        NOTHING
    }

    public Replayed {
        lines = List.copyOf(lines);
    }

    /** Exit code when this result is expected: only what is reproduced or fixed ever is. */
    public ExitCode exit(Result expected) {
        return switch (result) {
            case DIVERGED -> ExitCode.DISAGREEMENT;
            case UNDECIDED -> ExitCode.LIMIT;
            case NOTHING -> ExitCode.BAD_INPUT;
            case REPRODUCED -> result == expected ? ExitCode.OK : ExitCode.VIOLATION;
            case FIXED -> result == expected ? ExitCode.OK : ExitCode.EXPECTATION;
        };
    }
}
