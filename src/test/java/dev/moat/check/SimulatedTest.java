package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.InvariantLibrary;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Machine;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import dev.moat.trace.Minimiser;
import dev.moat.trace.Simulation;
import dev.moat.trace.StateJudge;
import dev.moat.trace.Trace;
import dev.moat.trace.TraceRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The scenarios that are too large to explore, walked through at random with every invariant on. */
class SimulatedTest {
    private static final InvariantLibrary LIBRARY = InvariantLibrary.ofHome(Path.of(""));

    private static List<Scenario> scenarios() throws IOException {
        return new ScenarioLibrary(Path.of("specs/scenarios"), new ScenarioReader(Catalog.load(), LIBRARY.ids()))
                .all().stream().filter(s -> s.set().equals("simulate")).toList();
    }

    private static TraceRunner runner(Scenario scenario, List<String> faults) {
        Machine machine = Catalog.load().machine(scenario.machine().withFaults(faults));
        return new TraceRunner(machine, StateJudge.from(LIBRARY).judge(machine, scenario.invariants()));
    }

    private static void walk(long seed, long steps) throws IOException {
        assertThat(scenarios()).isNotEmpty();
        for (Scenario scenario : scenarios()) {
            TraceRunner runner = runner(scenario, List.of());
            Simulation.Result result = new Simulation(runner).run(seed, 0, steps, 2_000, (w, t) -> {});
            assertThat(result.violation()).as(scenario.id() + ", seed " + seed).isNull();
            assertThat(result.transitions()).isEqualTo(steps);
        }
    }

    @Test
    void nothingIsViolated() throws IOException {
        walk(1, 4_000);
    }

    @Tag("deep")
    @Test
    void nothingIsViolatedInLongWalks() throws IOException {
        walk(2, 200_000);
    }

    /** With everything on and at real geometry, a fault is still met, and its trace shrinks to a few actions. */
    @Tag("deep")
    @Test
    void aFaultIsMet() throws IOException {
        TraceRunner runner = runner(scenarios().get(0), List.of("decrease.keeps-entry"));
        Trace found =
                new Simulation(runner).run(1, 0, 20_000, 100, (w, t) -> {}).violation();
        assertThat(found).isNotNull();
        Trace smallest = new Minimiser(runner).minimise(found);
        assertThat(smallest.actions(runner.machine())).isLessThanOrEqualTo(3);
        assertThat(runner.violated(runner.last(smallest))).isNotZero();
    }
}
