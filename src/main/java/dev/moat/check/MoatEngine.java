package dev.moat.check;

import dev.moat.explore.Exploration;
import dev.moat.explore.Explorer;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.logic.InputException;
import dev.moat.logic.Invariant;
import dev.moat.logic.Judge;
import dev.moat.scenario.Machine;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.Stepper;
import dev.moat.state.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The engine of the program: Moat's own judge, explorer and traces put together. */
public final class MoatEngine implements Engine {
    private final List<Invariant> invariants;

    private MoatEngine(List<Invariant> invariants) {
        this.invariants = invariants;
    }

    /**
     * Reads the invariants of a home.
     *
     * @throws UncheckedIOException when a file cannot be read
     * @throws InputException when one is malformed
     */
    public static Engine open(Path home) {
        try (Stream<Path> files = Files.list(home.resolve("invariants"))) {
            return new MoatEngine(files.map(f -> String.valueOf(f.getFileName()))
                    .filter(name -> name.endsWith(".smt2"))
                    .sorted()
                    .map(name -> new Invariant(name.substring(0, name.length() - 5), "", "", ""))
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Property> invariants() {
        return invariants.stream()
                .map(i -> new Property(i.id(), i.says(), i.kind(), i.source()))
                .toList();
    }

    @Override
    public Session open(Scenario scenario, Machine machine) {
        List<String> ids = scenario.invariants();
        List<Invariant> judged = new ArrayList<>();
        for (String id : ids) {
            judged.add(invariants.stream()
                    .filter(i -> i.id().equals(id))
                    .findFirst()
                    .orElseThrow());
        }
        Judge judge = new Judge(judged, machine.model().abstraction(), machine.schema());
        return new Session() {
            @Override
            public Exploration explore(Limits limits, Progress progress) {
                return new Explorer(machine, judge, limits).run(progress);
            }

            @Override
            public Finding explain(Exploration.Violation violation) {
                return MoatEngine.explain(machine, ids, violation);
            }
        };
    }

    private static Finding explain(Machine machine, List<String> ids, Exploration.Violation violation) {
        Stepper stepper = machine.stepper();
        long[] s = machine.initial();
        List<String> trace = new ArrayList<>();
        int actions = 0;
        for (int instance : violation.instances()) {
            long[] before = s.clone();
            if (!stepper.apply(instance, s)) {
                throw new DisagreementException("the search took " + machine.name(instance) + " as step "
                        + (trace.size() + 1) + ", which is not enabled in the replay");
            }
            actions += machine.instance(instance).kind() == Machine.Kind.ADVANCE ? 0 : 1;
            List<String> changes = machine.schema().diff(before, s).stream()
                    .map(Schema.Change::toString)
                    .toList();
            trace.add((trace.size() + 1) + "  " + machine.name(instance) + "  " + String.join(", ", changes));
        }
        List<String> broken = new ArrayList<>();
        violation.invariants().forEach(i -> broken.add(ids.get(i)));
        if (violation.deadlock()) {
            broken.add(Scenario.NO_DEADLOCK);
        }
        List<String> lines = List.copyOf(trace);
        return new Finding(broken, actions, violation.instances().size(), lines, file -> Files.write(file, lines));
    }

    @Override
    public Replayed replay(Path file) throws IOException {
        throw new InputException(file.toString(), 0, 0, "counterexample files cannot be read yet");
    }

    @Override
    public List<String> show(Path file) throws IOException {
        throw new InputException(file.toString(), 0, 0, "counterexample files cannot be read yet");
    }
}
