package dev.moat.check.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/project/mutation-tests.md says of survivors is what the list has: only a run tells how many mutants there are and how many are noticed. */
class ScoresOnPageTest {
    private static final Pattern ROW = Pattern.compile(
            "^\\| (.+): (relations|dropped writes|fields off by one) \\| ([\\d,]+) \\| ([\\d,]+) \\| ([\\d,]+) \\| ([\\d,]+) \\|",
            Pattern.MULTILINE);
    private static final Pattern COMPONENT = Pattern.compile("`([\\w-]+)`");
    private static final Map<String, String> KINDS = Map.of(
            "relation", "relations",
            "drop", "dropped writes",
            "plus-1", "fields off by one",
            "minus-1", "fields off by one");

    /** A row: components, in the order of the page, of which "the same" are those of the row above. */
    private record Row(List<String> components, String kind, long mutants, long noticed, long explained, long open) {}

    private static long number(String text) {
        return Long.parseLong(text.replace(",", ""));
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("docs/project/mutation-tests.md")));
        while (row.find()) {
            List<String> named = COMPONENT
                    .matcher(row.group(1))
                    .results()
                    .map(m -> m.group(1))
                    .toList();
            rows.add(new Row(
                    row.group(1).equals("the same") ? rows.get(rows.size() - 1).components : named,
                    row.group(2),
                    number(row.group(3)),
                    number(row.group(4)),
                    number(row.group(5)),
                    number(row.group(6))));
        }
        return rows;
    }

    @Test
    void survivorsAreThoseOfTheList() throws IOException {
        Map<String, Long> explained = new TreeMap<>();
        Map<String, Long> open = new TreeMap<>();
        Map<String, Row> of = new TreeMap<>();
        List<Row> rows = rows();
        for (Row row : rows) {
            row.components.forEach(c -> assertThat(of.put(c + " " + row.kind, row))
                    .as("%s: %s", c, row.kind)
                    .isNull());
        }
        for (Map.Entry<String, String> listed :
                Listed.read(Path.of("specs/mutant-survivors.txt")).entrySet()) {
            String[] mutant = listed.getKey().split(" ");
            Row row = of.get(mutant[1].split("/")[0] + " " + KINDS.get(mutant[0]));
            assertThat(row).as("a row for %s", listed.getKey()).isNotNull();
            (listed.getValue().startsWith("open:") ? open : explained).merge(row.toString(), 1L, Long::sum);
        }
        assertThat(rows).hasSizeGreaterThan(4).allSatisfy(row -> {
            assertThat(row.explained).as("%s", row).isEqualTo(explained.getOrDefault(row.toString(), 0L));
            assertThat(row.open).as("%s", row).isEqualTo(open.getOrDefault(row.toString(), 0L));
            assertThat(row.noticed + row.explained + row.open).as("%s", row).isEqualTo(row.mutants);
        });
    }
}
