package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RowTally;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of a grant table as memory: what a case does not say of them is not judged. What it says has been asked of a real Xen (LiveRowsTest). */
class TableMemoryTest {
    private static final String START = """
            suite,case,step,actor_ver,actor,op,batch,args,hrc,status,status_name,out,entries,ptes
            s,c,1,1,D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2;max_version=2,0,,,,,
            s,c,2,1,D1,gt_write,,ref=8;flags=0x0001;domid=2;frame=D1.P0,0,,,,D1[8]{fl=0x0001;dom=2;frame=D1.P0},
            """;

    private static List<String> lines(String... more) {
        List<String> lines = new ArrayList<>(START.lines().toList());
        for (String row : more) {
            lines.add("s,c," + lines.size() + "," + row);
        }
        return lines;
    }

    private static RowTally run(String... more) {
        return XenFile.judge(String.join("\n", lines(more)) + "\n");
    }

    private static String complaint(String... more) {
        return UnusualCasesTest.complaint(lines(more).toArray(String[]::new));
    }

    /** An entry that is moved in parts, and put together again, is what it was. */
    @Test
    void partsAreMoved() {
        RowTally found = run(
                "1,D1,copy,,src=F(SELF:D1.GT0)+64;dst=F(SELF:D1.P1)+3;len=5,0,0,okay,,,",
                "1,D1,copy,,src=F(SELF:D1.GT0)+69;dst=F(SELF:D1.P1)+8;len=3,0,0,okay,,,",
                "1,D1,copy,,src=F(SELF:D1.P1)+3;dst=F(SELF:D1.GT0)+72;len=8,0,0,okay,,,",
                "1,D1,mem_read,,at=D1.GT0+74,0,,,0x02,,",
                "1,D1,gt_flags,,ref=9;flags=0x0005,0,,,,D1[9]{fl=0x0005;dom=2;frame=D1.P0},");
        assertThat(found.leftOut()).isEmpty();
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            D1,mem_read,,at=D1.GT0+68,0,,,0x00,,           | a byte of the number of a frame, which a case has by name only
            D1,mem_write,,at=D1.GT0+69;val=0x01,0,,,ok,,   | it makes an entry of the grant table whose frame or domain has no name here
            D1,copy,,src=F(SELF:D1.GT0)+68;dst=F(SELF:D1.GT0)+72;len=4,0,0,okay,,, | it makes an entry of the grant table whose frame or domain has no name here
            D1,mem_read,,at=D1.GT1+0,0,,,0x00,,            | bytes of D1.GT1, which is not in a version 1 table now
            """)
    void whatACaseDoesNotSayIsNotJudged(String row, String message) {
        assertThat(complaint("1," + row)).startsWith("f.csv:4:").endsWith(": " + message);
    }

    @Test
    void tablesOfVersion2AreNotJudged() {
        assertThat(complaint("2,D1,set_version,,version=2,0,,,version=2,,", "2,D1,mem_read,,at=D1.GT0+0,0,,,0x00,,"))
                .startsWith("f.csv:5:")
                .endsWith(": bytes of D1.GT0, which is not in a version 1 table now");
    }

    /** Frames are numbered apart from references before the first row is judged; what is no reference is its own row's matter. */
    @ParameterizedTest
    @ValueSource(strings = {"x", "4294967296", "-1", ""})
    void rowsBeforeAMalformedReferenceAreJudged(String reference) {
        RowTally found = run(
                "2,D1,set_version,,version=2,0,,,version=2,,",
                "2,D1,gt_write_trans,,ref=9;flags=0x0003;domid=2;tdom=2;tref=" + reference + ",0,,,,,");
        assertThat(found.compared()).isEqualTo(3);
        assertThat(found.leftOut()).singleElement().asString().contains("f.csv:5:");
    }

    /** Frames are not numbered from anywhere: each has its slots. */
    @Test
    void asManyReferencesAsFramesAreTooMany() {
        String[] rows = new String[8000];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = "2,D1,gt_write_trans,,ref=9;flags=0x0003;domid=2;tdom=2;tref=" + (1024 + i) + ",0,,,,,";
        }
        assertThat(complaint(rows)).isEqualTo("f.csv:2:3: the case stores references up to 9023 in its entries");
    }
}
