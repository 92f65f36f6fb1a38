package dev.moat.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.needed.NeedPage;
import dev.moat.output.MarkedPage;
import dev.moat.scenario.Catalog;
import dev.moat.trace.file.Counterexample;
import dev.moat.trace.file.Replay;
import dev.moat.trace.file.Replayer;
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

/** The committed table of needed invalidations: its counterexamples still show, and page and files belong together. */
class NeededPageTest {
    private static final Path PAGE = Path.of("results/needed.md");
    private static final Path DMA = Path.of("results/needed-dma.md");
    private static final Path RESULTS = Path.of("results");
    private static final Catalog CATALOG = Catalog.load();
    private static final LibraryJudges JUDGES = new LibraryJudges();
    private static final Pattern LINK = Pattern.compile("\\]\\((?:(?:\\.\\./)+results/)?(needed[a-z-]*/[^)]+)\\)");
    private static final Pattern CELL =
            Pattern.compile("needed: \\[([a-z, -]+)\\]\\(needed/(?:[a-z-]+/)?([^/)]+?)--[^)]+\\) ([0-9]+), r[1-9]");
    /** The IOMMUs that have tables of their own, and the default one. */
    private static final List<String> IOMMUS = List.of("", "amd-vi", "calgary");

    /** Without what its omission leaves out nothing is left to show; a column's own counterexample has no omission. */
    @ReplayCounterexamples({
        "results/needed",
        "results/needed/amd-vi",
        "results/needed/calgary",
        "results/needed-dma",
        "results/needed-dma-amdvi",
        "results/needed-dma-calgary",
        "results/needed-dma-gart"
    })
    void showsItsCellAndNothingWithoutTheOmission(Counterexample counterexample, Replay replay) {
        List<String> faults = counterexample.machine().faults();
        String name = faults.isEmpty() ? "nothing" : faults.get(0);
        assertThat(counterexample.violates()).isNotEmpty();
        if (!faults.isEmpty()) {
            assertThat(name).startsWith("omit.");
            assertThat(Replayer.replay(counterexample.withoutFaults(), CATALOG, JUDGES)
                            .outcome())
                    .isEqualTo(Replay.Outcome.FIXED);
        }
        assertThat(replay.outcome()).isEqualTo(Replay.Outcome.REPRODUCED);
    }

    @Test
    void everyFileIsLinkedAndEveryLinkIsAFile() throws IOException {
        Set<String> linked = new TreeSet<>(links(PAGE));
        linked.addAll(links(DMA));
        Set<String> present = new TreeSet<>();
        try (Stream<Path> files = Files.walk(RESULTS)) {
            files.filter(Files::isRegularFile)
                    .map(file -> RESULTS.relativize(file).toString())
                    .filter(file -> file.matches("needed[a-z-]*/.*"))
                    .forEach(present::add);
        }
        assertThat(linked).isEqualTo(present).hasSizeGreaterThan(300);
        for (Path other : List.of(
                Path.of("docs/explanation/when-to-flush.md"), Path.of("docs/explanation/needed-invalidations.md"))) {
            assertThat(present).as(other.toString()).containsAll(links(other));
        }
    }

    private static Set<String> links(Path page) throws IOException {
        Set<String> linked = new TreeSet<>();
        Matcher links = LINK.matcher(Files.readString(page));
        while (links.find()) {
            linked.add(links.group(1));
        }
        return linked;
    }

    /** Each needed cell names the row's file and what that file violates. */
    @Test
    void cellsSayWhatTheirFilesShow() throws IOException {
        for (String iommu : IOMMUS) {
            int cells = 0;
            for (String line :
                    tables(iommu).lines().filter(l -> l.startsWith("| `omit.")).toList()) {
                String row = line.substring(3, line.indexOf('`', 3));
                Matcher needed = CELL.matcher(line);
                while (needed.find()) {
                    cells++;
                    assertThat(needed.group(2)).isEqualTo(row);
                }
                assertThat(line.split("needed: ", -1)).hasSize(line.split("\\]\\(needed/" + iommu, -1).length);
            }
            assertThat(cells).as(iommu).isGreaterThan(iommu.isEmpty() ? 100 : 20);
        }
    }

    private static String tables(String iommu) throws IOException {
        String text = Files.readString(PAGE);
        int begin = text.indexOf(NeedPage.begin(iommu));
        return text.substring(begin, text.indexOf(MarkedPage.END, begin));
    }

    /** Limits were not hit when the table was made: an undecided cell would have to be said to be one. */
    @Test
    void nothingIsUndecided() throws IOException {
        for (String iommu : IOMMUS) {
            assertThat(tables(iommu)).as(iommu).doesNotContain("undecided", "hit a limit");
        }
    }
}
