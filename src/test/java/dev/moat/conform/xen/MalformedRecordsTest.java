package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.moat.conform.rows.RowTally;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is malformed in rows of Xen is told at its place. */
class MalformedRecordsTest {
    private static final String CREATE = "s,c,1,1,D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2,0,,,,,";

    private static RowTally run(String... lines) {
        return XenFile.judge(List.of(lines));
    }

    private static String complaint(String... rows) {
        List<String> lines = new ArrayList<>(List.of(rows));
        lines.add(0, XenFile.HEADER);
        return UnusualCasesTest.complaint(lines.toArray(String[]::new));
    }

    @Test
    void theRowsThatOtherTestsBreakAreFine() {
        RowTally found = run(
                XenFile.HEADER,
                CREATE,
                "s,c,2,1,D1,gt_write,,ref=8;flags=0x0001;domid=1;frame=D1.P0,0,,,,D1[8]{fl=0x0001;dom=1;frame=D1.P0},",
                "s,c,3,1,D1,unmap,,handle=#0;host=V0;dev=0,0,-4,bad_handle,,,",
                "s,c,4,1,D1,mem_read,,at=D1.V0+0,0,,,FAULT,,");
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            s,c,1,1,D1,end_access,,ref=8,0,,,done,,                       | 5  | step 1 cannot follow step 1
            s,c,2,7,D1,end_access,,ref=8,0,,,done,,                       | 7  | 7 is larger than 2
            s,c,2,1,X1,end_access,,ref=8,0,,,done,,                       | 9  | 'X1' is not a domain: D0 to D7
            s,c,2,1,D9,end_access,,ref=8,0,,,done,,                       | 9  | domain 9 was not created
            s,c,2,1,D3,end_access,,ref=8,0,,,done,,                       | 9  | domain 3 was not created
            s,c,2,1,D1,end_acces,,ref=8,0,,,done,,                        | 12 | unknown operation 'end_acces'; did you mean 'end_access'?
            s,c,2,1,D1,end_access,first,ref=8,0,,,done,,                  | 23 | 'first' is not a place in a batch: i/n
            s,c,2,1,D1,end_access,3/2,ref=8,0,,,done,,                    | 23 | 3 is larger than 2
            s,c,2,1,D1,end_access,0/2,ref=8,0,,,done,,                    | 23 | '0/2' is not a place in a batch: the first one is 1
            s,c,2,1,D1,end_access,,rf=8,0,,,done,,                        | 24 | unknown argument 'rf'; did you mean 'ref'? (known: ref)
            s,c,2,1,D1,end_access,,ref=8;bogus=7,0,,,done,,               | 30 | unknown argument 'bogus' (known: ref)
            s,c,2,1,D1,gt_write,,ref=8;flags=1;domid=1;frame=D1.P0;off=16,0,,,,, | 56 | unknown argument 'off'
            s,c,2,1,D1,swap,,a=8,0,0,okay,,,                              | 18 | 'b=' is missing
            s,c,2,1,D1,end_access,,ref=8;ref=9,0,,,done,,                 | 30 | 'ref' is given twice
            s,c,2,1,D1,end_access,,ref=eight,0,,,done,,                   | 28 | 'eight' is not a number
            s,c,2,1,D1,end_access,,ref=4294967296,0,,,done,,              | 28 | 4294967296 is larger than 4294967295
            s,c,2,1,D1,end_access,,ref=8,okay,,,done,,                    | 30 | 'okay' is not a number
            s,c,2,1,D1,end_access,,ref=8,0,--1,,done,,                    | 33 | '-1' is not a number
            s,c,2,1,D1,end_access,,ref=8,0,,,done,D1[8]fl=0,              | 39 | not what is expected here
            s,c,2,1,D1,end_access,,ref=8,0,,,done,D1[8]{} D1[9],          | 47 | not what is expected here
            s,c,2,1,D1,end_access,,ref=8,0,,,done,D1[8]{} D1[8]{fl=0},    | 47 | D1[8] is given twice
            s,c,2,1,D1,end_access,,ref=8,0,,,done,,V0=none                | 40 | not what is expected here
            s,c,2,1,D1,gt_write,,ref=8;flags=1;domid=1;frame=D1.Q0,0,,,,, | 50 | unknown symbol 'D1.Q0'
            s,c,2,1,D1,gt_write,,ref=8;flags=1;domid=1;frame=D2.P0,0,,,,, | 0  | the case names D2.P0, whose domain is not created
            s,c,2,1,D1,unmap,,handle=h1;host=V0;dev=0,0,0,okay,,,         | 26 | unknown symbol 'h1'
            s,c,2,1,D1,unmap,,handle=#x;host=V0;dev=0,0,0,okay,,,         | 27 | 'x' is not a number
            s,c,2,1,D1,unmap,,handle=#0;host=V100;dev=0,0,0,okay,,,       | 34 | more than 100 slots: V100
            s,c,2,1,D1,unmap,,handle=#0;host=PTE(W1);dev=0,0,0,okay,,,    | 38 | unknown symbol 'W1'
            s,c,2,1,D1,unmap,,handle=#0;host=PTE(V1;dev=0,0,0,okay,,,     | 34 | unknown symbol 'PTE(V1'
            s,c,2,1,D1,unmap,,handle=#0;host=MADDR(D1);dev=0,0,0,okay,,,  | 40 | unknown symbol 'D1'
            s,c,2,1,D1,unmap,,handle=#0;host=V0;dev=V1,0,0,okay,,,        | 41 | unknown symbol 'V1'
            s,c,2,1,D1,map,,dom=ME;ref=8;flags=0x2(H);host=V0,0,0,okay,,, | 21 | 'ME' is not a number
            s,c,2,1,D1,map,,dom=1;ref=8;flags=H;host=V0,0,0,okay,,,       | 35 | 'H' is not a number
            s,c,2,1,D1,map,,dom=1;ref=8;flags=0x2(HR);host=V0,0,0,okay,,, | 38 | the letters of 0x2 are (H)
            s,c,2,1,D1,map,,dom=1;ref=8;flags=0x6(HH);host=V0,0,0,okay,,, | 38 | the letters of 0x6 are (HR)
            s,c,2,1,D1,map,,dom=1;ref=8;flags=0x6(RH;host=V0,0,0,okay,,,  | 38 | the letters of 0x6 are (HR)
            s,c,2,1,D1,mem_read,,at=D1.V0+x,0,,,FAULT,,                   | 31 | 'x' is not a number
            s,c,2,1,D1,mem_write,,at=D1.V0+0;val=0x100,0,,,FAULT,,        | 38 | 0x100 is larger than 0xff
            s,c,2,1,D1,copy,,src=H(1:8)+0;dst=F(SELF:D1.P0)+0;len=1,0,0,okay,,, | 22 | unknown symbol 'H(1:8)+0'
            """)
    void whatIsMalformedIsNamedAtItsPlace(String row, int column, String message) {
        assertThat(complaint(CREATE, row))
                .startsWith(column == 0 ? "f.csv:2:3: " + message : "f.csv:3:" + column + ": " + message);
    }

    /** References are 32 bits without a sign; the largest is no entry of any table. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "map,,dom=1;ref=4294967295;flags=0x2(H);host=V0,0,-3,bad_gntref,,,",
                "transfer,,frame=D0.P0;dom=1;ref=4294967295,0,-9,bad_page,,,",
                "swap,,a=4294967295;b=8,0,-3,bad_gntref,,D0[8]{fl=0x0000;dom=0;frame=0},",
            })
    void theLargestReferenceIsAnAnswer(String call) {
        assertThat(run(XenFile.HEADER, CREATE, "s,c,2,1,D0," + call).disagreements())
                .isEmpty();
    }

    /** Only a transfer and a guest's own map may name what is no memory. */
    @Test
    void aPinnedTableIsMemory() {
        String create = "strict,c,1,D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2;iommu=0,0,,,,,,,,,,";
        String pin = "strict,c,2,D1,pin_table,,frame=BADMFN;level=1,-22,,,,,,,,,,";
        assertThat(UnusualCasesTest.complaint(XenFile.VTD_HEADER, create, pin))
                .startsWith("f.csv:3:32: unknown symbol 'BADMFN', not a frame");
    }

    @Test
    void aDomainIsCreatedOnce() {
        assertThat(complaint(CREATE, CREATE.replace("c,1,", "c,2,")))
                .isEqualTo("f.csv:3:24: domain 1 is created again");
    }

    @Test
    void aBatchHasItsFirstElementAndOneOperation() {
        String element = "s,c,2,1,D1,unmap,2/2,handle=#0;host=V0;dev=0,0,-4,bad_handle,,,";
        assertThat(complaint(CREATE, element)).isEqualTo("f.csv:3:18: element 1 of 2 is missing in this hypercall");
        assertThat(complaint(CREATE, element.replace(",c,2,", ",c,1,")))
                .isEqualTo("f.csv:3:18: '2/2' cannot follow ''");
        assertThat(complaint(CREATE, element.replace("2/2", ""), element.replace("2/2", "")))
                .isEqualTo("f.csv:4:5: step 2 cannot follow step 2");
        assertThat(complaint(CREATE, element.replace("2/2", "1/2"), element.replace("unmap", "end_access")))
                .isEqualTo("f.csv:4:12: a batch of different operations");
    }

    @Test
    void aCaseNamesOnlySoManyFrames() {
        String[] many = new String[502];
        many[0] = XenFile.HEADER;
        many[1] = CREATE;
        for (int i = 2; i < many.length; i++) {
            many[i] = "s,c," + i + ",1,D1,mem_read,,at=D1.P" + i + "+0,0,,,0x00,,";
        }
        assertThatCode(() -> run(many)).doesNotThrowAnyException();
        many[2] = many[2].replace(",,,0x00,,", ",,,0x00,,D1.V0=D1.P9999/rw");
        assertThat(UnusualCasesTest.complaint(many)).isEqualTo("f.csv:502:24: the case names more than 500 frames");
    }
}
