package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.InvariantLibrary;
import dev.moat.machine.Machine;
import dev.moat.model.Parameter;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Committed;
import dev.moat.scenario.Scenario;
import dev.moat.trace.Minimiser;
import dev.moat.trace.Simulation;
import dev.moat.trace.StateJudge;
import dev.moat.trace.Trace;
import dev.moat.trace.TraceRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scenarios that are too large to explore, walked through at random with every invariant on. */
class SimulatedTest {
    private static final InvariantLibrary LIBRARY = InvariantLibrary.ofHome(Path.of(""));

    /** Parameters, or values of policies, that no simulated scenario can have, or need not. */
    private static final Map<String, String> NOT_SIMULATED = Map.ofEntries(
            Map.entry("mode", "only where recorded answers are compared"),
            Map.entry("host-slots", "only with mode=recorded"),
            Map.entry("iommu-domains", "where iommu names a family; a walk's names the domains themselves"),
            Map.entry("mappers", "all domains map by default; to let fewer do it makes a search smaller"),
            Map.entry("reallocation", "on by default; to switch it off makes a search smaller"),
            Map.entry("transitive", "on by default, and xen-sim-version-2 grants transitively"),
            Map.entry("unity-range", "one frame of one device, which neither moves nor dies: explored"),
            Map.entry("drain", "without it no-stale breaks whatever software does, wherever walks are in flight"),
            Map.entry("upkeep-rule=2008", "a wrong rule: xen-rule-2008 is to fail"),
            Map.entry("upkeep-rule=mapkind-pins", "a wrong rule: xen-rule-mapkind-pins is to fail"),
            Map.entry("sound-device", "what a driver asks the DMA layer for; no layer is here"),
            Map.entry("sides", "both by default; host mappings alone make a search smaller"),
            Map.entry("unit-levels", "as many as tables have by default; xen-op-unit-levels has fewer"));

    private static final List<Scenario> SCENARIOS = Committed.described().stream()
            .filter(s -> s.set().equals("simulate"))
            .toList();

    private static TraceRunner runner(Scenario scenario, List<String> faults) {
        Machine machine = Catalog.load().machine(scenario.machine().withFaults(faults));
        return new TraceRunner(machine, StateJudge.from(LIBRARY).judge(machine, scenario.invariants()));
    }

    private static void walk(Scenario scenario, long seed, long steps, int length) {
        TraceRunner runner = runner(scenario, List.of());
        Simulation.Result result = new Simulation(runner).run(seed, 0, steps, length, (w, t) -> {});
        assertThat(result.violation()).as(scenario.id() + ", seed " + seed).isNull();
        assertThat(result.transitions()).isEqualTo(steps);
    }

    @TestFactory
    List<DynamicTest> nothingIsViolated() {
        return SCENARIOS.stream()
                .map(s -> DynamicTest.dynamicTest(s.id(), () -> walk(s, 1, 150, 75)))
                .toList();
    }

    @Tag("deep")
    @TestFactory
    List<DynamicTest> nothingIsViolatedInLongWalks() {
        return SCENARIOS.stream()
                .map(s -> DynamicTest.dynamicTest(s.id(), () -> walk(s, 2, 100_000, 1_500)))
                .toList();
    }

    /** Every parameter differs from its default somewhere, and every policy has each of its values. */
    @Test
    void betweenThemTheyHaveEveryMechanismCapabilityAndPolicy() {
        List<String> missing = new ArrayList<>();
        for (Parameter p : Catalog.load().component("xen-vtd").parameters()) {
            List<String> values = new ArrayList<>();
            for (Scenario s : SCENARIOS) {
                values.add(s.machine().settings().getOrDefault(p.name(), p.initial()));
            }
            if (p.kind() == Parameter.Kind.POLICY) {
                p.choices().stream().filter(c -> !values.contains(c)).forEach(c -> missing.add(p.name() + "=" + c));
            } else if (values.stream().allMatch(p.initial()::equals)) {
                missing.add(p.name());
            }
        }
        assertThat(missing).containsExactlyInAnyOrderElementsOf(NOT_SIMULATED.keySet());
    }

    @Test
    void theyAreAtRealGeometry() {
        for (Scenario s : SCENARIOS) {
            assertThat(s.machine().settings())
                    .as(s.id())
                    .containsEntry("levels", "4")
                    .containsEntry("index-bits", "9")
                    .containsEntry("ring", "256")
                    .containsEntry("pin-bits", "8")
                    .containsEntry("cpus", "2");
            assertThat(Integer.parseInt(s.machine().settings().getOrDefault("frames", "0")))
                    .as(s.id())
                    .isGreaterThanOrEqualTo(32);
        }
    }

    /** With everything on and at real geometry faults are still met, and their traces shrink to a few actions. */
    @ParameterizedTest
    @CsvSource({
        "xen-sim-strict, decrease.keeps-entry, 1, 20000, 4",
    })
    void aFaultIsMet(String id, String fault, long seed, long steps, int actions) {
        meet(id, fault, seed, steps, actions);
    }

    @Tag("deep")
    @ParameterizedTest
    @CsvSource({
        "xen-sim-devices, tables.without-grants, 1, 20000, 12",
        "xen-sim-strict, unmap.no-invalidation, 1, 60000, 25",
        "xen-sim-superpages, table.freed-before-wait, 4, 20000, 15",
    })
    void aFaultIsMetThatNeedsMore(String id, String fault, long seed, long steps, int actions) {
        meet(id, fault, seed, steps, actions);
    }

    private static void meet(String id, String fault, long seed, long steps, int actions) {
        Scenario scenario =
                SCENARIOS.stream().filter(s -> s.id().equals(id)).findFirst().orElseThrow();
        TraceRunner runner = runner(scenario, List.of(fault));
        Trace found =
                new Simulation(runner).run(seed, 0, steps, 1_500, (w, t) -> {}).violation();
        assertThat(found).isNotNull();
        Trace smallest = new Minimiser(runner).minimise(found);
        assertThat(smallest.actions(runner.machine())).isLessThanOrEqualTo(actions);
        assertThat(runner.violated(runner.last(smallest))).isNotZero();
    }
}
