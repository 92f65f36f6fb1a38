package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RowTally;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Moat's Xen with a VT-d unit against a real one that runs now, with two devices that measure rights by DMA. Chosen like
 * {@link LiveXenTest}, but for {@code -Dlive.vtd.cases}.
 */
@Tag("live")
class LiveVtdTest {
    private static final String RECORDED = "xen-oracle/vtd-pv-4.17.csv";

    @TempDir
    Path work;

    @ParameterizedTest
    @ValueSource(strings = {"strict", "strict-cm", "relaxed", "strict-regs", "relaxed-cm", "strict-cm-regs"})
    void answersAsARunningXenDoes(String configuration) throws IOException, InterruptedException {
        int cases = Integer.getInteger("live.vtd.cases", 15);
        int steps = Integer.getInteger("live.steps", 150);
        long seed = Long.getLong("live.seed", 1);
        String answers = new LiveXen(work).ask(RandomVtdRows.file(configuration, seed, cases, steps));
        RowTally found = XenRecords.run("live", new StringReader(answers), LiveXen.RELEASE);
        System.out.println("live Xen, " + configuration + ", seeds from " + seed + ": "
                + found.text(LiveXen.RELEASE.label()).get(0));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.notJudged()).isEmpty();
        assertThat(found.cases()).isEqualTo(cases);
        assertThat(found.compared()).isGreaterThan(cases * steps);
    }

    /** The recorded rows: what the live domain 0 measures is what the recorder measured. */
    @ParameterizedTest
    @ValueSource(strings = {"strict", "strict-cm"})
    void answersTheRecordedRowsAsRecorded(String configuration) throws IOException, InterruptedException {
        String answers = new LiveXen(work).ask(recorded(configuration));
        assertThat(comparable(answers)).isEqualTo(comparable(recorded(configuration)));
        assertThat(answers.lines()).hasSize(1707);
    }

    private static String recorded(String configuration) throws IOException {
        try (InputStream in = LiveVtdTest.class.getClassLoader().getResourceAsStream(RECORDED)) {
            String all = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return all.lines()
                    .filter(line -> line.startsWith("config,") || line.startsWith(configuration + ","))
                    .collect(Collectors.joining("\n", "", "\n"));
        }
    }

    /** Without domain 0's handle numbers, instruction counts, and whether a page or a domain was invalidated. */
    private static String comparable(String rows) {
        return rows.replaceAll("raw=[0-9]+", "")
                .replaceAll("IOTLB-PAGE\\((did=[0-9]+)[^()]*\\)", "IOTLB-DOMAIN($1)")
                .replaceAll("(?m),[0-9]*$", ",");
    }
}
