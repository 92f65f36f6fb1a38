package dev.moat.check;

import dev.moat.explore.Checkpointer;
import dev.moat.explore.Exploration;
import dev.moat.explore.Exploration.End;
import dev.moat.explore.Exploration.Violation;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.limit.Alarm;
import dev.moat.limit.LimitException;
import dev.moat.limit.SeparateThread;
import dev.moat.limit.StoppedException;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.ProgramException;
import dev.moat.model.Step;
import dev.moat.notation.text.SaidEdit;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.trace.SecondLook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One scenario from its machine to the violation explained. The time limit and an interrupt hold in every phase, and a full heap
 * is a limit like others: whatever was searched until then is the result.
 */
final class Attempt {
    /** States that are searched once more between quiet steps. */
    private static final int MOST_BETWEEN = 100_000;

    private final Catalog catalog;
    private final Engine engine;
    private Scenario scenario;
    private final boolean varied;
    private Map<String, String> withoutSubject = Map.of();
    private List<String> assumed = List.of();
    private final Limits limits;
    private final long began = System.nanoTime();
    private volatile String phase = "building the machine";
    private volatile @Nullable Exploration run;
    private @Nullable Finding finding;
    private Engine.Kept kept = Engine.Kept.ALL;
    /** Where code is that does not come back; then nothing that it may still find counts. */
    private String behind = "";

    /** @param varied whether parameters are not the scenario's own, so that it may name properties which the machine has no subject for */
    Attempt(Catalog catalog, Engine engine, Scenario scenario, boolean varied, Limits limits) {
        this.catalog = catalog;
        this.engine = engine;
        this.scenario = scenario;
        this.varied = varied;
        this.limits = limits;
    }

    /** What was explained of the violation, where the search ended with one. */
    @Nullable
    Finding finding() {
        return behind.isEmpty() ? finding : null;
    }

    /** What is taken for granted of the machine; empty where none was built. */
    List<String> assumed() {
        return assumed;
    }

    /** What an edited program still does; where that was asked. */
    Engine.Kept kept() {
        return kept;
    }

    /** Properties that were not judged, as the machine has no subject for them. */
    Set<String> unjudged() {
        return withoutSubject.keySet();
    }

    /** What was not judged; what was left behind, where a component does not come back. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        withoutSubject.forEach((id, relation) -> notes.add(id + " is not judged: with these parameters nothing gives '"
                + relation + "' a meaning, and it is about that"));
        if (!behind.isEmpty()) {
            notes.add("code does not come back: " + behind + "; what was found until then is lost");
        }
        return notes;
    }

    /** Does all of it; throws as {@link ScenarioChecker#check}. */
    Exploration run(CheckRequest.Manner manner, Checkpointer keeper, Progress progress) {
        if (limits.time().isOver()) {
            return cut(End.LIMIT, limits.time().words(began));
        }
        try (Alarm alarm = Alarm.after(limits.time().left())) {
            Exploration result;
            try {
                result = catalog.hasOwn(scenario.machine())
                        ? apart(() -> work(manner, keeper, progress))
                        : work(manner, keeper, progress);
            } catch (StoppedException e) {
                behind = e.behind();
                result = cut(End.INTERRUPTED, null);
            } catch (LimitException e) {
                result = cut(End.LIMIT, e.limit() + " (while " + phase + ": " + e.getMessage() + ")");
            } catch (OutOfMemoryError e) {
                result = cut(End.LIMIT, Limits.heap() + where());
            } catch (ProgramException e) {
                throw new ProgramException(scenario.id() + ": " + e.getMessage());
            } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
                throw ofEdit(e);
            }
            // Read again: the bell may ring until the search has looked for an interrupt.
            return result.end() == End.INTERRUPTED && alarm.rang() ? outOfTime(result) : result;
        }
    }

    /** An edit may take a program where it stores what its place cannot hold, for example one less than none. */
    private RuntimeException ofEdit(RuntimeException stopped) {
        List<String> edits =
                scenario.machine().faults().stream().filter(SaidEdit::is).toList();
        if (edits.isEmpty()) {
            return stopped;
        }
        Thrown.requireMachines(stopped);
        return new ProgramException(scenario.id() + ", edited (" + String.join("; ", edits)
                + "): a step does what none may: " + stopped.getMessage());
    }

    /** Moat's own components look whether they are interrupted; those of others may not. */
    private static Exploration apart(Alarm.Work<Exploration> work) {
        try {
            return SeparateThread.get(work);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Exploration work(CheckRequest.Manner manner, Checkpointer keeper, Progress progress) {
        Engine.Session session = open();
        phase = "searching";
        Exploration searched = manner.symmetry()
                ? session.exploreUpToSymmetry(limits, manner.compares(), keeper, progress)
                : session.explore(limits, manner.compares(), keeper, progress);
        run = searched;
        Violation violation = searched.violation();
        if (violation != null) {
            phase = "replaying the violation of " + String.join(", ", ids(violation)) + " after "
                    + violation.instances().size() + " transitions";
            finding = session.explain(violation);
        }
        if (searched.end() == End.COMPLETE && violation == null && catalog.hasOwn(scenario.machine())) {
            phase = "looking once more at a few states";
            lookAgain(manner.symmetry() ? -1 : searched.distinct());
        }
        Exploration answered =
                searched.end() == End.COMPLETE && !scenario.responses().isEmpty()
                        ? respond(session, searched)
                        : searched;
        boolean edited = !scenario.machine().faults().isEmpty();
        return edited && manner.obliges() && answered.end() == End.COMPLETE
                ? oblige(session, manner, answered)
                : answered;
    }

    /** That all holds is believed of a component that is not Moat's, which no test of Moat's has looked at, only where it keeps its promises. */
    private void lookAgain(long found) {
        SecondLook look = new SecondLook(catalog.machine(scenario.machine()));
        boolean ownSteps = catalog.hasOwnSteps(scenario.machine());
        Optional<String> unsaid = ownSteps ? look.unsaid() : Optional.empty();
        unsaid.or(() -> look.look(found)).ifPresent(wrong -> {
            throw new DisagreementException(
                    scenario.id() + ": nothing was violated, but that is not to be believed: " + wrong);
        });
        if (ownSteps) {
            lookBetween();
        }
    }

    /** What another's steps are called quiet hides what is between them; tests compare both for Moat's own. */
    private void lookBetween() {
        List<String> quiet = catalog.model(scenario.machine()).operations().stream()
                .flatMap(o -> o.steps().stream().filter(Step::quiet).map(s -> o.name() + "/" + s.name()))
                .toList();
        if (quiet.isEmpty()
                || !scenario.machine().merged()
                || scenario.machine().granularity() != Granularity.STEP) {
            return;
        }
        phase = "looking between quiet steps";
        Limits few = new Limits(limits.depth(), limits.workers(), limits.time(), MOST_BETWEEN, limits.memory());
        Machine machine = catalog.machine(scenario.machine().unmerged());
        Violation seen = engine.openWithoutWitnesses(scenario, machine)
                .explore(few, false, Progress.silent())
                .violation();
        if (seen != null) {
            throw new DisagreementException(scenario.id() + ": nothing was violated, but "
                    + String.join(", ", ids(seen)) + " is where others act after each step (merge: false), by "
                    + seen.instances().size()
                    + " transitions: others see what is done by one of the steps that are said"
                    + " to be quiet, " + String.join(", ", quiet));
        }
    }

    private Exploration respond(Engine.Session session, Exploration searched) {
        phase = "looking for fair cycles";
        Engine.Answers answers = session.respond(limits);
        finding = answers.finding();
        return searched.answered(answers.witnessed(), finding != null, System.nanoTime() - began);
    }

    /** That all holds of an edited program is said only where it still does what it did. */
    private Exploration oblige(Engine.Session session, CheckRequest.Manner manner, Exploration searched) {
        phase = "asking what the edited program still does";
        if (manner.symmetry()) {
            kept = Engine.Kept.unasked("whether its operations still end is not asked with --symmetry");
            return searched;
        }
        try {
            kept = session.obligations(limits);
        } catch (LimitException e) {
            kept = Engine.Kept.unasked("whether its operations still end was not found out: the limit on " + e.limit()
                    + " was hit (" + e.getMessage() + ")");
            return searched;
        }
        finding = kept.finding();
        return searched.answered(List.of(), finding != null, System.nanoTime() - began);
    }

    /** In a method of its own: nothing else keeps the machine. */
    private Engine.Session open() {
        var machine = catalog.machine(scenario.machine());
        assumed = Assumed.of(
                ScenarioChecker.settings(catalog, scenario.machine()),
                machine.model().abstraction());
        phase = "compiling the invariants";
        if (varied) {
            withoutSubject = engine.withoutSubject(scenario, machine);
            scenario = scenario.without(withoutSubject.keySet());
        }
        return engine.open(scenario, machine);
    }

    private List<String> ids(Violation violation) {
        List<String> ids = new ArrayList<>();
        violation.invariants().forEach(i -> ids.add(scenario.invariants().get(i)));
        if (violation.deadlock()) {
            ids.add(Scenario.NO_DEADLOCK);
        }
        return ids;
    }

    private String where() {
        return phase.equals("searching") ? "" : " (while " + phase + ")";
    }

    private Exploration outOfTime(Exploration result) {
        return result.cutShort(End.LIMIT, limits.time().words(began) + where(), System.nanoTime() - began);
    }

    /** What there is of the search, without a verdict. */
    private Exploration cut(End end, @Nullable String limit) {
        finding = null;
        Exploration searched = run == null ? Exploration.none() : run;
        return searched.cutShort(end, limit, System.nanoTime() - began);
    }
}
