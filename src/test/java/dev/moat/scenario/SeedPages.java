package dev.moat.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The tables of the pages in docs/explanation/posts: what each sentence of a post rests on. */
public final class SeedPages {
    private static final Pattern NAME = Pattern.compile("`([a-z0-9-]+)`");

    /** One row: the sentence, the scenarios that hold, those that fail, and whether anything is named at all. */
    public record Row(String page, String sentence, List<String> holds, List<String> fails, boolean shown) {}

    private SeedPages() {}

    /** All rows of all pages. */
    public static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        try (Stream<Path> pages = Files.list(Path.of("docs/explanation/posts"))) {
            for (Path page : pages.sorted().toList()) {
                for (String line : Files.readAllLines(page)) {
                    String[] cells = line.split(" ?\\| ?", -1);
                    if (line.startsWith("| \"")) {
                        assertThat(cells).as(line).hasSize(5);
                        rows.add(new Row(
                                page.getFileName().toString(),
                                cells[1],
                                names(cells[2]),
                                names(cells[3]),
                                !(cells[2] + cells[3]).isBlank()));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    /** The scenarios that any of them cites. */
    public static Set<String> cited() {
        Set<String> all = new TreeSet<>();
        for (Row row : rows()) {
            all.addAll(row.holds());
            all.addAll(row.fails());
        }
        return all;
    }

    private static List<String> names(String cell) {
        return NAME.matcher(cell).results().map(m -> m.group(1)).toList();
    }
}
