package dev.moat.trace;

import dev.moat.liveness.Lasso;
import dev.moat.liveness.LassoJudge;
import dev.moat.machine.Machine;
import java.util.List;
import java.util.Optional;

/**
 * How a run goes on for ever behind its last transition, where that breaks a property of runs.
 *
 * @param id of the property
 * @param from how many transitions lead to the loop: the state behind the last one is that behind so many
 * @param waits what is never answered, in words
 */
public record Round(String id, int from, String waits) {
    /** What ids of properties end in that promise nothing about locks. */
    private static final String UNFAIR = "-unfair-locks";

    /** How a lasso goes on, run again; nothing where it breaks nothing. */
    public static Optional<Round> of(Machine machine, Lasso lasso) {
        return new LassoJudge(machine)
                .broken(lasso)
                .map(waits -> new Round(lasso.response().id(), lasso.loop(), waits));
    }

    /** How the run goes on, of a run of so many transitions. */
    public String goesOn(int transitions) {
        if (from == transitions) {
            return "behind row " + from + " nothing has to happen any more";
        }
        String rows = from + 1 == transitions ? "row " + transitions : "rows " + (from + 1) + " to " + transitions;
        return rows + (from + 1 == transitions ? " is" : " are")
                + " repeated for ever, though every CPU and unit gets its turn"
                + (id.endsWith(UNFAIR) ? ", but the lock always goes to the other call" : "");
    }

    /** Why the property is false of a run of so many transitions: its id, then lines for a person, indented. */
    List<String> explain(int transitions) {
        return List.of(id + " is false:", "  " + waits, "  " + goesOn(transitions));
    }
}
