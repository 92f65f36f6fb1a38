package dev.moat.check;

import dev.moat.explore.BrokenSymmetryException;
import dev.moat.explore.Checkpointer;
import dev.moat.explore.Comparison;
import dev.moat.explore.Conformance;
import dev.moat.explore.Exploration;
import dev.moat.explore.Explorer;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.explore.SymmetryGroup;
import dev.moat.input.Home;
import dev.moat.input.InputException;
import dev.moat.liveness.Lasso;
import dev.moat.liveness.Liveness;
import dev.moat.liveness.Obligations;
import dev.moat.logic.Discipline;
import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.Rewriting;
import dev.moat.logic.ground.CompiledActions;
import dev.moat.logic.ground.MeaningCheck;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.page.TracePage;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import dev.moat.scenario.UserExtensions;
import dev.moat.state.Abstraction;
import dev.moat.trace.CodePlace;
import dev.moat.trace.Minimiser;
import dev.moat.trace.Round;
import dev.moat.trace.StateJudge;
import dev.moat.trace.Trace;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.TraceTable;
import dev.moat.trace.Transition;
import dev.moat.trace.file.Counterexample;
import dev.moat.trace.file.CounterexampleDiff;
import dev.moat.trace.file.CounterexampleReader;
import dev.moat.trace.file.CounterexampleWriter;
import dev.moat.trace.file.Replay;
import dev.moat.trace.file.Replayer;
import dev.moat.trace.story.Story;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The engine of the program: Moat's own judge, explorer and traces put together. */
public final class MoatEngine implements Engine {
    /** What a component has promised, where a search and its replay do not agree. */
    private static final String ALONE =
            "; what a step or an action does must depend on the state alone, and one that answers false must leave it as it was";

    private final InvariantLibrary library;
    private final CompiledActions discipline;
    private final Discipline software;
    private final Catalog catalog;
    private final ScenarioLibrary scenarios;

    private MoatEngine(InvariantLibrary library, Discipline discipline, Catalog catalog, ScenarioLibrary scenarios) {
        this.library = library;
        this.discipline = new CompiledActions(discipline);
        software = discipline;
        this.catalog = catalog;
        this.scenarios = scenarios;
    }

    /**
     * Reads vocabulary, invariants, properties and discipline of a home and what users have beside them, and finds the components of
     * the class path.
     *
     * @param home directory that holds {@code specs} and {@code invariants}
     * @throws InputException when a file is missing or malformed
     */
    public static Engine open(Path home) {
        InvariantLibrary library = UserExtensions.library(home);
        Path discipline = home.resolve("specs").resolve("discipline.smt2");
        Catalog catalog = Catalog.load();
        List<Path> directories = new ArrayList<>(List.of(home.resolve("specs").resolve("scenarios")));
        directories.addAll(Home.onClassPath("scenarios"));
        return new MoatEngine(
                library,
                Discipline.load(discipline, library.vocabulary()),
                catalog,
                new ScenarioLibrary(directories, new ScenarioReader(catalog, library.ids())));
    }

    @Override
    public List<Property> invariants() {
        return library.all().stream()
                .map(i -> new Property(
                        i.id(), i.says(), i.kind(), i.source(), i.formula().place()))
                .toList();
    }

    private List<Invariant> invariants(Scenario scenario, Machine machine) {
        InvariantLibrary all = library.with(machine.model().abstraction().properties());
        List<Invariant> invariants =
                scenario.invariants().stream().map(all::get).toList();
        if (Catalog.isText(scenario.machine().component())) {
            invariants.forEach(i -> requireMeaning(scenario, machine, i));
        }
        return invariants;
    }

    /** Of what a text leaves open it is the text that is complained of. */
    private void requireMeaning(Scenario scenario, Machine machine, Invariant invariant) {
        try {
            MeaningCheck.check(List.of(invariant), machine.model().abstraction());
        } catch (InputException e) {
            String message = String.valueOf(e.getMessage());
            String says = message.substring(message.indexOf(": ") + 2);
            throw catalog.error(
                    scenario,
                    invariant.id(),
                    invariant.id() + " cannot be judged: " + says
                            + "; write 'relation' and what it means here, or 'never' if there is nothing of the kind");
        }
    }

    @Override
    public Map<String, String> withoutSubject(Scenario scenario, Machine machine) {
        Map<String, String> found = new LinkedHashMap<>();
        if (Catalog.isText(scenario.machine().component())) {
            // What a text leaves open is its writer's to say: invariants() refuses it.
            return found;
        }
        Abstraction abstraction = machine.model().abstraction();
        List<String> files = scenario.invariants();
        scenario.hold().stream()
                .filter(files::contains)
                .forEach(
                        id -> MeaningCheck.lacking(library.get(id), abstraction).ifPresent(r -> found.put(id, r)));
        return found;
    }

    @Override
    public List<String> provable(Scenario scenario) {
        Set<String> known = software.relations();
        return scenario.hold().stream()
                .filter(scenario.invariants()::contains)
                .filter(id -> library.ids().contains(id))
                .map(library::get)
                .filter(i -> i.kind().equals("safety") && known.containsAll(Rewriting.relations(i.formula())))
                .map(Invariant::id)
                .toList();
    }

    @Override
    public Session openWithoutWitnesses(Scenario scenario, Machine machine) {
        Judge judge = Judge.withoutWitnesses(
                invariants(scenario, machine), machine.model().abstraction(), machine.schema());
        return new MoatSession(scenario, machine, judge, discipline, catalog);
    }

    @Override
    public Session open(Scenario scenario, Machine machine) {
        Judge judge = new Judge(invariants(scenario, machine), machine.model().abstraction(), machine.schema());
        return new MoatSession(scenario, machine, judge, discipline, catalog);
    }

    @Override
    public List<String> unmoved(Scenario scenario, Machine machine) {
        return new MeaningSurvey(machine, invariants(scenario, machine))
                .complaints(scenario.unwitnessed().keySet());
    }

    private record MoatSession(
            Scenario scenario, Machine machine, Judge judge, CompiledActions discipline, Catalog catalog)
            implements Session {
        @Override
        public Exploration explore(Limits limits, boolean compares, Checkpointer keeper, Progress progress) {
            Explorer explorer = new Explorer(machine, judge, limits, comparison(compares), keeper);
            try {
                return shown(explorer.run(progress));
            } catch (InputException e) {
                String text = scenario.machine().component();
                boolean isOthers = !String.valueOf(e.getMessage()).startsWith(text);
                throw Catalog.isText(text) && isOthers ? ofDiscipline(e) : e;
            }
        }

        /** Of what a text says to the discipline it is the text that is complained of. */
        private InputException ofDiscipline(InputException e) {
            String message = String.valueOf(e.getMessage());
            String says = message.substring(message.indexOf(": ") + 2);
            return catalog.error(scenario, "", "it cannot be compared with the discipline: " + says);
        }

        @Override
        public Exploration exploreUpToSymmetry(
                Limits limits, boolean compares, Checkpointer keeper, Progress progress) {
            Explorer explorer = new Explorer(machine, judge, limits, comparison(compares), keeper);
            SymmetryGroup.of(machine).ifPresent(explorer::upTo);
            try {
                return shown(explorer.run(progress));
            } catch (BrokenSymmetryException e) {
                throw new DisagreementException(String.valueOf(e.getMessage()));
            }
        }

        @Override
        public Exploration exploreToFirstObjection(Limits limits, Progress progress) {
            String reason = machine.model().notCompared();
            Comparison comparison =
                    reason.isEmpty() ? Comparison.with(discipline, scenario.strict()) : Comparison.none(reason);
            return new Explorer(machine, judge, limits, comparison).run(progress);
        }

        /** The same with the way to where the discipline is left, where it must not be. */
        private Exploration shown(Exploration run) {
            Conformance.Misclaim first = Gate.wrongClaim(scenario, run);
            if (first == null) {
                return run;
            }
            TraceRunner runner = new TraceRunner(machine, StateJudge.of(judge));
            String way = new TraceTable(runner, true).rows(runner.run(new Trace(first.instances())));
            return run.saying(run.conformance().saying(first.and(way.lines().toList())));
        }

        private Comparison comparison(boolean compares) {
            String reason = compares ? machine.model().notCompared() : "switched off";
            if (!reason.isEmpty()) {
                return Comparison.none(reason);
            }
            return scenario.strict() ? Comparison.toTheHarm(discipline) : Comparison.with(discipline, false);
        }

        @Override
        public Finding explain(Exploration.Violation violation) {
            TraceRunner runner = new TraceRunner(machine, StateJudge.of(judge));
            Trace found = new Trace(violation.instances());
            long claimed = claimed(violation);
            // A search ends where a property is broken, and does not look whether anything can go on from there.
            long broken = violated(runner, found) & (claimed | ~TraceRunner.DEADLOCK);
            requireSame(runner.ids(claimed), runner.ids(broken));
            long unexpected = broken & ~runner.set(scenario.fail());
            Counterexample.Known smallest;
            try {
                Trace trace = new Minimiser(runner).minimise(found, unexpected == 0 ? broken : unexpected);
                smallest = new Counterexample.Known(trace, runner.ids(violated(runner, trace)), Counterexample.NO_LOOP);
            } catch (IllegalArgumentException e) {
                throw notAgain(e);
            }
            return finding(runner, smallest);
        }

        @Override
        public Answers respond(Limits limits) {
            Liveness.Result result = Liveness.judge(machine, scenario.responses(), limits.states(), limits.memory());
            Lasso lasso = result.lasso();
            return new Answers(lasso == null ? null : explain(lasso), result.witnessed());
        }

        @Override
        public Kept obligations(Limits limits) {
            MachineSpec spec = scenario.machine();
            Machine unedited = catalog.machine(spec.withFaults(List.of()));
            Obligations.Answer answer = new Obligations(unedited, limits.states(), limits.memory())
                    .ask(edits -> new Machine(catalog.model(spec, edits), spec.granularity(), spec.merged()));
            Lasso broken = answer.broken();
            return new Kept(broken == null ? null : explain(broken), answer.doubts(), answer.idle());
        }

        private Finding explain(Lasso lasso) {
            Round round = Round.of(machine, lasso)
                    .orElseThrow(() -> new DisagreementException(
                            "the search's lasso breaks " + lasso.response().id() + ", its replay does not"));
            TraceRunner runner = new TraceRunner(machine, StateJudge.of(judge)).goingOn(round);
            return finding(runner, Counterexample.Known.of(lasso), undeclared());
        }

        /** Of code that is not Moat's: hardware that need not act, as nobody has said that it serves who waits. */
        private List<String> undeclared() {
            if (!catalog.hasOwnSteps(scenario.machine())) {
                return List.of();
            }
            List<String> idle = machine.model().actions().stream()
                    .filter(a -> a.actor() == Actor.IOMMU && !a.service())
                    .map(Action::name)
                    .toList();
            return idle.isEmpty()
                    ? List.of()
                    : List.of("Nobody has to do " + String.join(", ", idle)
                            + ": if one of these lets a wait go on, declare that it"
                            + " serves those who wait ('service' of dev.moat.model.Action).");
        }

        private Finding finding(TraceRunner runner, Counterexample.Known known) {
            return finding(runner, known, List.of());
        }

        private Finding finding(TraceRunner runner, Counterexample.Known known, List<String> hints) {
            List<Transition> done = runner.run(known.trace());
            Story story = new Story(runner, catalog, scenario.machine());
            return new Finding(
                    known.violates(),
                    known.trace().actions(machine),
                    known.trace().transitions(),
                    new Finding.Told(
                            story.tell(done),
                            steps(story, done),
                            with(hints, story.printFolded(done)),
                            with(hints, story.print(done))),
                    document(catalog, scenario, known));
        }

        private static List<String> with(List<String> hints, String text) {
            return Stream.concat(text.lines(), hints.stream()).toList();
        }

        /** The words of each transition, and where they do not say who did it and how it ended, that too. */
        private List<Finding.Done> steps(Story story, List<Transition> done) {
            List<String> words = story.each(done);
            List<Finding.Done> steps = new ArrayList<>();
            for (int i = 0; i < done.size(); i++) {
                String name = done.get(i).name();
                String told = name.equals(words.get(i)) ? name : name + ": " + words.get(i);
                steps.add(new Finding.Done(told, CodePlace.of(machine, done.get(i))));
            }
            return steps;
        }

        private static long claimed(Exploration.Violation violation) {
            long deadlock = violation.deadlock() ? TraceRunner.DEADLOCK : 0;
            return violation.invariants().stream().mapToLong(i -> 1L << i).reduce(deadlock, (a, b) -> a | b);
        }

        private static long violated(TraceRunner runner, Trace trace) {
            try {
                return runner.violated(runner.last(trace));
            } catch (IllegalArgumentException e) {
                throw notAgain(e);
            }
        }

        private static void requireSame(List<String> claimed, List<String> replayed) {
            if (!claimed.equals(replayed)) {
                throw new DisagreementException("the search says that its counterexample violates " + claimed
                        + ", its replay " + replayed + ALONE + ", and relations must read no more than they say");
            }
        }
    }

    /** Of what a verdict needs alone: with its machine, judge and states a violation takes a hundred times the memory. */
    private static Finding.Document document(Catalog catalog, Scenario of, Counterexample.Known known) {
        return () -> {
            Machine machine = catalog.machine(of.machine());
            try {
                return CounterexampleWriter.text(Counterexample.record(of.id(), of.machine(), machine, known), machine);
            } catch (IllegalArgumentException e) {
                throw notAgain(e);
            }
        };
    }

    private static DisagreementException notAgain(IllegalArgumentException e) {
        return new DisagreementException("the search's counterexample cannot be replayed: " + e.getMessage() + ALONE);
    }

    private Replay replayed(Path file) throws IOException {
        Counterexample record = new CounterexampleReader(catalog, library.ids()).read(file);
        return Replayer.replay(record, catalog, StateJudge.from(library));
    }

    @Override
    public Replayed replay(Path file) throws IOException {
        Replay replay = replayed(file);
        List<String> lines = new ArrayList<>(List.of(replay.summary()));
        Replay.Difference difference = replay.difference();
        if (difference != null) {
            lines.addAll(difference.lines());
        }
        return new Replayed(Replayed.Result.valueOf(replay.outcome().name()), lines);
    }

    private TraceRunner runner(Replay replay) {
        Counterexample record = replay.counterexample();
        Machine machine = catalog.machine(record.machine());
        return new TraceRunner(machine, StateJudge.from(library).judge(machine, record.invariants()))
                .goingOn(replay.round());
    }

    @Override
    public List<String> show(Path file, boolean folded) throws IOException {
        Replay replay = replayed(file);
        Counterexample record = replay.counterexample();
        TraceRunner runner = runner(replay);
        List<String> lines = new ArrayList<>();
        lines.add(record.scenario() + ": " + record.machine().component() + " "
                + record.machine().settings() + ", granularity "
                + record.machine().granularity().key());
        if (!record.machine().faults().isEmpty()) {
            lines.add("injected: " + String.join(", ", record.machine().faults()));
        }
        lines.addAll(origin(replay));
        says(record).ifPresent(says -> lines.addAll(TraceTable.wrap("scenario: " + says)));
        lines.add("");
        new Story(runner, catalog, record.machine())
                .print(replay.transitions(), folded, UserExtensions.command("replay", file))
                .lines()
                .forEach(lines::add);
        lines.add("");
        machine(record).forEach(text -> lines.addAll(TraceTable.wrap(text)));
        return lines;
    }

    /** What {@code check} says of the machine of a verdict: every parameter with its value, what is judged, what is assumed. */
    private List<String> machine(Counterexample record) throws IOException {
        MachineSpec spec = record.machine();
        List<String> lines = new ArrayList<>();
        lines.add("machine: " + spec.component() + ", granularity "
                + spec.granularity().key() + (spec.merged() ? ", quiet steps merged" : ", no step merged"));
        Map<Parameter.Kind, Map<String, String>> settings = ScenarioChecker.settings(catalog, spec);
        settings.forEach((kind, group) -> {
            if (!group.isEmpty()) {
                lines.add(kind.key() + ": "
                        + group.entrySet().stream()
                                .map(e -> e.getKey() + "=" + e.getValue())
                                .collect(Collectors.joining(" ")));
            }
        });
        lines.add("judged: "
                + String.join(
                        ", ",
                        scenario(record).map(Scenario::judged).orElseGet(() -> Scenario.judged(record.violates()))));
        lines.add("assumed: "
                + Assumed.line(Assumed.of(settings, catalog.model(spec).abstraction())));
        scenario(record)
                .map(Scenario::fair)
                .orElseGet(() -> Scenario.fair(record.violates()))
                .forEach(text -> lines.add("fair: " + text));
        return lines;
    }

    /** The sentence of the scenario that the record is of; nothing where it says no more than the fault does. */
    private Optional<String> says(Counterexample record) throws IOException {
        return scenario(record).map(Scenario::says).filter(s -> !saysNothingElse(s, record.machine()));
    }

    /** The scenario that the record is of; nothing where it is no longer there, or its machine is another one. */
    private Optional<Scenario> scenario(Counterexample record) throws IOException {
        try {
            Path file = scenarios.files().get(record.scenario());
            return file == null
                    ? Optional.empty()
                    : Optional.of(scenarios.find(file.toString()))
                            .filter(s -> s.machine().equals(record.machine()));
        } catch (InputException | BadSettingException e) {
            return Optional.empty(); // somebody else's file is broken; the counterexample is not
        }
    }

    /** Whether a scenario's sentence is that of its only fault, which the story begins with. */
    private boolean saysNothingElse(String says, MachineSpec machine) {
        return machine.faults().stream()
                .map(id -> Catalog.fault(catalog.component(machine.component()), id)
                        .says())
                .anyMatch(fault -> says.regionMatches(true, says.length() - fault.length(), fault, 0, fault.length()));
    }

    /** What became of the record, where it is not as it was, and what it was made from. */
    private static List<String> origin(Replay replay) {
        List<String> lines = new ArrayList<>();
        if (replay.outcome() != Replay.Outcome.REPRODUCED) {
            lines.add(replay.summary());
        }
        List<String> sources = replay.counterexample().sources();
        for (int k = 0; k < sources.size(); k++) {
            lines.add((k == 0 ? "recorded: " : "          ") + (k + 1) + " " + sources.get(k));
        }
        return lines;
    }

    @Override
    public String page(Path file) throws IOException {
        Replay replay = replayed(file);
        Counterexample record = replay.counterexample();
        List<String> notes = new ArrayList<>(origin(replay));
        says(record).ifPresent(notes::add);
        notes.add("Reproduce: " + UserExtensions.command("replay", file));
        TraceRunner runner = runner(replay);
        return new TracePage(runner, catalog, record.machine(), texts(runner.machine(), record.violates()))
                .html(record.scenario(), notes, replay.transitions());
    }

    @Override
    public List<String> diff(Path first, Path second) throws IOException {
        CounterexampleReader reader = new CounterexampleReader(catalog, library.ids());
        Counterexample a = reader.read(first);
        Counterexample b = reader.read(second);
        return CounterexampleDiff.lines(a, b, catalog.machine(a.machine()));
    }

    private Map<String, Invariant> texts(Machine machine, List<String> ids) {
        return library.with(machine.model().abstraction().properties()).all().stream()
                .filter(i -> ids.contains(i.id()))
                .collect(Collectors.toMap(Invariant::id, i -> i));
    }
}
