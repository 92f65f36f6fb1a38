package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.model.InjectedFault;
import dev.moat.scenario.Catalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The faults that were asked of Linux's DMA layer, Calgary and the GART, row by row, against the catalogue and the kill matrix. */
class FaultListTest {
    private static final Pattern ROW = Pattern.compile(
            "^\\| ([IGCR][^|]*) \\| `([^`|]+)` \\| `([^`|]+)` \\| `([^`|]+)` \\| (step|operation) \\|$",
            Pattern.MULTILINE);

    private static List<MatchResult> rows() throws IOException {
        return ROW.matcher(Files.readString(Path.of("src/test/resources/dma/fault-lists.txt")))
                .results()
                .toList();
    }

    @Test
    void eachRowIsAsTheCatalogueHasIt() throws IOException {
        for (MatchResult row : rows()) {
            InjectedFault fault = Catalog.fault(Machines.CATALOG.component(row.group(2)), row.group(3));
            assertThat(fault.breaks()).as(row.group()).contains(row.group(4));
            assertThat(fault.visibleAt()).as(row.group()).isEqualTo(row.group(5));
            assertThat(KillMatrix.MATRIX)
                    .as(row.group())
                    .anyMatch(k -> k.component().equals(row.group(2))
                            && k.fault().equals(row.group(3))
                            && List.of(k.violates().replaceAll("@[0-9]+", "").split(" "))
                                    .contains(row.group(4)));
        }
    }

    @Test
    void noItemIsMissing() throws IOException {
        Set<String> there = new TreeSet<>();
        rows().forEach(row -> there.add(row.group(1)));
        Set<String> items = new TreeSet<>();
        Stream.of("I20", "G13", "C16")
                .forEach(last -> IntStream.rangeClosed(1, Integer.parseInt(last.substring(1)))
                        .forEach(n -> items.add(last.substring(0, 1) + n)));
        assertThat(there).containsAll(items);
        assertThat(there.stream().filter(item -> item.startsWith("R "))).hasSize(11);
    }

    /** Two items of the sheets are two faults: what would be the same code for both is told apart by what it leaves behind. */
    @Test
    void noFaultStandsForTwoItems() throws IOException {
        Map<String, Set<String>> items = new TreeMap<>();
        for (MatchResult row : rows()) {
            if (!row.group(1).startsWith("R ")) {
                items.computeIfAbsent(row.group(2) + " " + row.group(3), fault -> new TreeSet<>())
                        .add(row.group(1));
            }
        }
        assertThat(items.values()).allMatch(of -> of.size() == 1).hasSizeGreaterThan(40);
    }

    /** Some items are also broken at real size. */
    @Test
    void someAreAlsoBrokenStepsOfDriversAndTwins() throws IOException {
        String steps = Files.readString(Path.of("src/test/java/dev/moat/iommu/gart/linux/GartParts.java"));
        assertThat(steps).contains("G5 ", "G6 ", "G10 ", "G11 ");
        String gart = Files.readString(Path.of("src/test/java/dev/moat/twin/gart/GartDefects.java"));
        String calgary = Files.readString(Path.of("src/test/java/dev/moat/twin/calgary/CalgaryDefects.java"));
        assertThat(gart).contains("G5 ", "G6 ", "G10 ", "G11 ");
        assertThat(calgary).contains("C7 ");
    }
}
