package dev.moat.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Moat's grant table against the answers of a real Xen 4.17. */
class RecordedXenTest {
    @Test
    void answersAsRecordedXenDoes() throws IOException {
        Conformance found = RecordedFile.load().run();
        System.out.println(found.summary());
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.cases()).isEqualTo(112);
        assertThat(found.rows()).isEqualTo(1987);
        assertThat(found.statuses()).isEqualTo(1095);
        assertThat(found.skipped()).isEmpty();
        assertThat(found.comparedRows()).isEqualTo(1987);
        assertThat(found.comparedStatuses()).isEqualTo(1095);
    }

    @Test
    void aBatchIsComparedAfterAllOfIt() throws IOException {
        Conformance found = RecordedFile.load().run(c -> c.name().equals("map-mixed"));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.comparedStatuses()).isEqualTo(11);
        assertThat(found.skipped()).isEmpty();
    }

    @Test
    void configurationsAndOperationsThatAreNotModelledAreSkippedByName() throws IOException {
        RecordedFile file = RecordedFile.load();
        Conformance configured =
                file.asSuite("cfg-no-transfer-sync", c -> c.suite().startsWith("cfg"));
        assertThat(configured.skipped()).isEqualTo(Map.of("configuration cfg-no-transfer-sync", configured.rows()));
        assertThat(configured.rows()).isPositive();
        Conformance probing = file.replacing(
                "D1,query_size,,dom=2", "D1,probe,,dom=2", c -> c.suite().equals("table"));
        assertThat(probing.skipped()).isEqualTo(Map.of("case with probe", probing.rows()));
        assertThat(probing.rows()).isPositive();
    }

    @Test
    void aHypercallWhoseElementsTheRowDoesNotTellIsSkipped() throws IOException {
        Conformance found = RecordedFile.load()
                .replacing("cmd=13(0xd)", "cmd=map(0x0)", c -> c.suite().equals("raw"));
        assertThat(found.skipped()).isEqualTo(Map.of("raw hypercall with elements", 1));
        assertThat(found.disagreements()).isEmpty();
    }
}
