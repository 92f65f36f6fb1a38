package dev.moat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a family's page names as evidence is there: types, methods of tests, scenarios, faults. */
class EvidenceTest {
    private static final Pattern NAME = Pattern.compile("`([A-Za-z0-9.-]+)`");
    private static final Map<String, Path> SOURCES = files(Path.of("src"), ".java");
    private static final Map<String, Path> SCENARIOS = files(Path.of("specs/scenarios"), ".yaml");

    private static Map<String, Path> files(Path root, String end) {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(f -> f.toString().endsWith(end))
                    .collect(Collectors.toMap(
                            f -> f.getFileName().toString().replace(end, ""), f -> f, (one, other) -> one));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String section(String page) throws IOException {
        String text = Files.readString(Path.of("docs", page));
        int from = text.indexOf("## Where it is shown");
        return text.substring(from, text.indexOf("\n## ", from));
    }

    private static boolean isThere(String name) throws IOException {
        String[] parts = name.split("\\.", 2);
        if (!Character.isUpperCase(name.charAt(0))) {
            return SCENARIOS.containsKey(name) || name.contains(".");
        }
        Path file = SOURCES.get(parts[0]);
        return file != null && (parts.length == 1 || Files.readString(file).contains(" " + parts[1] + "("));
    }

    private static List<String> missing(String text) throws IOException {
        List<String> none = new ArrayList<>();
        for (String line : text.lines().filter(l -> l.startsWith("| ")).toList()) {
            List<String> names =
                    NAME.matcher(line).results().map(found -> found.group(1)).toList();
            for (String name : names) {
                if (!isThere(name) && !name.equals("deep") && !name.equals("watchdog")) {
                    none.add(name);
                }
            }
        }
        return none;
    }

    @ParameterizedTest
    @ValueSource(strings = {"amdvi.md", "calgary.md"})
    void everyNameIsThere(String page) throws IOException {
        assertThat(section(page).lines().filter(line -> line.startsWith("| "))).hasSizeGreaterThan(9);
        assertThat(missing(section(page))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-scenario", "NoSuchTest", "EvidenceTest.noSuchMethod"})
    void aNameThatIsNotThereIsFound(String name) throws IOException {
        assertThat(missing("| asked | `" + name + "`, `EvidenceTest.everyNameIsThere` |"))
                .containsExactly(name);
    }
}
