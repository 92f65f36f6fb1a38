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
        assertThat(found.cases()).isEqualTo(41);
        assertThat(found.rows()).isEqualTo(626);
        assertThat(found.statuses()).isEqualTo(420);
        assertThat(found.skipped()).isEqualTo(Map.of("copy", 4));
        assertThat(found.comparedRows()).isEqualTo(622);
        assertThat(found.comparedStatuses()).isEqualTo(416);
    }

    @Test
    void aBatchIsComparedAfterAllOfIt() throws IOException {
        Conformance found = RecordedFile.load().run(c -> c.name().equals("map-mixed"));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.comparedStatuses()).isEqualTo(11);
        assertThat(found.skipped()).isEmpty();
    }

    @Test
    void casesThatNeedAnUnmodelledOperationAreSkippedByItsName() throws IOException {
        Conformance found = RecordedFile.load().run(c -> c.suite().equals("replace"));
        assertThat(found.comparedRows()).isZero();
        assertThat(found.skipped()).isEqualTo(Map.of("case with unmap_replace", found.rows()));
        assertThat(found.rows()).isPositive();
    }
}
