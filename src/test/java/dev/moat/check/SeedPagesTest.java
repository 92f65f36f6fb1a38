package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.input.Home;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Own;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages in docs/seeds: the scenarios in their tables are there, and show what their column says. */
class SeedPagesTest {
    private static final Pattern NAME = Pattern.compile("`([a-z0-9-]+)`");

    /** One row: the sentence, the scenarios that hold, those that fail, and what else there is. */
    private record Row(String page, String sentence, List<String> holds, List<String> fails, String also) {}

    @Test
    void everyScenarioIsThereAndShowsWhatItsColumnSays() throws IOException {
        Map<String, Scenario> all = scenarios();
        List<String> wrong = new ArrayList<>();
        for (Row row : rows()) {
            row.holds().forEach(id -> compare(wrong, row, id, all.get(id), false));
            row.fails().forEach(id -> compare(wrong, row, id, all.get(id), true));
        }
        assertThat(wrong).isEmpty();
    }

    private static void compare(List<String> wrong, Row row, String id, Scenario scenario, boolean fails) {
        if (scenario == null) {
            wrong.add(row.page() + ": there is no scenario " + id + " (" + row.sentence() + ")");
        } else if (scenario.expect().violated() != fails) {
            wrong.add(row.page() + ": " + id + " is expected to " + (fails ? "hold" : "fail"));
        }
    }

    /** Each sentence has something that shows it, and each seed its page. */
    @Test
    void everySentenceIsShown() throws IOException {
        List<Row> rows = rows();
        assertThat(rows.stream().map(Row::page).distinct()).hasSize(5);
        assertThat(rows).hasSizeGreaterThan(70);
        assertThat(rows)
                .filteredOn(r ->
                        r.holds().isEmpty() && r.fails().isEmpty() && r.also().isBlank())
                .isEmpty();
    }

    private static Map<String, Scenario> scenarios() throws IOException {
        Path home = Home.find();
        ScenarioReader reader =
                new ScenarioReader(Catalog.load(), Own.library(home).ids());
        return new ScenarioLibrary(home.resolve("specs").resolve("scenarios"), reader)
                .described().stream().collect(Collectors.toMap(Scenario::id, Function.identity()));
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        try (Stream<Path> pages = Files.list(Path.of("docs/seeds"))) {
            for (Path page : pages.sorted().toList()) {
                for (String line : Files.readAllLines(page)) {
                    String[] cells = line.split(" ?\\| ?", -1);
                    if (line.startsWith("| \"")) {
                        assertThat(cells).as(line).hasSize(6);
                        rows.add(new Row(
                                page.getFileName().toString(), cells[1], names(cells[2]), names(cells[3]), cells[4]));
                    }
                }
            }
        }
        return rows;
    }

    private static List<String> names(String cell) {
        return NAME.matcher(cell).results().map(m -> m.group(1)).toList();
    }
}
