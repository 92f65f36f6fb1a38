package dev.moat.conform.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.conform.cost.RecordedWorkload.Line;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recorded sequences as workloads: what is counted, and what each policy would have queued. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordedWorkloadTest {
    private static final Path FILE = Path.of("src/test/resources/xen-oracle/vtd-pv-4.17.csv");
    private static final Pattern REPEAT = Pattern.compile("([0-9]+)x\\[([^\\]]*)\\]");

    private List<String> text;
    private List<Line> whole;

    @BeforeAll
    void readFile() throws IOException {
        text = Files.readAllLines(FILE);
        whole = price(text);
    }

    private static List<Line> price(List<String> lines) throws IOException {
        RecordedWorkload.Result result =
                RecordedWorkload.run("w.csv", new StringReader(String.join("\n", lines) + "\n"), 8);
        assertThat(result.run().disagreements()).isEmpty();
        return result.lines();
    }

    private static int sum(List<Line> lines, String configuration, String policy, ToIntFunction<Line> column) {
        return lines.stream()
                .filter(l ->
                        l.configuration().equals(configuration) && l.policy().equals(policy))
                .mapToInt(column)
                .sum();
    }

    /** Descriptors of a kind in the recorded cells themselves, counted without Moat's reader. */
    private int recorded(String configuration, String kind) {
        int count = 0;
        for (String line : text) {
            String[] cells = line.split(",", -1);
            if (cells[0].equals(configuration)) {
                String inv = REPEAT.matcher(cells[16])
                        .replaceAll(m -> (m.group(2) + " ").repeat(Integer.parseInt(m.group(1))));
                Matcher found = Pattern.compile(kind).matcher(inv);
                while (found.find()) {
                    count++;
                }
            }
        }
        return count;
    }

    /** Under the strict policy nothing is priced: it is what the real Xen queued. */
    @ParameterizedTest
    @ValueSource(strings = {"strict", "strict-cm"})
    void strictIsAsRecorded(String configuration) {
        assertThat(sum(whole, configuration, "strict", Line::translations))
                .isEqualTo(recorded(configuration, "IOTLB-"))
                .isPositive();
        assertThat(sum(whole, configuration, "strict", Line::contexts)).isEqualTo(recorded(configuration, "CTX-"));
        assertThat(sum(whole, configuration, "strict", Line::waits)).isEqualTo(recorded(configuration, "WAIT"));
    }

    /** One case: 38 maps in a hypercall, 38 unmaps in another; nothing else of it changes an entry. */
    @ParameterizedTest
    @CsvSource({"strict, 38, 38", "batch-end, 38, 1", "domain-wide, 1, 1", "queued, 38, 1", "domain-wide from 8, 1, 1"})
    void aBatchOf38(String policy, int translations, int waits) throws IOException {
        List<String> lines = text.stream()
                .filter(line -> line.startsWith("config,") || line.startsWith("strict,batch-38-frames-m0,"))
                .toList();
        List<Line> priced = price(lines).stream()
                .filter(l -> l.policy().equals(policy)
                        && (l.operation().equals("map") || l.operation().equals("unmap")))
                .toList();
        assertThat(priced).hasSize(2);
        Line map = priced.get(0);
        Line unmap = priced.get(1);
        assertThat(List.of(
                        map.calls(), map.elements(), map.added(), map.translations(), map.waits(), map.bufferFlushes()))
                .containsExactly(1, 38, 38, 0, 0, 38);
        assertThat(List.of(
                        unmap.calls(),
                        unmap.elements(),
                        unmap.removed(),
                        unmap.translations(),
                        unmap.waits(),
                        unmap.bufferFlushes()))
                .containsExactly(1, 38, 38, translations, waits, 0);
    }

    /** Whatever the policy, it pays for the same changes, and for everything but map and unmap the same. */
    @Test
    void policiesDifferInMapAndUnmapOnly() {
        for (Line strict :
                whole.stream().filter(l -> l.policy().equals("strict")).toList()) {
            for (Line other : whole) {
                if (other.configuration().equals(strict.configuration())
                        && other.operation().equals(strict.operation())) {
                    assertThat(List.of(other.added(), other.promoted(), other.demoted(), other.removed()))
                            .isEqualTo(List.of(strict.added(), strict.promoted(), strict.demoted(), strict.removed()));
                    boolean grants = List.of("map", "unmap").contains(strict.operation());
                    assertThat(other.waits() == strict.waits() && other.translations() == strict.translations()
                                    || grants)
                            .as(other.toString())
                            .isTrue();
                }
            }
        }
    }

    /** The other cases are priced. */
    @Test
    void aMalformedRowCostsTheRestOfItsCase() throws IOException {
        List<String> two = new ArrayList<>(text.stream()
                .filter(line -> line.startsWith("config,") || line.startsWith("strict,batch-38-frames-m0,"))
                .toList());
        int priced = price(two).size();
        two.add(1, "strict,before,1,D4096,create,,dom=1;max_grant_frames=4;iommu=0,0,,,,,,,,,,");
        two.add(2, "torn");
        two.add("strict-cm,behind,1,D0,create,,dom=2;max_grant_frames=65;max_maptrack_frames=2;iommu=1,-22,,,,,,,,,,");
        RecordedWorkload.Result result =
                RecordedWorkload.run("w.csv", new StringReader(String.join("\n", two) + "\n"), 8);
        assertThat(result.lines()).hasSizeGreaterThan(priced);
        assertThat(result.run().disagreements()).isEmpty();
        assertThat(result.run().leftOut())
                .containsExactly(
                        "case strict/before, its last row: w.csv:2:17: domain 4096 was not created",
                        "a line behind rows of case strict/before: w.csv:3:1: the row has 1 cells, not 18");
    }

    @Test
    void aFileWithoutDevicesIsRefused() {
        Path grants = Path.of("src/test/resources/xen-oracle/grant-table-4.17.csv");
        assertThatThrownBy(() -> price(Files.readAllLines(grants).subList(0, 3)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("w.csv:1:1: the first line must be config,case,step,");
    }
}
