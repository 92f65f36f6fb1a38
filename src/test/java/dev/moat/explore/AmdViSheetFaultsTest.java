package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.model.InjectedFault;
import dev.moat.scenario.Catalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The faults that were asked of AMD-Vi are in the catalogue and the kill matrix as the list says. */
class AmdViSheetFaultsTest {
    private static final int FAULTS = 16;
    private static final Pattern ROW = Pattern.compile(
            "\\| (F[0-9]+) \\| [^|]* \\| `([a-z.-]+)` \\| `([a-z-]+)` \\| `([a-z-]+)` \\| (step|operation) \\|");

    private static List<MatchResult> rows() throws IOException {
        return ROW.matcher(Files.readString(Path.of("src/test/resources/amdvi/fault-list.txt")))
                .results()
                .toList();
    }

    @Test
    void everyFaultOfTheSheetHasItsRow() throws IOException {
        assertThat(rows().stream().map(row -> row.group(1)))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, FAULTS).mapToObj(n -> "F" + n).toList());
    }

    @Test
    void eachIsInTheCatalogueAsTheRowSays() throws IOException {
        for (MatchResult row : rows()) {
            InjectedFault fault = Catalog.fault(Machines.CATALOG.component(row.group(3)), row.group(2));
            assertThat(fault.breaks()).as(row.group()).contains(row.group(4));
            assertThat(fault.visibleAt()).as(row.group()).isEqualTo(row.group(5));
        }
    }

    /** And is caught on AMD-Vi: rows of the kill matrix are searched by its own tests. */
    @Test
    void eachIsCaughtOnAmdVi() throws IOException {
        for (MatchResult row : rows()) {
            assertThat(caught(row.group(3)).filter(kill -> kill.fault().equals(row.group(2))))
                    .as(row.group())
                    .anyMatch(kill -> (" " + kill.violates()).contains(" " + row.group(4) + "@"));
        }
    }

    private static Stream<KillRow> caught(String component) {
        return Stream.of(AmdViKills.OWN, AmdViKills.SHARED, InterruptKills.ROWS, GrowthKills.ROWS)
                .flatMap(List::stream)
                .filter(kill -> kill.component().equals(component));
    }
}
