package dev.moat.xen.iospace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.xen.iospace.state.HypercallError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/explanation/calgary-in-xen.md says of scenarios, faults and errors is so. */
class CalgaryInXenPageTest {
    private static final Path SCENARIOS = Path.of("specs/scenarios/io-spaces");

    private static String page() throws IOException {
        return Files.readString(Path.of("docs/explanation/calgary-in-xen.md"));
    }

    private static List<String> rows(String part) throws IOException {
        String text = page();
        int from = text.indexOf("<!-- begin: " + part + " -->");
        return text.substring(from, text.indexOf("<!-- end: " + part + " -->"))
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| item") && !line.startsWith("| policy"))
                .toList();
    }

    private static List<String> words(String cell) {
        List<String> all = new ArrayList<>();
        Matcher m = Pattern.compile("`([a-z0-9.-]+)`").matcher(cell);
        while (m.find()) {
            all.add(m.group(1));
        }
        return all;
    }

    /** The verdict that a scenario of I/O spaces expects; the first one of a cell is of the set that everybody runs. */
    private static String verdict(String scenario, boolean first) throws IOException {
        String text = Files.readString(SCENARIOS.resolve(scenario + ".yaml"));
        assertThat(text).as(scenario).containsPattern("\nset: " + (first ? "default" : "(default|extra)") + "\n");
        Matcher m = Pattern.compile("verdict: ([a-z]+)").matcher(text);
        assertThat(m.find()).isTrue();
        return m.group(1);
    }

    @Test
    void eachItemFailsWithoutAndHoldsWith() throws IOException {
        List<String> rows = rows("list");
        assertThat(rows).hasSize(22);
        for (String row : rows) {
            String[] cells = row.split(" \\| ");
            assertThat(words(cells[2])).as(row).isNotEmpty();
            assertThat(words(cells[3])).as(row).isNotEmpty();
            requireVerdicts(words(cells[2]), "violated");
            requireVerdicts(words(cells[3]), "held");
        }
    }

    private static void requireVerdicts(List<String> scenarios, String expected) throws IOException {
        for (String scenario : scenarios) {
            boolean first = scenario.equals(scenarios.get(0));
            assertThat(verdict(scenario, first)).as(scenario).isEqualTo(expected);
        }
    }

    @Test
    void everyErrorIsOnThePageInItsOrder() throws IOException {
        List<String> named = page().lines()
                .filter(line -> line.startsWith("| `E"))
                .map(line -> line.replaceAll("^\\| `([A-Z]+)`.*", "$1"))
                .toList();
        assertThat(named).isEqualTo(HypercallError.SORT.labels().subList(1, HypercallError.SORT.size()));
    }
}
