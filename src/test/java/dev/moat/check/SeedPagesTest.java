package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.scenario.Committed;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.SeedPages;
import dev.moat.scenario.SeedPages.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pages in docs/explanation/posts: each scenario in their tables was run, and shows what its column says. */
class SeedPagesTest {
    private final Map<String, Scenario> all =
            Committed.described().stream().collect(Collectors.toMap(Scenario::id, Function.identity()));
    private final List<Row> rows = SeedPages.rows();

    @Test
    void everyScenarioShowsWhatItsColumnSays() {
        assertThat(wrong(ScenariosTest::isRunByEveryBuild)).isEmpty();
    }

    @Tag("deep")
    @Test
    void everyLargeScenarioShowsWhatItsColumnSays() {
        assertThat(wrong(s -> !ScenariosTest.isRunByEveryBuild(s))).isEmpty();
    }

    /** Cells whose scenario is not there, is in no set whose verdicts tests compare, or came out otherwise. */
    private List<String> wrong(Predicate<Scenario> which) {
        List<String> wrong = new ArrayList<>();
        for (Row row : rows) {
            for (String id :
                    Stream.concat(row.holds().stream(), row.fails().stream()).toList()) {
                Scenario scenario = all.get(id);
                boolean fails = row.fails().contains(id);
                String what =
                        scenario == null || !List.of("default", "extra", "deep").contains(scenario.set())
                                ? "is not run"
                                : which.test(scenario) ? difference(scenario, fails) : "";
                if (!what.isEmpty()) {
                    wrong.add(row.page() + ": " + id + " " + what + " (" + row.sentence() + ")");
                }
            }
        }
        return wrong;
    }

    private static String difference(Scenario scenario, boolean fails) {
        Checked.Outcome outcome = Checked.of(scenario);
        if (outcome.exit() != ExitCode.OK) {
            return "ends otherwise than it expects: " + outcome.text();
        }
        return scenario.expect().violated() == fails ? "" : fails ? "holds" : "fails";
    }

    /** Each sentence has something that shows it, and each post its page. */
    @Test
    void everySentenceIsShown() {
        assertThat(rows.stream().map(Row::page).distinct()).hasSize(5);
        assertThat(rows).hasSizeGreaterThan(70);
        assertThat(rows).allMatch(Row::shown);
    }

    /** What holds is seen to hold by every build, at least in a small machine. */
    @Test
    void noSentenceRestsOnLargeScenariosAlone() {
        assertThat(rows)
                .filteredOn(r -> !r.holds().isEmpty())
                .filteredOn(r -> r.holds().stream()
                        .filter(all::containsKey)
                        .map(all::get)
                        .noneMatch(ScenariosTest::isRunByEveryBuild))
                .isEmpty();
    }
}
