package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.Engine;
import dev.moat.check.Property;
import dev.moat.cli.site.Site;
import dev.moat.scenario.Scenario;
import dev.moat.trace.PagePart;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The tables of {@code docs/reference/invariants.md} are what the files of invariants and scenarios say; {@code -Dsnapshot.update=true} writes
 * them.
 */
class InvariantsPageTest {
    private static final Path PAGE = Path.of("docs/reference/invariants.md");
    private static final Map<String, String> KINDS = Map.of(
            "safety", "What must never happen",
            "completeness", "What must still work");

    private static String tables() throws IOException {
        PrintWriter none = new PrintWriter(new StringWriter());
        Site site = new Site(Path.of(""), none, none, false, false, CheckoutEngine::open);
        Engine engine = site.engine();
        List<Scenario> scenarios = site.scenarios(engine).described();
        StringBuilder out = new StringBuilder();
        for (String kind : List.of("safety", "completeness")) {
            List<Property> those = engine.invariants().stream()
                    .filter(p -> p.kind().equals(kind))
                    .toList();
            out.append(String.format(Locale.ROOT, "%n## %s (%s, %d)%n%n", KINDS.get(kind), kind, those.size())
                    .replace("\r", ""));
            out.append("| invariant | what it demands | where from | broken by |\n|---|---|---|---|\n");
            those.forEach(p -> out.append(row(p, scenarios)));
        }
        return out.append('\n').toString();
    }

    private static String row(Property p, List<Scenario> scenarios) {
        String broken = scenarios.stream()
                .filter(s -> s.fail().contains(p.id()))
                .map(s -> "`" + s.id() + "`")
                .min(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
                .orElse("");
        String file = Objects.requireNonNull(p.place()).file();
        return "| [`" + p.id() + "`](" + link(Path.of(file)) + ") | " + PagePart.cell(p.says()) + " | "
                + PagePart.cell(p.source()) + " | " + broken + " |\n";
    }

    private static String link(Path file) {
        return PAGE.getParent().relativize(file).toString();
    }

    @Test
    void theTablesAreThoseOfTheFiles() throws IOException {
        PagePart.check(PAGE, "invariants", tables());
    }

    /** Every file is a row: none has a kind that no table shows. */
    @Test
    void everyInvariantHasARow() throws IOException {
        String page = Files.readString(PAGE);
        try (var files = Files.list(Path.of("invariants"))) {
            assertThat(files.map(f -> f.getFileName().toString()).filter(n -> n.endsWith(".smt2")))
                    .isNotEmpty()
                    .allMatch(n -> page.contains("](" + link(Path.of("invariants", n)) + ")"));
        }
    }
}
