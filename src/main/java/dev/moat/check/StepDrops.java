package dev.moat.check;

import dev.moat.explore.Exploration;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.input.InputException;
import dev.moat.limit.LimitException;
import dev.moat.machine.Machine;
import dev.moat.model.BadSettingException;
import dev.moat.model.Edits;
import dev.moat.model.Operation;
import dev.moat.model.ProgramException;
import dev.moat.model.Step;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.trace.CodePlace;
import java.util.ArrayList;
import java.util.List;

/**
 * The results of a scenario that holds when each step of its programs is left out once.
 *
 * @param noticed steps without which a property is violated, or the machine fails or cannot be built
 * @param unnoticed steps without which everything holds, each with its place, as {@code operation/step}
 * @param undecided steps without which a limit was hit
 * @param limit which one, in words; empty where {@code undecided} is
 */
public record StepDrops(int noticed, List<String> unnoticed, List<String> undecided, String limit) {
    /** Without a step a machine may have more states, but a search that goes on and on would keep the user waiting. */
    private static final long LEAST_STATES = 10_000;

    private static final int TIMES_STATES = 4;
    /** Of all searches together. */
    private static final long MOST_STATES = 500_000;

    /** Nothing was left out. */
    static final StepDrops NONE = new StepDrops(0, List.of(), List.of(), "");

    public StepDrops {
        unnoticed = List.copyOf(unnoticed);
        undecided = List.copyOf(undecided);
    }

    /** How many steps were left out. */
    public int all() {
        return noticed + unnoticed.size() + undecided.size();
    }

    /** Lines for a person; none where no step was left out. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (all() > 0) {
            String seen = unnoticed.isEmpty() && undecided.isEmpty() ? "all of them" : String.valueOf(noticed);
            lines.add("each of " + all() + " steps was left out once: the properties notice " + seen);
        }
        if (!unnoticed.isEmpty()) {
            lines.add(unnoticed.size() + " without which everything holds: " + String.join(", ", unnoticed));
        }
        if (!undecided.isEmpty()) {
            lines.add(undecided.size() + " not decided, as " + limit + ": " + String.join(", ", undecided));
        }
        return lines;
    }

    /** Leaves each step out. */
    static StepDrops of(Catalog catalog, Engine engine, Scenario scenario, Exploration held, Limits limits) {
        int noticed = 0;
        List<String> unnoticed = new ArrayList<>();
        List<String> undecided = new ArrayList<>();
        String limit = "";
        long each = Math.max(LEAST_STATES, TIMES_STATES * held.distinct());
        long left = MOST_STATES;
        Machine machine = catalog.machine(scenario.machine());
        Trial trial = new Trial(catalog, engine, scenario);
        for (Operation operation : machine.model().operations()) {
            for (Step step : operation.steps()) {
                String name = operation.name() + "/" + step.name();
                int line = CodePlace.of(machine.model(), name).line();
                String placed = line == 0 ? name : name + " (line " + line + ")";
                long most = Math.min(Math.min(each, left), limits.states());
                Limits some = new Limits(limits.depth(), limits.workers(), limits.time(), most, limits.memory());
                Exploration run = left <= 0 || limits.time().isOver()
                        ? Exploration.none()
                        : trial.without(operation.name(), step.name(), some);
                left -= run.distinct();
                if (run.end() == Exploration.End.VIOLATION) {
                    noticed++;
                } else if (run.end() == Exploration.End.COMPLETE) {
                    unnoticed.add(placed);
                } else {
                    undecided.add(placed);
                    limit = run.distinct() > 0
                            ? "the limit on " + run.limit() + " was hit"
                            : "the searches without a step had taken " + MOST_STATES + " states, or all of the time";
                }
            }
        }
        return new StepDrops(noticed, unnoticed, undecided, limit);
    }

    /** What is searched without a step. */
    private record Trial(Catalog catalog, Engine engine, Scenario scenario) {
        /** The search without one step; what cannot run without it is as good as violated. */
        Exploration without(String operation, String step, Limits limits) {
            try {
                Machine machine = new Machine(
                        catalog.model(scenario.machine(), new Edits().drop(operation, step)),
                        scenario.machine().granularity(),
                        scenario.machine().merged());
                Engine.Session session = engine.openWithoutWitnesses(scenario, machine);
                Exploration run = session.explore(limits, false, Progress.silent());
                boolean asksMore = run.end() == Exploration.End.COMPLETE
                        && !scenario.responses().isEmpty();
                return asksMore
                        ? run.answered(List.of(), session.respond(limits).finding() != null, run.nanos())
                        : run;
            } catch (BadSettingException | ProgramException | InputException e) {
                return Exploration.none().cutShort(Exploration.End.VIOLATION, null, 0);
            } catch (LimitException e) {
                return Exploration.none().cutShort(Exploration.End.LIMIT, e.limit(), 0);
            }
        }
    }
}
