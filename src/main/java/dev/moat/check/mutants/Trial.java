package dev.moat.check.mutants;

import dev.moat.check.Engine;
import dev.moat.check.Finding;
import dev.moat.check.Thrown;
import dev.moat.check.mutants.Death.How;
import dev.moat.explore.Exploration;
import dev.moat.explore.Exploration.Violation;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.limit.LimitException;
import dev.moat.liveness.Response;
import dev.moat.machine.Machine;
import dev.moat.machine.Reachable;
import dev.moat.model.Component;
import dev.moat.model.Model;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.state.Abstraction;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One scenario as a test of mutants: its properties must still hold, and its violations must still be found. */
final class Trial {
    /** A mutant may reach more states than the machine does; beyond this many times as many it counts as unnoticed. */
    private static final int MORE_STATES = 2;

    private static final int FEW_STATES = 1000;
    /** Beyond, the two views are not compared: what they differ in shows in few states. */
    private static final int VIEW_STATES = 10_000;
    /** A control that is not caught is searched to its end, which may be far behind its violation. */
    private static final int BEHIND = 3;
    /** Beyond, nobody looks for runs without end: all states and transitions are kept at once for that. */
    private static final int RESPONSE_STATES = 5_000;

    private final Engine engine;
    private final Scenario scenario;
    private final Model model;
    private final ScenarioSurvey survey;

    private final long most;
    /** States are large, and needed again for the next mutant only if there is room. */
    private SoftReference<Optional<Reachable>> reached = new SoftReference<>(null);

    private Trial(Engine engine, Scenario scenario, Model model, ScenarioSurvey survey, long most) {
        this.most = most;
        this.engine = engine;
        this.scenario = scenario;
        this.model = model;
        this.survey = survey;
    }

    /**
     * Runs a scenario as it is and sees what it looks at and does.
     *
     * @param most states after which the scenario counts as too large
     * @return null when it is too large, or does not end as it must
     */
    static @Nullable Trial of(Catalog catalog, Engine engine, Scenario scenario, long most) {
        MachineSpec spec = scenario.machine();
        Model model = catalog.model(spec);
        WriteWatch watch = new WriteWatch(model);
        Run done = run(engine, scenario, watch.observed(), most, Limits.none(1).seconds());
        Exploration run = done.searched();
        boolean endless = isEndless(scenario);
        boolean violates = scenario.expect().violated() && !endless;
        if (run.end() != (violates ? Exploration.End.VIOLATION : Exploration.End.COMPLETE)
                || done.endless().isEmpty() == endless) {
            return null;
        }
        Component component = catalog.component(spec.component());
        String named = component.kind(spec.settings());
        String kind = named.isEmpty() ? component.id() : component.id() + "/" + named;
        List<ComponentMutant> mutants =
                new ArrayList<>(new RelationMutants(component, kind, model, watch.samples()).all());
        mutants.addAll(StepMutants.of(watch.writes(), model, component.id(), kind));
        return new Trial(engine, scenario, model, ScenarioSurvey.of(mutants, run.witnessed(), run.distinct()), most);
    }

    /**
     * A search, and behind it what must come to an end and does not.
     *
     * @param endless ids of the responses that are broken; none where they were not judged
     * @param judged whether they were
     */
    private record Run(Exploration searched, List<String> endless, boolean judged) {}

    /** Whether a scenario is a control that has nothing to break but what must come to an end. */
    private static boolean isEndless(Scenario scenario) {
        return scenario.expect().violated() && scenario.fail().stream().allMatch(Response::is);
    }

    private static Run run(Engine engine, Scenario scenario, Model model, long most, long seconds) {
        MachineSpec spec = scenario.machine();
        Machine machine = new Machine(model, spec.granularity(), spec.merged());
        Limits limits =
                new Limits(scenario.maxDepth(), 1, seconds, most, Limits.none(1).memory());
        Engine.Session session = engine.open(scenario, machine);
        Exploration searched = scenario.expect().violated()
                ? session.explore(limits, false, Progress.silent())
                : session.exploreToFirstObjection(limits, Progress.silent());
        boolean asked = searched.end() == Exploration.End.COMPLETE
                && !scenario.responses().isEmpty()
                && searched.distinct() <= RESPONSE_STATES;
        if (!asked) {
            return new Run(searched, List.of(), false);
        }
        try {
            Finding finding = session.respond(limits).finding();
            return new Run(searched, finding == null ? List.of() : finding.invariants(), true);
        } catch (LimitException tooLarge) {
            return new Run(searched, List.of(), false);
        }
    }

    Scenario scenario() {
        return scenario;
    }

    ScenarioSurvey survey() {
        return survey;
    }

    /**
     * What a scenario says of a mutant.
     *
     * @param death how it notices it, null when nothing does
     * @param cut whether a limit ended the search, so that a defect behind it is not seen
     */
    record Judged(@Nullable Death death, boolean cut) {}

    /** Runs the scenario with a mutant for so many seconds at most. */
    Judged judge(ComponentMutant mutant, long seconds) {
        try {
            long few = MORE_STATES * survey.states() + FEW_STATES;
            long limit = scenario.expect().violated() ? Math.max(few, BEHIND * most) : few;
            Run done = run(engine, scenario, mutant.apply(model), limit, seconds);
            Exploration run = done.searched();
            return switch (run.end()) {
                case MISCLAIM -> new Judged(new Death(How.CLAIM, scenario.id(), who(run)), false);
                case VIOLATION -> new Judged(violated(run), false);
                case COMPLETE -> {
                    Death death = complete(done);
                    yield new Judged(death == null ? views(mutant) : death, isEndless(scenario) && !done.judged());
                }
                case LIMIT -> isSearchedToItsBound(run) ? new Judged(complete(done), false) : new Judged(null, true);
                case INTERRUPTED -> new Judged(null, true);
            };
        } catch (IllegalArgumentException
                | IllegalStateException
                | IndexOutOfBoundsException
                | ArithmeticException stopped) {
            Thrown.requireMachines(stopped, ComponentMutant.class.getPackage());
            return new Judged(
                    new Death(How.STOPPED, scenario.id(), stopped.getClass().getSimpleName()), false);
        }
    }

    /** Whether a control was searched as deep as it asks for: not as far as mutants are, nor as long as there was time. */
    private boolean isSearchedToItsBound(Exploration run) {
        return !isHeld() && ("depth " + scenario.maxDepth()).equals(run.limit());
    }

    /** Whether the scenario is none that has to find a defect. */
    boolean isHeld() {
        return !scenario.expect().violated();
    }

    /**
     * What a mutant does in the scenario, however it is judged; null where that cannot be told, as the scenario is searched to a
     * bound, or has too many states for every atom of a relation to be compared.
     */
    @Nullable
    Effect effect(ComponentMutant mutant) {
        String family = mutant.writes();
        if (scenario.maxDepth() != Integer.MAX_VALUE || (family.isEmpty() && survey.states() > VIEW_STATES)) {
            return null;
        }
        try {
            return family.isEmpty() ? ofMeaning(mutant) : ofWrite(mutant, family);
        } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException stopped) {
            Thrown.requireMachines(stopped, ComponentMutant.class.getPackage());
            return family.isEmpty() ? Effect.OTHER : Effect.MORE;
        }
    }

    private Effect ofWrite(ComponentMutant mutant, String family) {
        Optional<Reachable> own = reached();
        Optional<Reachable> changed = reachable(mutant.apply(model), MORE_STATES * survey.states() + FEW_STATES);
        return own.isEmpty() || changed.isEmpty()
                ? Effect.MORE
                : Effect.of(
                        own.get(), changed.get(), model.schema().family(family).orElseThrow());
    }

    private Effect ofMeaning(ComponentMutant mutant) {
        Abstraction before = model.abstraction();
        Abstraction after = mutant.apply(model).abstraction();
        Effect all = Effect.SAME;
        for (String name : mutant.relations()) {
            all = all.and(Effect.of(
                    reached().orElseThrow(),
                    before.relation(name).orElseThrow(),
                    after.relation(name).orElseThrow()));
        }
        return all;
    }

    private synchronized Optional<Reachable> reached() {
        Optional<Reachable> known = reached.get();
        if (known == null) {
            known = reachable(model, most);
            reached = new SoftReference<>(known);
        }
        return known;
    }

    private Optional<Reachable> reachable(Model of, long states) {
        MachineSpec spec = scenario.machine();
        return Reachable.of(new Machine(of, spec.granularity(), spec.merged()), states, (before, i, after) -> {});
    }

    private @Nullable Death complete(Run done) {
        Exploration run = done.searched();
        List<String> wrong = new ArrayList<>(done.endless());
        wrong.removeAll(scenario.fail());
        if (!wrong.isEmpty()) {
            return new Death(How.RESPONSE, scenario.id(), String.join(", ", wrong));
        }
        if (isEndless(scenario) && !done.judged()) {
            return null; // nobody has looked for runs without end
        }
        if (scenario.expect().violated() && (done.endless().isEmpty() || !isEndless(scenario))) {
            return new Death(How.CONTROL, scenario.id(), "does not break " + String.join(", ", scenario.fail()));
        }
        for (int i = 0; i < run.witnessed().size(); i++) {
            if (survey.witnessed().get(i) && !run.witnessed().get(i)) {
                return new Death(
                        How.WITNESS, scenario.id(), scenario.invariants().get(i));
            }
        }
        return null;
    }

    /** Whether views of who reaches what differ by a changed meaning; looked at in small scenarios that hold, which have all there is. */
    @Nullable
    Death views(ComponentMutant mutant) {
        MachineSpec spec = scenario.machine();
        if (!isHeld()
                || mutant.relations().stream().noneMatch(TwoViews::read)
                || !mutant.fits(model)
                || survey.states() > VIEW_STATES) {
            return null;
        }
        DeviceViews views = new DeviceViews(mutant.apply(model).abstraction(), spec);
        Set<Reachable.State> states =
                views.speak() ? reached().map(Reachable::states).orElse(Set.of()) : Set.of();
        for (Reachable.State state : states) {
            Optional<String> difference = views.difference(state.words());
            if (difference.isPresent()) {
                return new Death(How.VIEWS, scenario.id(), difference.get());
            }
        }
        return null;
    }

    private static String who(Exploration run) {
        var first = run.conformance().first();
        return first == null ? "" : first.who();
    }

    private @Nullable Death violated(Exploration run) {
        Violation violation = run.violation();
        if (violation == null) {
            return null;
        }
        List<String> ids = new ArrayList<>();
        violation.invariants().forEach(i -> ids.add(scenario.invariants().get(i)));
        if (violation.deadlock()) {
            return scenario.fail().contains(Scenario.NO_DEADLOCK) ? null : new Death(How.DEADLOCK, scenario.id(), "");
        }
        List<String> wrong = new ArrayList<>(ids);
        wrong.removeAll(scenario.fail());
        if (!wrong.isEmpty()) {
            return new Death(How.PROPERTY, scenario.id(), String.join(", ", wrong));
        }
        List<String> expected = scenario.expect().invariants();
        boolean same = expected.isEmpty() || (expected.containsAll(ids) && ids.containsAll(expected));
        return same ? null : new Death(How.CONTROL, scenario.id(), "breaks " + String.join(", ", ids));
    }
}
