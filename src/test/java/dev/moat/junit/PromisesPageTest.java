package dev.moat.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.Engine;
import dev.moat.check.ExitCode;
import dev.moat.check.MoatEngine;
import dev.moat.check.ScenarioChecker;
import dev.moat.check.Verdict;
import dev.moat.check.needed.PromisePage;
import dev.moat.check.needed.PromiseTable;
import dev.moat.explore.Limits;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import dev.moat.trace.file.Counterexample;
import dev.moat.trace.file.Replay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The committed table of the DMA layer's promises: every cell is searched again, every run replayed. */
class PromisesPageTest {
    private static final Path PAGE = Path.of("docs/explanation/linux-dma.md");
    private static final Path FILES = Path.of("results/promises");
    private static final Pattern LINK = Pattern.compile("\\]\\((?:\\.\\./)+results/promises/([^)]+)\\)");

    @ReplayCounterexamples("results/promises")
    void everyRunStillBreaksItsPromise(Counterexample counterexample, Replay replay) {
        assertThat(counterexample.violates()).isNotEmpty();
        assertThat(replay.outcome()).isEqualTo(Replay.Outcome.REPRODUCED);
    }

    /** A column of dashes is no answer: the scenario is named, and the run is no success. */
    @Test
    void aScenarioOfWhichNothingIsJudgedIsNamed() throws IOException {
        List<String> ids = MoatEngine.open(Path.of("")).invariants().stream()
                .map(property -> property.id())
                .toList();
        ScenarioLibrary library =
                new ScenarioLibrary(Path.of("specs/scenarios"), new ScenarioReader(Catalog.load(), ids));
        Scenario one = library.find("dma-promise-1-mapped");
        Scenario other = library.find("dma-promise-3-groups");
        PromiseTable.Cell dash = new PromiseTable.Cell(one, "no-stale", null, 0, null);
        PromiseTable.Cell held = new PromiseTable.Cell(one, "no-foreign", Verdict.Kind.HELD, 1, null);
        PromiseTable.Cell otherDash = new PromiseTable.Cell(other, "no-foreign", null, 0, null);
        assertThat(PromiseTable.unjudged(List.of(dash, held, otherDash))).containsExactly(other.id());
        assertThat(PromiseTable.unjudged(List.of(dash, held))).isEmpty();
        PromiseTable.Cell cut = new PromiseTable.Cell(one, "no-foreign", Verdict.Kind.INCONCLUSIVE, 1, null);
        assertThat(PromiseTable.exit(List.of(dash, held))).isEqualTo(ExitCode.OK);
        assertThat(PromiseTable.exit(List.of(held, cut))).isEqualTo(ExitCode.LIMIT);
        assertThat(PromiseTable.exit(List.of(held, cut, otherDash))).isEqualTo(ExitCode.EXPECTATION);
    }

    @Test
    void everyFileIsLinkedAndEveryLinkIsAFile() throws IOException {
        Set<String> linked = new TreeSet<>();
        Matcher links = LINK.matcher(Files.readString(PAGE));
        while (links.find()) {
            linked.add(links.group(1));
        }
        try (Stream<Path> files = Files.list(FILES)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(linked)
                    .hasSizeGreaterThan(20);
        }
    }

    @Test
    void everyCellIsAsWritten() throws IOException {
        Engine engine = MoatEngine.open(Path.of(""));
        Catalog catalog = Catalog.load();
        List<String> ids =
                engine.invariants().stream().map(property -> property.id()).toList();
        List<Scenario> scenarios = new ScenarioLibrary(Path.of("specs/scenarios"), new ScenarioReader(catalog, ids))
                .all(s -> s.set().equals(PromiseTable.SET));
        PromiseTable table = new PromiseTable(
                new ScenarioChecker(catalog, engine), catalog.component("iommu-dma"), scenarios, Limits.none(2));
        PromisePage page = new PromisePage(
                PAGE.getParent().relativize(Path.of("results/promises")).toString());
        table.rows().forEach(row -> page.add(row, table.cells(row)));
        assertThat(table.rows()).hasSize(36);
        assertThat(Files.readAllLines(PAGE)).containsSubsequence(page.lines());
    }
}
