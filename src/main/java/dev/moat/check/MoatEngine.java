package dev.moat.check;

import dev.moat.explore.Exploration;
import dev.moat.explore.Explorer;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.logic.InputException;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.Judge;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Machine;
import dev.moat.scenario.Scenario;
import dev.moat.trace.Counterexample;
import dev.moat.trace.CounterexampleReader;
import dev.moat.trace.CounterexampleWriter;
import dev.moat.trace.Minimiser;
import dev.moat.trace.Replay;
import dev.moat.trace.Replayer;
import dev.moat.trace.StateJudge;
import dev.moat.trace.Trace;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.TraceTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The engine of the program: Moat's own judge, explorer and traces put together. */
public final class MoatEngine implements Engine {
    private final InvariantLibrary library;

    private MoatEngine(InvariantLibrary library) {
        this.library = library;
    }

    /**
     * Reads the vocabulary and the invariants of a home.
     *
     * @throws java.io.UncheckedIOException when a file cannot be read
     * @throws InputException when one is malformed
     */
    public static Engine open(Path home) {
        return new MoatEngine(InvariantLibrary.load(home.resolve("specs/vocabulary.smt2"), home.resolve("invariants")));
    }

    @Override
    public List<Property> invariants() {
        return library.all().stream()
                .map(i -> new Property(i.id(), i.says(), i.kind(), i.source()))
                .toList();
    }

    private Judge judge(Machine machine, List<String> ids) {
        return new Judge(
                ids.stream().map(library::get).toList(), machine.model().abstraction(), machine.schema());
    }

    @Override
    public Session open(Scenario scenario, Machine machine) {
        Judge judge = judge(machine, scenario.invariants());
        return new Session() {
            @Override
            public Exploration explore(Limits limits, Progress progress) {
                return new Explorer(machine, judge, limits).run(progress);
            }

            @Override
            public Finding explain(Exploration.Violation violation) {
                return MoatEngine.explain(scenario, new TraceRunner(machine, StateJudge.of(judge)), violation);
            }
        };
    }

    /** Replays first: what cannot be replayed is no violation, but a defect of ours. */
    private static Finding explain(Scenario scenario, TraceRunner runner, Exploration.Violation violation) {
        Trace found = new Trace(violation.instances());
        List<String> claimed = new ArrayList<>();
        violation.invariants().forEach(i -> claimed.add(scenario.invariants().get(i)));
        if (violation.deadlock()) {
            claimed.add(Scenario.NO_DEADLOCK);
        }
        Trace minimal;
        try {
            List<String> replayed = runner.ids(runner.violated(runner.last(found)));
            if (!replayed.equals(claimed)) {
                throw new DisagreementException("the search claims " + claimed + ", the replay shows " + replayed);
            }
            minimal = new Minimiser(runner).minimise(found);
        } catch (IllegalArgumentException e) {
            throw new DisagreementException("the search's violation does not replay: " + e.getMessage());
        }
        Counterexample counterexample = Counterexample.record(scenario.id(), scenario.machine(), runner, minimal);
        List<String> table =
                new TraceTable(runner).print(runner.run(minimal)).lines().toList();
        return new Finding(
                counterexample.violates(),
                minimal.actions(runner.machine()),
                minimal.transitions(),
                table,
                file -> CounterexampleWriter.write(file, counterexample, runner.machine()));
    }

    private Counterexample read(Path file) throws IOException {
        return new CounterexampleReader(Catalog.load(), library.ids()).read(file);
    }

    @Override
    public Replayed replay(Path file) throws IOException {
        Counterexample counterexample = read(file);
        Replay replay =
                Replayer.replay(counterexample, Catalog.load(), (machine, ids) -> StateJudge.of(judge(machine, ids)));
        List<String> lines = new ArrayList<>();
        lines.add(replay.summary());
        Replay.Difference difference = replay.difference();
        if (difference != null) {
            lines.addAll(difference.lines());
        }
        return new Replayed(Replayed.Result.valueOf(replay.outcome().name()), lines);
    }

    @Override
    public List<String> show(Path file) throws IOException {
        Counterexample counterexample = read(file);
        Machine machine = Catalog.load().machine(counterexample.machine());
        List<String> ids = counterexample.violates().stream()
                .filter(id -> !id.equals(Scenario.NO_DEADLOCK))
                .toList();
        TraceRunner runner = new TraceRunner(machine, StateJudge.of(judge(machine, ids)));
        Replay replay = Replayer.replay(counterexample, machine, StateJudge.of(judge(machine, ids)));
        List<String> lines = new ArrayList<>(List.of(counterexample.scenario() + ": " + replay.summary(), ""));
        new TraceTable(runner)
                .print(replay.transitions(), file.toString())
                .lines()
                .forEach(lines::add);
        return lines;
    }
}
