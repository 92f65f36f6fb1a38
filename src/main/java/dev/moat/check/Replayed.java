package dev.moat.check;

import java.util.List;

/**
 * What became of a counterexample.
 *
 * @param result whether the implementation still behaves so
 * @param lines for people: the outcome, then where and how; not empty
 */
public record Replayed(Result result, List<String> lines) {
    /** The ways a replay ends. */
    public enum Result {
        /** Every recorded state was reached again and the properties are violated. */
        REPRODUCED,
        /** Every action could be done, and the properties hold. */
        FIXED,
        /** An action is not possible any more, or leads to another state than was recorded. */
        DIVERGED,
        /** Every recorded state was reached again and none breaks anything, though nothing says that these are all of them. */
        NOTHING
    }

    public Replayed {
        lines = List.copyOf(lines);
    }

    /** Exit code when this result is expected: a divergence never is, nor a file that shows nothing. */
    public ExitCode exit(Result expected) {
        if (result == Result.DIVERGED) {
            return ExitCode.DISAGREEMENT;
        } else if (result == Result.NOTHING) {
            return ExitCode.BAD_INPUT;
        }
        if (result == expected) {
            return ExitCode.OK;
        }
        return result == Result.REPRODUCED ? ExitCode.VIOLATION : ExitCode.EXPECTATION;
    }
}
