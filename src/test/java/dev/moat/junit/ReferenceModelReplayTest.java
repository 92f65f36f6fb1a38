package dev.moat.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.InjectedFault;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.trace.Minimiser;
import dev.moat.trace.RandomWalk;
import dev.moat.trace.StateJudge;
import dev.moat.trace.Trace;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.file.Counterexample;
import dev.moat.trace.file.CounterexampleReader;
import dev.moat.trace.file.CounterexampleWriter;
import dev.moat.trace.file.Replay;
import dev.moat.trace.file.Replayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random walks find every fault of the reference model, and the invariant files judge its replay. */
class ReferenceModelReplayTest {
    static Stream<InjectedFault> faults() {
        return Catalog.load().component("r1").faults().stream()
                .filter(f -> !f.breaks().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("faults")
    void is_found_minimised_kept_and_replayed(InjectedFault fault, @TempDir Path directory) throws IOException {
        Catalog catalog = Catalog.load();
        StateJudge.Source judges = new LibraryJudges();
        MachineSpec spec = new MachineSpec(
                "r1", Map.of("refs", "2", "handles", "2"), Granularity.OPERATION, true, List.of(fault.id()));
        Machine machine = catalog.machine(spec);
        TraceRunner runner = new TraceRunner(machine, judges.judge(machine, fault.breaks()));
        Trace found = new RandomWalk(runner).find(1, 300, 1000).orElseThrow();
        Trace small = new Minimiser(runner).minimise(found);
        assertThat(small.transitions()).isBetween(1, found.transitions());

        Path file = directory.resolve("r1.itf.json");
        CounterexampleWriter.write(file, Counterexample.record("r1", spec, runner, small), machine);
        Counterexample read = new CounterexampleReader(catalog).read(file);

        assertThat(Replayer.replay(read, catalog, judges).outcome()).isEqualTo(Replay.Outcome.REPRODUCED);
        assertThat(Replayer.replay(read.withoutFaults(), catalog, judges).outcome())
                .isEqualTo(Replay.Outcome.FIXED);
    }
}
