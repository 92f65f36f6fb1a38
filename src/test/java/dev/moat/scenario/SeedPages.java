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

    /** One row: the sentence, the scenarios that hold, those that fail, and what else there is. */
    public record Row(String page, String sentence, List<String> holds, List<String> fails, String also) {}

    private SeedPages() {}

    /** All rows of all pages. */
    public static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        try (Stream<Path> pages = Files.list(Path.of("docs/explanation/posts"))) {
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
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    /** What any of them cites: scenarios, and whatever else has such a name in the last column. */
    public static Set<String> cited() {
        Set<String> all = new TreeSet<>();
        for (Row row : rows()) {
            all.addAll(row.holds());
            all.addAll(row.fails());
            all.addAll(names(row.also()));
        }
        return all;
    }

    private static List<String> names(String cell) {
        return NAME.matcher(cell).results().map(m -> m.group(1)).toList();
    }
}
