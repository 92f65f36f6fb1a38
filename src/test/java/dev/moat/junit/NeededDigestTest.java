package dev.moat.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.needed.NeedPage;
import dev.moat.output.MarkedPage;
import dev.moat.trace.PagePart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The short tables of the docs say what those of {@code results} say, without bounds and counterexamples;
 * {@code -Dsnapshot.update=true} writes them.
 */
class NeededDigestTest {
    /** The column of the machine without any setting. */
    private static final String DEFAULTS = "defaults";
    /** The columns: how the names of their omissions end, and the setting that alone has such a step. */
    private static final List<Kind> KINDS = List.of(
            new Kind("invalidation", "", "invalidation"),
            new Kind("wait", "", "its wait"),
            new Kind("write-back", "coherent=false", "write-back (`coherent=false`)"),
            new Kind("flush", "write-buffer=true", "write-buffer flush (`write-buffer=true`)"),
            new Kind("flush-wait", "write-buffer=true", "its wait"));

    private static final Pattern ROW =
            Pattern.compile("omit\\.(?:(.+?)-)?(invalidation|write-back|flush-wait|wait|flush|drain)");
    /** Settings that are named; of more, how many. */
    private static final int FEW = 2;

    private record Kind(String ending, String setting, String title) {}

    @ParameterizedTest
    @CsvSource({
        "docs/explanation/needed-invalidations.md, results/needed.md, 3",
        "docs/explanation/linux-dma.md, results/needed-dma.md, 4"
    })
    void theShortTablesAreThoseOfTheWhole(Path file, Path results, int tables) throws IOException {
        String whole = Files.readString(results);
        for (String iommu : List.of("", "amd-vi", "calgary", "gart").subList(0, tables)) {
            String table = digest(cells(whole, iommu));
            PagePart.check(file, iommu.isEmpty() ? "digest" : "digest " + iommu, table);
            assertThat(table.lines()).hasSizeBetween(5, 40);
        }
    }

    /** Row, then column, to the answer; what no machine of the column has is left out. */
    private static Map<String, Map<String, String>> cells(String whole, String iommu) {
        int from = whole.indexOf(NeedPage.begin(iommu));
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        String[] columns = {};
        for (String line :
                whole.substring(from, whole.indexOf(MarkedPage.END, from)).split("\n")) {
            String[] cells = line.split(" ?\\| ?");
            if (line.startsWith("| left out")) {
                columns = cells;
            } else if (line.startsWith("| `omit.")) {
                Map<String, String> row =
                        rows.computeIfAbsent(cells[1].replace("`", ""), omission -> new LinkedHashMap<>());
                for (int i = 2; i < cells.length; i++) {
                    String answer = cells[i].replaceFirst("[:,].*", "").replace("*", "");
                    if (!answer.equals("-")) {
                        row.put(columns[i].replace("`", ""), answer);
                    }
                }
            }
        }
        return rows;
    }

    private static String digest(Map<String, Map<String, String>> cells) {
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        cells.forEach((omission, answers) -> {
            Matcher row = ROW.matcher(omission);
            assertThat(row.matches()).as(omission).isTrue();
            String change = Objects.requireNonNullElse(row.group(1), row.group(2));
            String kind = row.group(2).equals("drain") ? "invalidation" : row.group(2);
            rows.computeIfAbsent(change, c -> new TreeMap<>()).put(kind, text(answers, kind));
        });
        List<Kind> kinds = KINDS.stream()
                .filter(kind -> rows.values().stream().anyMatch(row -> row.containsKey(kind.ending())))
                .toList();
        StringBuilder table = new StringBuilder("| left out at |");
        kinds.forEach(kind -> table.append(' ').append(kind.title()).append(" |"));
        table.append('\n').append("|---".repeat(kinds.size() + 1)).append("|\n");
        rows.forEach((change, row) -> {
            // A wait that is judged as its invalidation is need not say so in full once more.
            String first = row.getOrDefault("invalidation", "");
            row.computeIfPresent("wait", (kind, text) -> text.equals(first) && text.contains("(") ? "the same" : text);
            table.append("| `").append(change).append("` |");
            kinds.forEach(kind -> table.append(' ')
                    .append(row.getOrDefault(kind.ending(), ""))
                    .append(" |"));
            table.append('\n');
        });
        return table.toString().replace(" |  |", " | |").replace(" |  |", " | |");
    }

    /** The answer of the default machine, and after it which settings have another one. */
    private static String text(Map<String, String> answers, String kind) {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        if (answers.containsKey(DEFAULTS)) {
            columns.put(answers.get(DEFAULTS), new ArrayList<>());
        }
        answers.forEach((column, answer) ->
                columns.computeIfAbsent(answer, a -> new ArrayList<>()).add(column));
        String alone = KINDS.stream()
                .filter(k -> k.ending().equals(kind))
                .findFirst()
                .orElseThrow()
                .setting();
        return columns.entrySet().stream()
                .map(e -> e.getValue().contains(DEFAULTS) || e.getValue().equals(List.of(alone))
                        ? e.getKey()
                        : e.getKey() + " (" + named(e.getValue()) + ")")
                .collect(Collectors.joining("; "));
    }

    private static String named(List<String> columns) {
        return columns.size() <= FEW
                ? columns.stream().map(c -> "`" + c + "`").collect(Collectors.joining(", "))
                : columns.size() + " settings";
    }
}
