package dev.moat.check.proof;

import dev.moat.check.ExitCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that {@code moat prove --code} came to, as reports have it.
 *
 * @param second what another solver says; null where none was asked
 * @param audit what became of mutants; null where none were made
 */
public record CodeResults(
        CodeProofs proofs,
        @Nullable Opinion second,
        @Nullable CodeMutants audit) {
    /**
     * Another solver's.
     *
     * @param lines each goal of which it says something else, or nothing, and last how many agree
     * @param disagrees whether it says the opposite of any
     * @param silent whether there is no answer to some
     */
    public record Opinion(List<String> lines, boolean disagrees, boolean silent) {
        public Opinion {
            lines = List.copyOf(lines);
        }
    }

    /** Which answers are another's too. */
    public static final String SECOND_SOLVER = "second-solver";

    /** Which mutants the proof notices. */
    public static final String AUDIT = "audit";

    /** What the other solver says, but for its score: answers that differ, and those that there are not. */
    public List<String> disputed() {
        return second == null
                ? List.of()
                : second.lines().subList(0, second.lines().size() - 1);
    }

    /** What comes of the other solver's answers. */
    public ExitCode exitOfSecond() {
        if (second == null) {
            return ExitCode.OK;
        }
        return second.disagrees() ? ExitCode.DISAGREEMENT : second.silent() ? ExitCode.LIMIT : ExitCode.OK;
    }

    /** What comes of the mutants. */
    public ExitCode exitOfAudit() {
        return audit == null || audit.allNoticed() ? ExitCode.OK : ExitCode.EXPECTATION;
    }

    /** The most serious of all. */
    public ExitCode exit() {
        return ExitCode.worst(List.of(proofs.exit(), exitOfSecond(), exitOfAudit()));
    }
}
