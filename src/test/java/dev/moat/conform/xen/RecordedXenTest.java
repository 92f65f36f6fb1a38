package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.RowTally;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Moat's grant table against the answers of a real Xen 4.17. */
class RecordedXenTest {
    @Test
    void answersAsRecordedXenDoes() {
        RowTally found = XenFile.load().judge(XenFile.RUN);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.cases()).isEqualTo(112);
        assertThat(found.rows()).isEqualTo(1987);
        assertThat(found.notJudged()).isEmpty();
        assertThat(found.compared()).isEqualTo(1987);
    }

    @Test
    void aBatchIsComparedAfterAllOfIt() {
        RowTally found =
                XenFile.load().where(line -> line.contains(",map-mixed,")).judge(XenFile.RUN);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.notJudged()).isEmpty();
    }

    @Test
    void configurationsAndOperationsThatAreNotModelledAreSkippedByName() {
        RecordedLines file = XenFile.load();
        RowTally configured = file.where(line -> line.startsWith("cfg"))
                .withColumn("suite", suite -> "cfg-no-transfer-sync")
                .judge(XenFile.RUN);
        assertThat(configured.notJudged())
                .isEqualTo(Map.of("case with configuration cfg-no-transfer-sync", configured.rows()));
        assertThat(configured.rows()).isPositive();
        RowTally probing = file.where(line -> line.startsWith("table,"))
                .replacing("D1,query_size,,dom=2", "D1,probe,,dom=2")
                .judge(XenFile.RUN);
        assertThat(probing.notJudged()).containsOnlyKeys("case with operation probe");
        assertThat(probing.compared()).isPositive();
    }

    /** A limit of the command line is every domain's; none is created that may exceed it. */
    @ParameterizedTest
    @CsvSource({
        "cfg-max-version-1,-38,1,-22",
        "cfg-max-ver-1-no-transfer,-38,1,-22",
        "cfg-max-version-2,0,2,0",
        "cfg-no-transfer,0,2,0"
    })
    void aSuiteMayForbidVersion2(String suite, int hrc, int version, int created) {
        String header = XenRow.GRANTS.header() + "\n";
        String more =
                suite + ",c,1,1,D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2;max_version=2," + created;
        assertThat(XenFile.judge(header + more + ",,,,,\n").disagreements()).isEmpty();
        String create = suite + ",c,1,1,D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2,0,,,,,\n";
        for (String actor : List.of("D0", "D1")) {
            String row = suite + ",c,2," + version + "," + actor + ",set_version,,version=2," + hrc + ",,,version="
                    + version + ",,\n";
            RowTally found = XenFile.judge(header + create + row);
            assertThat(found.notJudged()).isEmpty();
            assertThat(found.disagreements()).isEmpty();
        }
        assertThat(XenFile.judge(header + create.replace(suite, "cfg-max-version-3"))
                        .notJudged())
                .isEqualTo(Map.of("case with configuration cfg-max-version-3", 1));
    }

    @Test
    void aHypercallWhoseElementsTheRowDoesNotTellIsSkipped() {
        RowTally found = XenFile.load()
                .where(line -> line.startsWith("raw,"))
                .replacing("cmd=13(0xd)", "cmd=set_version(0x8)")
                .judge(XenFile.RUN);
        assertThat(found.notJudged()).isEqualTo(Map.of("raw hypercall with elements", 1));
        assertThat(found.disagreements()).isEmpty();
    }

    /** What has a status for each element returns 0, whatever they say; a status that a row has is an element's. */
    @Test
    void aHypercallThatReturnsTheSameWhateverItsElementsSayIsJudged() {
        RecordedLines file = XenFile.load();
        RowTally wrong = file.where(line -> line.startsWith("raw,"))
                .replacing("cmd=13(0xd)", "cmd=map(0x0)")
                .judge(XenFile.RUN);
        assertThat(wrong.notJudged()).isEmpty();
        assertThat(wrong.disagreements())
                .singleElement()
                .satisfies(d -> assertThat(d.toString()).contains("hrc: recorded '-38', Moat '0'"));
        RowTally right = file.where(line -> line.startsWith("raw,"))
                .replacing("cmd=13(0xd);count=1;ptr=ok,-38,", "cmd=map(0x0);count=1;ptr=ok,0,")
                .judge(XenFile.RUN);
        assertThat(right.notJudged()).isEmpty();
        assertThat(right.disagreements()).isEmpty();
        RowTally told = file.where(line -> line.startsWith("raw,"))
                .replacing("cmd=13(0xd);count=1;ptr=ok,-38,,,", "cmd=map(0x0);count=1;ptr=ok,0,-3,bad_gntref,")
                .judge(XenFile.RUN);
        assertThat(told.notJudged()).isEqualTo(Map.of("raw hypercall with elements", 1));
    }
}
