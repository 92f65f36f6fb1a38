package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.check.report.JsonReport;
import dev.moat.explore.Exploration;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.machine.Machine;
import dev.moat.output.OutputFile;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The facade on the real judge, explorer and traces: the reference model, from its file to a replayed counterexample. */
class MoatEngineTest {
    private static final Path HOME = Path.of("");

    @TempDir
    Path directory;

    private final Engine engine = MoatEngine.open(HOME);

    private Scenario scenario(String id) throws IOException {
        List<String> ids = engine.invariants().stream().map(Property::id).toList();
        return new ScenarioLibrary(Path.of("specs/scenarios"), new ScenarioReader(Catalog.load(), ids)).find(id);
    }

    private Verdict check(Map<String, String> settings, List<String> faults, int workers) throws IOException {
        CheckRequest request = new CheckRequest(scenario("r1"), settings, faults, Limits.none(workers));
        return new ScenarioChecker(Catalog.load(), engine).check(request, Progress.silent());
    }

    @Test
    void heldWithTheCountsOfTwoModelCheckers() throws IOException {
        Verdict v = check(Map.of(), null, 2);
        assertThat(v.exit()).as(v.unmet().toString()).isEqualTo(ExitCode.OK);
        assertThat(v.run().distinct()).isEqualTo(2113);
        assertThat(v.warnings()).isEmpty();
    }

    /** The flush of a domain without devices looks for a debt, finds none each time, and did run. */
    @Test
    void aStepThatAlwaysTurnsAsideDidRun() throws IOException {
        Map<String, String> values = Map.of("iommu", "none", "context-cache", "false", "refs", "1");
        CheckRequest request = new CheckRequest(scenario("xen-op"), values, null, Limits.none(1));
        Verdict v = new ScenarioChecker(Catalog.load(), engine).check(request, Progress.silent());
        List<String> aside = v.run().coverage().steps().entrySet().stream()
                .filter(e -> e.getValue() > 0 && e.getKey().endsWith(")"))
                .map(e -> e.getKey().replaceAll(" \\(.*", ""))
                .filter(step -> v.run().coverage().steps().get(step) == 0)
                .toList();
        assertThat(aside).isNotEmpty().doesNotContainAnyElementsOf(v.idleSteps());
    }

    @Test
    void theReportIsTheSameForAnyNumberOfWorkers() throws IOException {
        List<String> fault = List.of("unmap.no-invalidation");
        String one = JsonReport.of(List.of(check(Map.of(), fault, 1)), null, ExitCode.VIOLATION);
        String two = JsonReport.of(List.of(check(Map.of(), fault, 2)), null, ExitCode.VIOLATION);
        assertThat(withoutTiming(one)).isEqualTo(withoutTiming(two)).contains("no-stale");
    }

    private static String withoutTiming(String json) {
        return json.substring(0, json.indexOf("\"timing\""));
    }

    @Test
    void aViolationIsMinimisedSavedAndReplayed() throws IOException {
        Verdict v = check(Map.of(), List.of("unmap.no-invalidation"), 1);
        Finding finding = v.finding();
        assertThat(finding).isNotNull();
        assertThat(finding.invariants()).containsExactly("no-foreign", "no-stale");
        assertThat(finding.actions()).isEqualTo(4);
        Path file = directory.resolve("r1.itf.json");
        OutputFile.write(file, finding.document().text());
        Replayed replayed = engine.replay(file);
        assertThat(replayed.result()).isEqualTo(Replayed.Result.REPRODUCED);
        assertThat(engine.show(file, false)).containsSubsequence(finding.told().trace());
        assertThat(engine.show(file, true))
                .startsWith("r1: r1 {domains=2, frames=2, refs=1, handles=1}, granularity operation")
                .contains("injected: unmap.no-invalidation", "Reproduce: moat replay " + file)
                .containsSubsequence(finding.told().folded());
    }

    @Test
    void aRepairedMachineIsSeenInTheReplay() throws IOException {
        Path file = directory.resolve("r1.itf.json");
        OutputFile.write(
                file,
                check(Map.of(), List.of("free.keeps-table-entry"), 1)
                        .finding()
                        .document()
                        .text());
        String text = Files.readString(file);
        assertThat(text).contains("\"free.keeps-table-entry\"");
        Files.writeString(file, text.replace("\"free.keeps-table-entry\"", ""));
        Replayed replayed = engine.replay(file);
        assertThat(replayed.result()).isEqualTo(Replayed.Result.FIXED);
        assertThat(replayed.lines()).hasSizeGreaterThan(1);
    }

    @Test
    void aClaimThatTheReplayDoesNotShowIsADisagreement() throws IOException {
        Scenario scenario = scenario("r1");
        Machine machine = Catalog.load().machine(scenario.machine());
        Engine.Session session = engine.open(scenario, machine);
        Exploration.Violation wrong = new Exploration.Violation(List.of(), List.of(1), false);
        assertThatThrownBy(() -> session.explain(wrong))
                .isInstanceOf(DisagreementException.class)
                .hasMessageContaining("violates [no-stale], its replay []");
        int never = machine.find("evict(d1, f1)").orElseThrow();
        Exploration.Violation impossible = new Exploration.Violation(List.of(never), List.of(0), false);
        assertThatThrownBy(() -> session.explain(impossible))
                .isInstanceOf(DisagreementException.class)
                .hasMessageContaining("cannot be replayed: transition 1, evict(d1, f1), is not enabled");
    }
}
