package dev.moat.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.CheckRequest;
import dev.moat.check.Checker;
import dev.moat.check.Engine;
import dev.moat.check.MoatEngine;
import dev.moat.check.Verdict;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The races of two CPUs in docs/dma-layer.md: each is searched again, and has as many states and transitions as the page says. */
class TwoCpusTableTest {
    private static final Path PAGE = Path.of("docs/dma-layer.md");
    private static final Pattern ROW = Pattern.compile(
            "^\\| `([^`]+)` \\| [^|]* \\| ([0-9,]+)( to the violation)? \\| ([0-9,]+) \\| [0-9.]+ s \\| [0-9.]+ MiB \\|$",
            Pattern.MULTILINE);

    @Test
    void everyRowIsAsWritten() throws IOException {
        List<MatchResult> rows = ROW.matcher(Files.readString(PAGE)).results().toList();
        assertThat(rows).hasSize(5);
        Engine engine = MoatEngine.open(Path.of(""));
        Catalog catalog = Catalog.load();
        List<String> ids =
                engine.invariants().stream().map(property -> property.id()).toList();
        ScenarioLibrary library = new ScenarioLibrary(Path.of("specs/scenarios"), new ScenarioReader(catalog, ids));
        for (MatchResult row : rows) {
            Scenario scenario = library.find(row.group(1));
            assertThat(scenario.machine().settings().get("cpus"))
                    .as(row.group(1))
                    .isEqualTo("2");
            Verdict verdict = new Checker(catalog, engine)
                    .check(new CheckRequest(scenario, Map.of(), null, Limits.none(2)), Progress.silent());
            assertThat(List.of(
                            String.format(Locale.ROOT, "%,d", verdict.run().distinct()),
                            String.format(Locale.ROOT, "%,d", verdict.run().generated()),
                            verdict.kind() == Verdict.Kind.VIOLATED))
                    .as(row.group(1))
                    .containsExactly(row.group(2), row.group(4), row.group(3) != null);
        }
    }
}
