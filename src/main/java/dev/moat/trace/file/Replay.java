package dev.moat.trace.file;

import dev.moat.trace.Round;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of running a counterexample again.
 *
 * <p>Two questions decide. Do the machine's states follow the record from the first to the last? Does a property that
 * the record violates become false? If the states follow, it must be false in the last one. If they do not, the
 * remaining actions still run, except those that are not enabled, and any state from the first difference on counts.
 *
 * <p>If a CPU begins an operation while the one before now takes more steps, that one runs to its end first. A run
 * without end is violated if its letters, run again, form a fair loop in which the same thing waits all the way.
 *
 * <p>If nothing is violated and an operation still runs at the end, it runs to its end, alone: the violation may lack
 * only one step more than was recorded.
 *
 * <table>
 * <caption>Outcomes</caption>
 * <tr><th>follows the record</th><th>violated</th><th>not violated</th></tr>
 * <tr><td>yes</td><td>REPRODUCED</td><td>FIXED: the property no longer objects. But NOTHING if an operation still runs
 * at the end of a file without the number of its transitions: it may be cut off.</td></tr>
 * <tr><td>no</td><td>DIVERGED: still broken, in another way</td><td>FIXED. But DIVERGED if faults are injected: they
 * cannot have been repaired, so the record is out of date.</td></tr>
 * <tr><td>either</td><td></td><td>DIVERGED if an earlier state violates it, or if it is violated before the running
 * operation has ended. UNDECIDED if that operation does not end alone, unless faults make it DIVERGED.</td></tr>
 * </table>
 *
 * <p>FIXED is about this one sequence of actions. {@code moat check} says whether another sequence breaks the
 * property.
 *
 * @param outcome as in the table
 * @param counterexample what was replayed
 * @param transitions what happened, skipped actions left out; it ends at the first violation after a difference, after
 *     the record, or before its end
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
     * @param rest what of the record was not done, and what came after it
     */
    public record Shown(List<String> violated, @Nullable Round round, Rest rest) {
        public Shown {
            violated = List.copyOf(violated);
        }
    }

    /**
     * What is left of the record at its end.
     *
     * @param impossible recorded actions that were not possible
     * @param transitions how many the operations that still run took to their ends, or up to a violation
     * @param unfinished those that did not come to their ends: the CPU and the step that it is before
     */
    public record Rest(int impossible, int transitions, List<String> unfinished) {
        public Rest {
            unfinished = List.copyOf(unfinished);
        }
    }

    /** How a replay ends. */
    public enum Outcome {
        REPRODUCED,
        FIXED,
        DIVERGED,
        UNDECIDED,
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
        return switch (outcome) {
            case REPRODUCED ->
                "reproduced: " + String.join(", ", violated()) + " violated after "
                        + count(counterexample.actions().size()) + ", every state as recorded" + others();
            case FIXED -> "fixed: " + recorded + " not violated" + afterwards() + course();
            case UNDECIDED ->
                "undecided: " + recorded + " not violated" + course()
                        + "; what still runs at the end does not come to its own alone: "
                        + String.join(", ", shown.rest().unfinished());
            case NOTHING ->
                "no counterexample: every state is as recorded and none breaks " + recorded
                        + "; the file does not say how many transitions it has: it is cut off, or the property says"
                        + " something else now";
            case DIVERGED -> diverged(recorded);
        };
    }

    /** Properties that the record names and that no longer object. */
    private String others() {
        List<String> kept = new ArrayList<>(counterexample.violates());
        kept.removeAll(violated());
        return kept.isEmpty() ? "" : "; " + String.join(", ", kept) + " not, which the file names too";
    }

    private String diverged(String recorded) {
        String broken = String.join(", ", violated());
        int later = shown.rest().transitions();
        String when = later == 0 || broken.isEmpty() ? "" : count(later) + " after the last one of the file";
        if (difference == null) {
            String early = "after " + count(transitions.size()) + ", before the end of the file";
            return "diverged: " + broken + " violated " + (when.isEmpty() ? early : when)
                    + ", every state up to there as recorded";
        }
        return "diverged at step " + difference.step() + ": "
                + (broken.isEmpty()
                        ? recorded + " not violated, although the faults are injected"
                        : broken + " violated nevertheless" + (when.isEmpty() ? "" : ", " + when));
    }

    private String course() {
        if (difference == null) {
            return ", though every state is as recorded";
        }
        int impossible = shown.rest().impossible();
        return "; the machine leaves the record at step " + difference.step()
                + (impossible == 0
                        ? ""
                        : ", and " + impossible + " of its "
                                + counterexample.actions().size() + " transitions cannot be done");
    }

    private String afterwards() {
        int later = shown.rest().transitions();
        return later == 0 ? "" : ", nor by what still runs at the end, " + count(later) + " more";
    }

    private static String count(int transitions) {
        return transitions + (transitions == 1 ? " transition" : " transitions");
    }
}
