package dev.moat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.model.InjectedFault;
import dev.moat.scenario.Catalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a family's page names as evidence is there: types, methods of tests, scenarios, faults. */
class EvidenceTest {
    private static final Pattern NAME = Pattern.compile("`([A-Za-z0-9.-]+)`");
    private static final Map<String, List<Path>> SOURCES = files(Path.of("src"), ".java");
    private static final Map<String, List<Path>> SCENARIOS = files(Path.of("specs/scenarios"), ".yaml");
    /** What was recorded of real code. */
    private static final Map<String, List<Path>> TABLES = files(Path.of("src/test/resources"), ".csv");

    private static final Set<String> FAULTS = Catalog.load().components().stream()
            .flatMap(component -> component.faults().stream())
            .map(InjectedFault::id)
            .collect(Collectors.toSet());

    private static Map<String, List<Path>> files(Path root, String end) {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(f -> f.toString().endsWith(end))
                    .collect(Collectors.groupingBy(
                            f -> f.getFileName().toString().replace(end, "")));
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
            boolean isTable = name.endsWith(".csv") && TABLES.containsKey(name.replace(".csv", ""));
            return SCENARIOS.containsKey(name) || FAULTS.contains(name) || isTable;
        }
        for (Path file : SOURCES.getOrDefault(parts[0], List.of())) {
            if (parts.length == 1 || Files.readString(file).contains(" " + parts[1] + "(")) {
                return true;
            }
        }
        return false;
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
    @ValueSource(strings = {"no-such-scenario", "NoSuchTest", "EvidenceTest.noSuchMethod", "no.such-fault", "none.csv"})
    void aNameThatIsNotThereIsFound(String name) throws IOException {
        assertThat(missing("| asked | `" + name + "`, `EvidenceTest.everyNameIsThere` |"))
                .containsExactly(name);
    }
}
