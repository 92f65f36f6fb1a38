package dev.moat.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.Transition;
import dev.moat.trace.file.Counterexample;
import dev.moat.trace.file.CounterexampleReader;
import dev.moat.trace.file.Replayer;
import dev.moat.trace.story.Story;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What breaks without a fault is not blamed on one that was injected: who reads the story would look at the wrong code. */
class StoryOfNoFaultTest {
    @ParameterizedTest
    @CsvSource({
        "xen-rule-2008, recovery.repeats-descriptor, upkeep-rule=2008",
        "amdvi-exclusion-all, unmap.host-side-takes-entry, exclusion=all",
        "iommu-api-lazy-promise, unmap.forgets-a-unit, kernel=lazy",
    })
    void aFaultThatTakesNoPartIsNotBlamed(String id, String fault, String setting) throws IOException {
        Catalog catalog = Catalog.load();
        LibraryJudges judges = new LibraryJudges();
        Counterexample record = new CounterexampleReader(catalog).read(Path.of("counterexamples", id + ".itf.json"));
        List<Transition> sound = Replayer.replay(record, catalog, judges).transitions();
        MachineSpec spec = record.machine().withFaults(List.of(fault));
        Machine machine = catalog.machine(spec);
        TraceRunner runner = new TraceRunner(machine, judges.judge(machine, record.invariants()));
        List<Transition> run = new ArrayList<>();
        long[] s = machine.initial();
        for (Transition t : sound) {
            run.add(runner.perform(machine.find(t.name()).orElseThrow(), s));
        }
        List<String> told = new Story(runner, catalog, spec).tell(run);
        assertThat(told.get(1))
                .startsWith("The fault takes no part: without it the same steps break the same."
                        + " It comes of the settings: ")
                .contains(setting);
        assertThat(told).noneMatch(line -> line.contains("FAULT") || line.startsWith("Correct code"));
    }
}
