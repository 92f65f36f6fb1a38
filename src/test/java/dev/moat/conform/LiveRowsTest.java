package dev.moat.conform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.record.RecordedOp;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Rows that a live Xen answered, kept; and the rows that the next one is asked. */
class LiveRowsTest {
    private static final String NAME = "xen-oracle/live-4.17.csv";

    @Test
    void answersAsTheLiveXenDid() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(LiveRowsTest.class.getClassLoader().getResourceAsStream(NAME))) {
            Conformance found = XenRecords.run(NAME, new InputStreamReader(in, StandardCharsets.US_ASCII));
            assertThat(found.disagreements()).isEmpty();
            assertThat(found.skipped()).isEmpty();
            assertThat(found.cases()).isEqualTo(32);
            assertThat(found.comparedRows()).isEqualTo(1707);
            assertThat(found.comparedStatuses()).isEqualTo(959);
        }
    }

    /** With its VT-d code on, in four configurations. */
    @Test
    void answersAsTheLiveXenWithDevicesDid() throws IOException {
        String name = "xen-oracle/live-vtd-4.17.csv";
        try (InputStream in =
                Objects.requireNonNull(LiveRowsTest.class.getClassLoader().getResourceAsStream(name))) {
            Conformance found = XenRecords.run(name, new InputStreamReader(in, StandardCharsets.US_ASCII));
            assertThat(found.disagreements()).isEmpty();
            assertThat(found.skipped()).isEmpty();
            assertThat(found.cases()).isEqualTo(164);
            assertThat(found.comparedRows()).isEqualTo(found.rows()).isEqualTo(3327);
        }
    }

    /** What is asked of devices: all operations but those that are only about tables, and bytes in memory. */
    @Test
    void everyOperationWithDevicesIsAsked() {
        List<String> lines = RandomVtdRows.file("strict", 1, 40, 150).lines().toList();
        Set<String> asked = lines.stream().skip(1).map(l -> l.split(",")[4]).collect(Collectors.toSet());
        assertThat(asked)
                .containsAll(Arrays.stream(RecordedOp.values())
                        .skip(RecordedOp.PROBE.ordinal())
                        .filter(op -> op != RecordedOp.OTHER)
                        .map(RecordedOp::label)
                        .toList());
        assertThat(asked).contains("create", "destroy", "gt_write", "gt_flags", "end_access", "map", "unmap", "copy");
        assertThat(asked)
                .contains("unmap_replace", "transfer", "swap", "set_version", "own_map", "own_unmap", "slot_clear");
        assertThat(lines)
                .contains(RandomVtdRows.file("strict", 40, 1, 150).lines().toArray(String[]::new));
    }

    @Test
    void aSeedGivesTheSameRowsAndAnotherOneOthers() {
        assertThat(RandomRows.file("live", 7, 2, 150)).isEqualTo(RandomRows.file("live", 7, 2, 150));
        assertThat(RandomRows.file("live", 7, 1, 150)).isNotEqualTo(RandomRows.file("live", 8, 1, 150));
    }

    /** All operations that the format of the grant tables knows, but for the one that only an IOMMU's suites have. */
    @Test
    void everyOperationIsAsked() {
        List<String> lines = RandomRows.file("live", 1, 40, 200).lines().toList();
        Set<String> asked = lines.stream().skip(1).map(l -> l.split(",")[5]).collect(Collectors.toSet());
        Set<String> known = Arrays.stream(RecordedOp.values())
                .limit(RecordedOp.PROBE.ordinal())
                .map(RecordedOp::label)
                .collect(Collectors.toSet());
        assertThat(asked).isEqualTo(known);
        assertThat(lines).anyMatch(l -> l.contains(",3/4,") && l.endsWith(",status-not-written,,"));
    }
}
