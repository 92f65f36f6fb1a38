package dev.moat.trace.file;

import dev.moat.trace.Round;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a counterexample when it was run again.
 *
 * <p>Two questions decide: do the machine's states follow the record from the first to the last, and does a property
 * that the record violates become false? Where the states follow, it must be false in the last one; where they do not,
 * the remaining actions are still run, those not enabled being skipped, and any state from the first difference on counts. A run without
 * end is violated if its letters, run again, go round and are fair, and the same thing waits all the way.
 *
 * <table>
 * <caption>Outcomes</caption>
 * <tr><th>follows the record</th><th>violated</th><th>not violated</th></tr>
 * <tr><td>yes</td><td>REPRODUCED</td><td>FIXED: the property no longer objects; but NOTHING where an operation still runs at
 * the end, for the record may have gone on and be cut off</td></tr>
 * <tr><td>no</td><td>DIVERGED: still broken, in another way</td><td>FIXED; but DIVERGED where faults are injected, for
 * what is seeded cannot have been repaired, so the record is out of date</td></tr>
 * </table>
 *
 * <p>FIXED speaks of this one sequence of actions. Whether another one breaks the property is for {@code moat check}.
 *
 * @param outcome as in the table
 * @param counterexample what was replayed
 * @param transitions what happened, skipped actions left out; it ends at the first violation after a difference
 * @param difference the first departure from the record, or null
 * @param shown what is wrong at the end
 */
public record Replay(
        Outcome outcome,
        Counterexample counterexample,
        List<Transition> transitions,
        @Nullable Difference difference,
        Shown shown) {

    /**
     * What is wrong at the end.
     *
     * @param violated ids of the recorded properties that are false at the end of the transitions, or of the run without end
     * @param round how the run goes on for ever, where that is what is wrong
     */
    public record Shown(List<String> violated, @Nullable Round round) {
        public Shown {
            violated = List.copyOf(violated);
        }
    }

    /** How a replay ends. */
    public enum Outcome {
        REPRODUCED,
        FIXED,
        DIVERGED,
        NOTHING
    }

    /**
     * The first departure from the record.
     *
     * @param step number of the recorded action, 1 the first; 0 for the initial state
     * @param action its name; {@code init} for the initial state
     * @param enabled whether the action was enabled; if not there are no slots
     * @param slots lines that name a slot, its recorded and its present value
     */
    public record Difference(int step, String action, boolean enabled, List<String> slots) {
        /** One line for the place, then a line for each slot. */
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("step " + step + ", " + action + (enabled ? ", leads to another state:" : ", is not enabled"));
            slots.forEach(slot -> lines.add("  " + slot));
            return lines;
        }
    }

    public Replay {
        transitions = List.copyOf(transitions);
    }

    /** Ids of the recorded properties that are false at the end. */
    public List<String> violated() {
        return shown.violated();
    }

    /** How the run goes on for ever, where that is what is wrong. */
    public @Nullable Round round() {
        return shown.round();
    }

    /** The outcome in one line. */
    public String summary() {
        String recorded = String.join(", ", counterexample.violates());
        String where = difference == null ? "" : " at step " + difference.step();
        return switch (outcome) {
            case REPRODUCED ->
                "reproduced: " + String.join(", ", violated()) + " violated after "
                        + counterexample.actions().size() + " transitions, every state as recorded";
            case FIXED ->
                "fixed: " + recorded + " not violated"
                        + (difference == null
                                ? ", though every state is as recorded"
                                : "; the machine leaves the record" + where);
            case NOTHING ->
                "no counterexample: every state is as recorded and none breaks " + recorded
                        + "; the file is cut off, or the property says something else now";
            case DIVERGED ->
                "diverged" + where + ": "
                        + (violated().isEmpty()
                                ? recorded + " not violated, although the faults are injected"
                                : String.join(", ", violated()) + " violated nevertheless");
        };
    }
}
