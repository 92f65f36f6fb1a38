package dev.moat.trace;

import dev.moat.liveness.Lasso;
import dev.moat.liveness.LassoJudge;
import dev.moat.liveness.Response;
import dev.moat.machine.Machine;
import java.util.List;
import java.util.Optional;

/**
 * The loop at the end of a run that breaks a property of runs; or its last transition, if that breaks such a property.
 *
 * @param response the property
 * @param from how many transitions lead to the loop: the state behind the last one is that behind so many
 * @param waits what is never answered, in words; or what the last transition does
 * @param overtaken whether a CPU can go on again and again, and others always do instead
 */
public record Round(Response response, int from, String waits, boolean overtaken) {
    /** How a lasso goes on, run again; nothing where it breaks nothing. */
    public static Optional<Round> of(Machine machine, Lasso lasso) {
        LassoJudge judge = new LassoJudge(machine);
        return judge.broken(lasso)
                .map(waits -> new Round(lasso.response(), lasso.loop(), waits, judge.overtakes(lasso)));
    }

    /** Of the property. */
    public String id() {
        return response.id();
    }

    /**
     * What is broken, a sentence without its end.
     *
     * @param how more of what is never answered; may be empty
     * @param transitions of the run
     */
    public String told(String how, int transitions) {
        return response.isEndless() ? waits + how + "; " + goesOn(transitions) : waits;
    }

    /** How the run goes on, of a run of so many transitions. */
    public String goesOn(int transitions) {
        if (from == transitions) {
            return "after step " + from + " nothing has to happen any more";
        }
        String rows = from + 1 == transitions ? "step " + transitions : "steps " + (from + 1) + " to " + transitions;
        return rows + (from + 1 == transitions ? " is" : " are")
                + " repeated for ever, though " + response.meanwhile()
                + (overtaken ? "; what is waited for always goes to others" : "");
    }

    /** Why the property is false of a run of so many transitions: its id, then lines for a person, indented. */
    List<String> explain(int transitions) {
        return response.isEndless()
                ? List.of(id() + " is false:", "  " + waits, "  " + goesOn(transitions))
                : List.of(id() + " is false:", "  " + waits);
    }
}
