package dev.moat.check.why;

import dev.moat.check.Finding;
import dev.moat.check.Verdict;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one question.
 *
 * @param answer in a word
 * @param bounds where it broke; null where nothing did
 * @param verdict the search that broke something, or null
 * @param held numbers of the bounds in which everything holds with the edit
 * @param says why nothing is said, a clause each
 * @param cases of a step without which something breaks: in which cases, where it is not in all that occur
 */
public record WhyRow(
        Question question,
        Answer answer,
        @Nullable EditBounds bounds,
        @Nullable Verdict verdict,
        List<Integer> held,
        List<String> says,
        List<Case> cases) {
    /**
     * A step left out in one case only.
     *
     * @param change of the entry by the call, as an edit says it
     * @param with a capability that is switched, as {@code NAME=VALUE}; "" on the hardware of the scenario
     * @param breaks whether something breaks; null where a limit was hit, or the program does no longer what it did
     * @param command that shows it; "" where nothing breaks
     */
    public record Case(String change, String with, @Nullable Boolean breaks, String command) {}

    /** How a question was settled. */
    public enum Answer {
        /** With the edit a property breaks, an operation never returns, or a lock is dropped that is not held. */
        BREAKS,
        /** Nothing breaks, also where a control of each property is caught. */
        NOTHING,
        /** Nothing breaks, but not in all bounds in which controls are caught: there the step does not run, or no control is caught. */
        HELD,
        /** In these bounds the step never runs, or the edit changes no transition. */
        IDLE,
        /** No property breaks, but the edited program no longer does what it did, or cannot show it. */
        UNSHOWN,
        /** A limit was hit. */
        UNDECIDED;

        /** As printed. */
        public String word() {
            return this == UNDECIDED
                    ? "not decided"
                    : this == UNSHOWN ? "not shown" : this == IDLE ? "not there" : name().toLowerCase(Locale.ROOT);
        }
    }

    public WhyRow {
        held = List.copyOf(held);
        says = List.copyOf(says);
        cases = List.copyOf(cases);
    }

    /** The same with cases. */
    WhyRow in(List<Case> of) {
        return new WhyRow(question, answer, bounds, verdict, held, says, of);
    }

    /** The violation, or null. */
    public @Nullable Finding finding() {
        return verdict == null ? null : verdict.finding();
    }

    /** The command that shows it; "" where nothing breaks. */
    public String command() {
        return bounds == null ? "" : bounds.command(question.edit());
    }
}
