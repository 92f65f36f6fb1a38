package dev.moat.check.cover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.Engine;
import dev.moat.check.MoatEngine;
import dev.moat.check.cover.Combination.Outcome;
import dev.moat.check.cover.RandomMachines.Result;
import dev.moat.model.Model;
import dev.moat.model.mechanism.Composed;
import dev.moat.model.program.Operation;
import dev.moat.model.program.Step;
import dev.moat.model.program.StepCode;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioReader;
import dev.moat.state.Slots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is drawn is of the seed alone; a defect is found, what does not matter is left out, and the scenario shows the same. */
class RandomMachinesTest {
    private static final Catalog CATALOG = Catalog.load();
    private static final Composed XEN = (Composed) CATALOG.component("xen-vtd");
    private static final Engine ENGINE = MoatEngine.open(Path.of(""));

    private static RandomMachines machines() throws IOException {
        return new RandomMachines(XEN, CATALOG, ENGINE, 2_000, KnownBreaks.read(Path.of("specs", "cover.txt")));
    }

    private static List<Result> results(RandomMachines machines, int number, int threads, long seconds) {
        List<Result> all = new ArrayList<>();
        machines.each(5, number, threads, seconds, all::add);
        return all;
    }

    /** With other code of a step, where there is the operation. */
    private static UnaryOperator<Model> inUnmaps(UnaryOperator<StepCode> code) {
        return model -> model.running(
                model.actions(),
                model.operations().stream()
                        .map(op -> op.name().equals("unmap_grant_ref") ? changed(op, code) : op)
                        .toList());
    }

    private static Operation changed(Operation op, UnaryOperator<StepCode> code) {
        List<Step> steps = new ArrayList<>(op.steps());
        steps.replaceAll(step -> step.running(code.apply(step.code())));
        return op.with(steps);
    }

    @Test
    void drawnAreMachinesOfTheSeed() throws IOException {
        List<RandomMachine> drawn = machines().drawn(7, 200);
        assertThat(machines().drawn(7, 200)).isEqualTo(drawn);
        assertThat(machines().drawn(8, 200)).isNotEqualTo(drawn);
        assertThat(machines().drawn(7, 20)).isEqualTo(drawn.subList(0, 20));
        assertThat(drawn)
                .allMatch(m -> m.choices().size() <= 7)
                .filteredOn(m -> m.choices().size() >= 4)
                .hasSizeGreaterThan(150);
        assertThat(drawn)
                .filteredOn(m -> m.choices().contains(Choice.SECOND_CPU))
                .hasSizeBetween(120, 180);
        // Each choice of a mechanism is drawn some time.
        Set<String> parameters = Set.copyOf(drawn.stream()
                .flatMap(m -> m.choices().stream().map(Choice::parameter))
                .toList());
        assertThat(Choice.all(XEN.parameters(), XEN.mechanisms(Map.of())))
                .filteredOn(c -> !parameters.contains(c.parameter()))
                .hasSizeLessThan(5);
    }

    @Test
    void threadsChangeNothing() throws IOException {
        List<Result> one = results(machines(), 6, 1, Long.MAX_VALUE);
        assertThat(results(machines(), 6, 2, Long.MAX_VALUE)).isEqualTo(one);
        assertThat(one).extracting(Result::drawn).containsExactly("5-1", "5-2", "5-3", "5-4", "5-5", "5-6");
        assertThat(one).extracting(r -> r.made().outcome()).isSubsetOf(Outcome.WHOLE, Outcome.CUT);
    }

    @Test
    void withoutTimeNothingIsTried() throws IOException {
        assertThat(results(machines(), 2, 1, 0))
                .extracting(r -> r.made().outcome())
                .containsOnly(Outcome.UNTRIED);
    }

    /** Whoever unmaps forgets a pin: for that no choice is needed, and every bound is at its least. */
    @Test
    void whatDoesNotMatterIsLeftOut(@TempDir Path directory) throws IOException {
        RandomMachines broken = machines().with(model -> {
            Slots pin = model.schema().family("active.pin").orElseThrow();
            return inUnmaps(code -> (s, cpu) -> {
                        int next = code.run(s, cpu);
                        for (int i = 0; i < pin.size(); i++) {
                            pin.set(s, i, 0);
                        }
                        return next;
                    })
                    .apply(model);
        });
        Result found = results(broken, 12, 1, Long.MAX_VALUE).stream()
                .filter(r -> r.made().outcome() == Outcome.BROKEN)
                .findFirst()
                .orElseThrow();
        assertThat(found.made().choices()).isEmpty();
        assertThat(found.made().because())
                .contains("frames=1")
                .contains("refs=1")
                .contains("reallocation=false");
        Path file = directory.resolve(found.name() + ".yaml");
        Files.writeString(file, found.yaml());
        Scenario scenario = new ScenarioReader(
                        CATALOG, ENGINE.invariants().stream().map(p -> p.id()).collect(Collectors.toSet()))
                .read(file);
        assertThat(scenario.id()).isEqualTo(found.name());
        assertThat(found.made().because()).startsWith(String.join(", ", scenario.invariants()) + " in ");
    }
}
