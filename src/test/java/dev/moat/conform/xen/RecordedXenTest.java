package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.xen.record.RecordFormat;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** A limit of the command line is every domain's; none is created that may exceed it. */
    @ParameterizedTest
    @CsvSource({
        "cfg-max-version-1,-38,1,-22",
        "cfg-max-ver-1-no-transfer,-38,1,-22",
        "cfg-max-version-2,0,2,0",
        "cfg-no-transfer,0,2,0"
    })
    void aSuiteMayForbidVersion2(String suite, int hrc, int version, int created) throws IOException {
        String header = RecordFormat.GRANTS.header() + "\n";
        String more =
                suite + ",c,1,1,D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2;max_version=2," + created;
        assertThat(XenRecords.run("f.csv", new StringReader(header + more + ",,,,,\n"))
                        .disagreements())
                .isEmpty();
        String create = suite + ",c,1,1,D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2,0,,,,,\n";
        for (String actor : List.of("D0", "D1")) {
            String row = suite + ",c,2," + version + "," + actor + ",set_version,,version=2," + hrc + ",,,version="
                    + version + ",,\n";
            Conformance found = XenRecords.run("f.csv", new StringReader(header + create + row));
            assertThat(found.skipped()).isEmpty();
            assertThat(found.disagreements()).isEmpty();
        }
        assertThat(XenRecords.run("f.csv", new StringReader(header + create.replace(suite, "cfg-max-version-3")))
                        .skipped())
                .isEqualTo(Map.of("configuration cfg-max-version-3", 1));
    }

    @Test
    void aHypercallWhoseElementsTheRowDoesNotTellIsSkipped() throws IOException {
        Conformance found = RecordedFile.load()
                .replacing("cmd=13(0xd)", "cmd=set_version(0x8)", c -> c.suite().equals("raw"));
        assertThat(found.skipped()).isEqualTo(Map.of("raw hypercall with elements", 1));
        assertThat(found.disagreements()).isEmpty();
    }

    /** What has a status for each element returns 0, whatever they say; a status that a row has is an element's. */
    @Test
    void aHypercallThatReturnsTheSameWhateverItsElementsSayIsJudged() throws IOException {
        RecordedFile file = RecordedFile.load();
        Conformance wrong =
                file.replacing("cmd=13(0xd)", "cmd=map(0x0)", c -> c.suite().equals("raw"));
        assertThat(wrong.skipped()).isEmpty();
        assertThat(wrong.disagreements())
                .singleElement()
                .satisfies(d -> assertThat(d.toString()).contains("hrc: recorded '-38', Moat '0'"));
        Conformance right = file.replacing(
                "cmd=13(0xd);count=1;ptr=ok,-38,",
                "cmd=map(0x0);count=1;ptr=ok,0,",
                c -> c.suite().equals("raw"));
        assertThat(right.skipped()).isEmpty();
        assertThat(right.disagreements()).isEmpty();
        Conformance told = file.replacing(
                "cmd=13(0xd);count=1;ptr=ok,-38,,,",
                "cmd=map(0x0);count=1;ptr=ok,0,-3,bad_gntref,",
                c -> c.suite().equals("raw"));
        assertThat(told.skipped()).isEqualTo(Map.of("raw hypercall with elements", 1));
    }
}
