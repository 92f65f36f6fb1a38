package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.Engine;
import dev.moat.cli.site.Site;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.trace.PagePart;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of {@code docs/reference/real-bugs.md} is what faults and scenarios say; what is written by hand beside it names what is there. */
class RealBugsPageTest {
    private static final Path PAGE = Path.of("docs/reference/real-bugs.md");
    private static final Path SHOWN = Path.of("counterexamples");
    private static final Catalog CATALOG = Catalog.load();
    /** A row of what is shown by a setting. */
    private static final Pattern BY_SETTING =
            Pattern.compile("^\\|[^|]+\\| `([a-z0-9-]+)=([a-z0-9-]+)` \\| ([^|]+) \\| [^|]+ \\|$", Pattern.MULTILINE);

    private static final Pattern VERDICT = Pattern.compile("`([a-z0-9-]+)`(?:\\]\\([^)]*\\))? (violated|held)");

    /** A fault of a component. */
    private record Seeded(Component component, InjectedFault fault) {
        static Stream<Seeded> all() {
            return CATALOG.components().stream()
                    .flatMap(c -> c.faults().stream().map(f -> new Seeded(c, f)));
        }

        /**
         * What injects it and nothing else, and is to be violated; those that break the property come first, then those with the
         * component's own choice of hardware, then short names.
         */
        Optional<Scenario> shownBy(List<Scenario> scenarios, String property) {
            return scenarios.stream()
                    .filter(s -> s.expect().violated() && s.machine().faults().equals(List.of(fault.id())))
                    .filter(s -> CATALOG.component(s.machine().component()).id().equals(component.id()))
                    .min(Comparator.comparing((Scenario s) -> !s.fail().contains(property))
                            .thenComparing(s -> s.machine().settings().containsKey("iommu"))
                            .thenComparing(s -> s.id().length())
                            .thenComparing(Scenario::id));
        }

        /** The first property that it breaks and that some scenario is there for. */
        String property(List<Scenario> scenarios) {
            return fault.breaks().stream()
                    .filter(p -> shownBy(scenarios, p)
                            .filter(s -> s.fail().contains(p))
                            .isPresent())
                    .findFirst()
                    .orElse(fault.breaks().get(0));
        }

        String row(RealBug bug, List<Scenario> scenarios) {
            String property = property(scenarios);
            return "| " + String.join(", ", bug.names()) + " | " + bug.year() + " | `" + fault.id() + "` ("
                    + component.id()
                    + ") | " + PagePart.cell(fault.says()) + " | `" + property + "` | "
                    + shownBy(scenarios, property).map(s -> link(s.id())).orElse("`KillMatrixTest`") + " |\n";
        }
    }

    private static String link(String scenario) {
        Path file = SHOWN.resolve(scenario + ".itf.json");
        return Files.exists(file)
                ? "[`" + scenario + "`](" + PAGE.getParent().relativize(file) + ")"
                : "`" + scenario + "`";
    }

    private static List<Scenario> scenarios() throws IOException {
        PrintWriter none = new PrintWriter(new StringWriter());
        Site site = new Site(Path.of(""), none, none, false, false, CheckoutEngine::open);
        Engine engine = site.engine();
        return site.scenarios(engine).described();
    }

    private static String table(List<Scenario> scenarios) {
        StringBuilder out = new StringBuilder();
        out.append(
                "\n| real bug | year | fault (component) | what it does | breaks | shown by |\n|---|---|---|---|---|---|\n");
        Map<String, String> rows = new TreeMap<>();
        Seeded.all()
                .forEach(seeded -> RealBug.of(seeded.fault().bug())
                        .ifPresent(bug -> rows.put(
                                bug.order() + " " + seeded.component().id() + " "
                                        + seeded.fault().id(),
                                seeded.row(bug, scenarios))));
        rows.values().forEach(out::append);
        return out.append('\n').append(others()).append('\n').toString();
    }

    /** Faults that are no real bug, in numbers. */
    private static String others() {
        List<String> left = Seeded.all()
                .map(seeded -> seeded.fault().bug())
                .filter(bug -> RealBug.of(bug).isEmpty())
                .toList();
        Map<String, List<RealBug>> behind = left.stream()
                .flatMap(bug -> RealBug.behind(bug).stream())
                .collect(Collectors.groupingBy(RealBug::order, TreeMap::new, Collectors.toList()));
        long derived = behind.values().stream().mapToLong(List::size).sum();
        String rows = behind.values().stream()
                .map(bugs -> "| " + bugs.get(0).first() + " | " + bugs.size() + " |\n")
                .collect(Collectors.joining());
        return derived + " faults more are derived from a real bug. The other " + (left.size() - derived)
                + " stand for no bug with a number.\n\n| derived from | faults |\n|---|---|\n" + rows;
    }

    @Test
    void theTableIsWhatFaultsAndScenariosSay() throws IOException {
        PagePart.check(PAGE, "real bugs", table(scenarios()));
    }

    /** Scenarios of the rows that are written by hand end as the row says, and are of the settings that it names. */
    @Test
    void whatIsShownBySettingsIsThere() throws IOException {
        Map<String, Scenario> scenarios =
                scenarios().stream().collect(Collectors.toMap(Scenario::id, Function.identity()));
        List<MatchResult> rows =
                BY_SETTING.matcher(Files.readString(PAGE)).results().toList();
        assertThat(rows).hasSizeGreaterThan(12);
        for (MatchResult row : rows) {
            List<MatchResult> verdicts = VERDICT.matcher(row.group(3)).results().toList();
            assertThat(verdicts).as(row.group()).isNotEmpty();
            for (MatchResult verdict : verdicts) {
                Scenario scenario = scenarios.get(verdict.group(1));
                assertThat(scenario).as(verdict.group()).isNotNull();
                assertThat(scenario.expect().violated())
                        .as(verdict.group())
                        .isEqualTo(verdict.group(2).equals("violated"));
                assertThat(scenario.machine().settings()).as(row.group()).containsEntry(row.group(1), row.group(2));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "XSA-78, CVE-2013-6375, Xen 85c72f9fe7 (2013): a; derived also from Xen ba9b5a09da (2019) | XSA-78 CVE-2013-6375 Xen 85c72f9fe7 | 2013",
                "wrong identity; XSA-449, CVE-2023-46839 (2024): a | XSA-449 CVE-2023-46839 | 2024",
                "XSA-275, CVE-2018-19961 (2018): a; derived also from Xen 84d7979493 (2010) | XSA-275 CVE-2018-19961 | 2018",
                "CVE-2025-39961 (1e56310b40fd, 2025): a | CVE-2025-39961 1e56310b40fd | 2025",
                "QEMU 7.2 to 11.1, vtd_page_walk_level: a | QEMU 7.2 to 11.1 | ''",
                "pKVM-IA issue 84, pKVM-IA PR 91 (2026): a | pKVM-IA issue 84 pKVM-IA PR 91 | 2026",
                "CVE-2011-1898; QEMU, seen | CVE-2011-1898 | 2011"
            })
    void numbersAreFound(String text, String names, String year) {
        RealBug bug = RealBug.of(text).orElseThrow();
        assertThat(String.join(" ", bug.names())).isEqualTo(names);
        assertThat(bug.year()).isEqualTo(year);
    }

    @Test
    void whatIsDerivedIsNoRealBug() {
        String text = "wrong identity; derived from XSA-346, CVE-2020-27671 (2020), its order";
        assertThat(RealBug.of(text)).isEmpty();
        assertThat(RealBug.behind(text).orElseThrow().names()).containsExactly("XSA-346", "CVE-2020-27671");
        assertThat(RealBug.behind("derived: Linux 6.1 dma-iommu.c")).isEmpty();
        assertThat(RealBug.of("VT-d specification 2.x, chapter 6.5.2.8")).isEmpty();
    }
}
