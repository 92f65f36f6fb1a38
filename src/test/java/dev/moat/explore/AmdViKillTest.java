package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Faults of Xen and of drivers, shared with VT-d, on machines with AMD-Vi against every invariant, as {@link KillMatrixTest} does
 * with each fault once.
 */
class AmdViKillTest {
    private static final Pattern COUNTED = Pattern.compile("`([a-z-]+)\\.\\*` \\(([0-9]+)\\)");

    private final KillMatrixTest matrix = new KillMatrixTest();

    static Stream<KillRow> shared() {
        return AmdViKills.SHARED.stream();
    }

    @ParameterizedTest
    @MethodSource("shared")
    void row(KillRow row) {
        matrix.row(row);
    }

    @ParameterizedTest
    @MethodSource("shared")
    void withoutTheFaultAllHolds(KillRow row) {
        matrix.withoutTheFaultAllHolds(row);
    }

    /** The page's table counts the rows, by the part of a fault's name before the point. */
    @Test
    void thePageCountsWhatIsCaught() throws IOException {
        Map<String, Integer> caught = Stream.concat(AmdViKills.OWN.stream(), AmdViKills.SHARED.stream())
                .map(KillRow::fault)
                .distinct()
                .collect(Collectors.toMap(
                        fault -> fault.substring(0, fault.indexOf('.')), fault -> 1, Integer::sum, TreeMap::new));
        String page = Files.readString(Path.of("docs/amdvi.md"));
        Map<String, Integer> counted = new TreeMap<>();
        Matcher counts = COUNTED.matcher(page);
        while (counts.find()) {
            counted.put(counts.group(1), Integer.parseInt(counts.group(2)));
        }
        assertThat(counted).isEqualTo(caught);
        int sum = caught.values().stream().mapToInt(Integer::intValue).sum();
        assertThat(page).contains("\n" + sum + " injected faults are caught");
    }
}
