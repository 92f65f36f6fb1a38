package dev.moat.viommu.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.Memory;
import dev.moat.logic.InvariantLibrary;
import dev.moat.machine.Machine;
import dev.moat.model.Edits;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioReader;
import dev.moat.trace.Simulation;
import dev.moat.trace.StateJudge;
import dev.moat.trace.Trace;
import dev.moat.trace.TraceRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A walk of a hostile guest is worth what it gets to: descriptors of every kind, waits, faults by their reasons, every register. */
class HostileGuestTest {
    private static final int LENGTH = 2_000;
    /** Steps after which each kind of memory has been sought outside of the guest's; posted descriptors are the last. */
    private static final int ENOUGH = 400_000;

    /** No descriptor of these kinds is ever executed, or is ever wrong; a unit as specified walks again where a right lacks. */
    private static final List<String> NEVER = List.of(
            "descriptor type-0 executed",
            "descriptor unknown executed",
            "descriptor not-read executed",
            "request: short of rights");

    private static Scenario scenario() throws IOException {
        InvariantLibrary library = InvariantLibrary.ofHome(Path.of(""));
        return new ScenarioReader(Catalog.load(), library.ids()).read(Path.of("docs/examples/registers-sim.yaml"));
    }

    private static Simulation.Result walk(String guest, long steps, String... faults) throws IOException {
        return walk(machine(guest, new Edits(), faults), steps);
    }

    private static Machine machine(String guest, Edits edits, String... faults) throws IOException {
        Scenario scenario = scenario();
        Map<String, String> settings = new HashMap<>(scenario.machine().settings());
        settings.put("guest", guest);
        MachineSpec spec = scenario.machine().withSettings(settings).withFaults(List.of(faults));
        return new Machine(Catalog.load().model(spec, edits), spec.granularity(), spec.merged());
    }

    private static Simulation.Result walk(Machine machine, long steps) throws IOException {
        return walk(machine, steps, scenario().invariants());
    }

    /** Judged by these properties alone. */
    private static Simulation.Result walk(Machine machine, long steps, List<String> judged) throws IOException {
        InvariantLibrary library = InvariantLibrary.ofHome(Path.of(""));
        TraceRunner runner = new TraceRunner(machine, StateJudge.from(library).judge(machine, judged));
        return new Simulation(runner).run(7, 0, steps, LENGTH, (walks, transitions) -> {});
    }

    @Test
    void whoKnowsTheManualGetsEverywhere() throws IOException {
        Simulation.Result result = walk("knowing", ENOUGH);
        assertThat(result.violation()).isNull();
        result.reached().forEach((what, n) -> {
            if (what.startsWith("write of") || what.endsWith(" executed")) {
                assertThat(n).as(what).matches(count -> count >= 100 || NEVER.contains(what));
            }
        });
        assertThat(result.reached().get("descriptor wait executed")).isGreaterThan(10_000);
        long outcomes = result.reached().entrySet().stream()
                .filter(e -> e.getKey().startsWith("request") && e.getValue() > 0)
                .count();
        assertThat(outcomes).isGreaterThan(30);
        NEVER.forEach(what -> assertThat(result.reached()).containsEntry(what, 0L));
    }

    @Test
    @Tag("deep")
    void aMillionOperations() throws IOException {
        Simulation.Result result = walk("knowing", 1_000_000);
        assertThat(result.violation()).isNull();
        result.reached().forEach((what, n) -> assertThat(n > 0).as(what).isEqualTo(!NEVER.contains(what)));
    }

    /** Why the guest knows the manual: all that is written at random executes next to nothing. */
    @Test
    void whoWritesAtRandomDoesNot() throws IOException {
        Simulation.Result result = walk("wild", 150_000);
        long executed = result.reached().entrySet().stream()
                .filter(e -> e.getKey().endsWith(" executed"))
                .mapToLong(Map.Entry::getValue)
                .sum();
        assertThat(executed).isLessThan(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"registers.queue-in-one-go", "registers.memory-unchecked", "registers.reads-unchecked"})
    void whatTheTrapLeavesOutIsMet(String fault) throws IOException {
        assertThat(walk("knowing", 100_000, fault).violation()).isNotNull();
    }

    /** Each kind of memory that the unit reads is met abroad when nothing but its own check is left out, so a unit without that check is, too. */
    @ParameterizedTest
    @EnumSource(Memory.Kind.class)
    void whatOneKindOfReadLeavesOutIsMet(Memory.Kind kind) throws IOException {
        Edits unchecked =
                new Edits().decide("registers.reads-checked", (s, own, read, c) -> read == kind.number() ? 1 : own);
        Trace found = walk(machine("knowing", unchecked), ENOUGH, List.of("reads-stay-in-guest"))
                .violation();
        assertThat(found).isNotNull();
    }

    /** What a request may read is bounded, too: a unit that is asked for the same one a hundred times is met. */
    @Test
    void aRequestThatIsNeverDoneWithIsMet() throws IOException {
        Edits again = new Edits().decide("registers.asks-again", (s, asked, b, c) -> asked < 100 ? 1 : 0);
        Machine machine = machine("knowing", again);
        Trace found = walk(machine, 20_000).violation();
        assertThat(found).isNotNull();
        assertThat(found.names(machine)).last(InstanceOfAssertFactories.STRING).startsWith("virtual_request(");
    }
}
