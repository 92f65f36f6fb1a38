package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.conform.xen.record.RecordFormat;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is malformed is named at its place: a row refuses the whole file, its arguments only their case ({@link UnusualCasesTest}). */
class MalformedRecordsTest {
    private static final String HEADER =
            "suite,case,step,actor_ver,actor,op,batch,args,hrc,status,status_name,out,entries,ptes";
    private static final String CREATE = "s,c,1,1,D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2,0,,,,,";

    private static Conformance run(String... lines) throws IOException {
        return XenConformance.run("f.csv", new StringReader(String.join("\n", lines)), c -> true);
    }

    @Test
    void theRowsThatOtherTestsBreakAreFine() throws IOException {
        Conformance found = run(
                HEADER,
                CREATE,
                "s,c,2,1,D1,gt_write,,ref=8;flags=0x0001;domid=1;frame=D1.P0,0,,,,D1[8]{fl=0x0001;dom=1;frame=D1.P0},",
                "s,c,3,1,D1,unmap,,handle=#0;host=V0;dev=0,0,-4,bad_handle,,,",
                "s,c,4,1,D1,mem_read,,at=D1.V0+0,0,,,FAULT,,");
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.comparedRows()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            s,c,2,1,D1,end_access,,ref=8,0,,,done,                        | 39 | the row has 13 cells, not 14
            s,c,2,1,D1,end_access,,ref=8,0,,,done,,,                      | 41 | the row has 15 cells, not 14
            ,c,2,1,D1,end_access,,ref=8,0,,,done,,                        | 1  | the suite is empty
            s,,2,1,D1,end_access,,ref=8,0,,,done,,                        | 3  | the case is empty
            s,c,two,1,D1,end_access,,ref=8,0,,,done,,                     | 5  | 'two' is not a number
            s,c,99999999,1,D1,end_access,,ref=8,0,,,done,,                | 5  | 99999999 is larger than 1000000
            s,c,1,1,D1,end_access,,ref=8,0,,,done,,                       | 5  | step 1 cannot follow step 1
            s,c,2,7,D1,end_access,,ref=8,0,,,done,,                       | 7  | 7 is larger than 2
            s,c,2,1,X1,end_access,,ref=8,0,,,done,,                       | 9  | 'X1' is not a domain: D0 to D7
            s,c,2,1,D9,end_access,,ref=8,0,,,done,,                       | 9  | domain 9 was not created
            s,c,2,1,D3,end_access,,ref=8,0,,,done,,                       | 9  | domain 3 was not created
            s,c,2,1,D1,end_acces,,ref=8,0,,,done,,                        | 12 | unknown operation 'end_acces'; did you mean 'end_access'?
            s,c,2,1,D1,end_access,first,ref=8,0,,,done,,                  | 23 | 'first' is not a place in a batch: i/n
            s,c,2,1,D1,end_access,3/2,ref=8,0,,,done,,                    | 23 | 3 is larger than 2
            s,c,2,1,D1,end_access,0/2,ref=8,0,,,done,,                    | 23 | '0/2' is not a place in a batch: the first one is 1
            s,c,2,1,D1,end_access,,rf=8,0,,,done,,                        | 27 | 'rf' is no argument of this operation; did you mean 'ref'? (known: ref)
            s,c,2,1,D1,end_access,,ref=8;bogus=7,0,,,done,,               | 36 | 'bogus' is no argument of this operation (known: ref)
            s,c,2,1,D1,gt_write,,ref=8;flags=1;domid=1;frame=D1.P0;off=16,0,,,,, | 60 | 'off' is no argument of this operation
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
            s,c,2,1,D1,mem_write,,at=D1.V0+0;val=0x100,0,,,FAULT,,        | 38 | 0x100 is larger than 255
            s,c,2,1,D1,copy,,src=H(1:8)+0;dst=F(SELF:D1.P0)+0;len=1,0,0,okay,,, | 22 | unknown symbol 'H(1:8)+0'
            """)
    void whatIsMalformedIsNamedAtItsPlace(String row, int column, String message) throws IOException {
        assertThat(UnusualCasesTest.complaint(HEADER, CREATE, row))
                .startsWith(column == 0 ? "f.csv:2:3: " + message : "f.csv:3:" + column + ": " + message);
    }

    @Test
    void theFirstLineNamesTheColumns() {
        assertThatThrownBy(() -> run("suite,case", CREATE))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("f.csv:1:1: the first line must be suite,case,step");
        assertThatThrownBy(() -> run("")).isInstanceOf(InputException.class);
    }

    /** As a spreadsheet writes it. */
    @Test
    void linesMayEndInCrLfAndAByteOrderMarkMayComeFirst() throws IOException {
        Conformance found =
                XenConformance.run("f.csv", new StringReader("\uFEFF" + HEADER + "\r\n" + CREATE + "\r\n"), c -> true);
        assertThat(found.comparedRows()).isEqualTo(1);
        assertThatThrownBy(() -> run(HEADER, CREATE + "\r\r")).hasMessageContaining("not what is expected here");
    }

    /** A recording that was cut after its first line is not one without a disagreement. */
    @Test
    void aFileHasACase() {
        assertThatThrownBy(() -> run(HEADER)).hasMessage("f.csv:2:1: there is no case after the first line");
        assertThatThrownBy(() -> run(HEADER, "")).isInstanceOf(InputException.class);
    }

    /** References are 32 bits without a sign; the largest is no entry of any table. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "map,,dom=1;ref=4294967295;flags=0x2(H);host=V0,0,-3,bad_gntref,,,",
                "transfer,,frame=D0.P0;dom=1;ref=4294967295,0,-9,bad_page,,,",
                "swap,,a=4294967295;b=8,0,-3,bad_gntref,,D0[8]{fl=0x0000;dom=0;frame=0},",
            })
    void theLargestReferenceIsAnAnswer(String call) throws IOException {
        assertThat(run(HEADER, CREATE, "s,c,2,1,D0," + call).disagreements()).isEmpty();
    }

    /** Only a transfer and a guest's own map may name what is no memory. */
    @Test
    void aPinnedTableIsMemory() throws IOException {
        String create = "strict,c,1,D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2;iommu=0,0,,,,,,,,,,";
        String pin = "strict,c,2,D1,pin_table,,frame=BADMFN;level=1,-22,,,,,,,,,,";
        assertThat(UnusualCasesTest.complaint(RecordFormat.VTD.header(), create, pin))
                .startsWith("f.csv:3:32: unknown symbol 'BADMFN', not a frame");
    }

    @Test
    void aCaseDoesNotComeBack() {
        assertThatThrownBy(() -> run(HEADER, CREATE, CREATE.replace("s,c", "s,d"), CREATE))
                .hasMessage("f.csv:4:3: case s/c comes back after other cases");
    }

    @Test
    void aDomainIsCreatedOnce() throws IOException {
        assertThat(UnusualCasesTest.complaint(HEADER, CREATE, CREATE.replace("c,1,", "c,2,")))
                .isEqualTo("f.csv:3:24: domain 1 is created again");
    }

    @Test
    void aBatchHasItsFirstElementAndOneOperation() {
        String element = "s,c,2,1,D1,unmap,2/2,handle=#0;host=V0;dev=0,0,-4,bad_handle,,,";
        assertThatThrownBy(() -> run(HEADER, CREATE, element)).hasMessage("f.csv:3:5: step 2 cannot follow step 1");
        assertThatThrownBy(() -> run(HEADER, element.replace("c,2,1,D1", "c,1,1,D0")))
                .hasMessage("f.csv:2:18: the first element of this batch is missing");
        assertThatThrownBy(() ->
                        run(HEADER, CREATE, element.replace("2/2", "1/2"), element.replace("unmap", "end_access")))
                .hasMessage("f.csv:4:12: a batch of different operations");
    }

    @Test
    void aCaseNamesOnlySoManyFrames() throws IOException {
        String[] many = new String[502];
        many[0] = HEADER;
        many[1] = CREATE;
        for (int i = 2; i < many.length; i++) {
            many[i] = "s,c," + i + ",1,D1,mem_read,,at=D1.P" + i + "+0,0,,,0x00,,";
        }
        assertThatCode(() -> run(many)).doesNotThrowAnyException();
        many[2] = many[2].replace(",,,0x00,,", ",,,0x00,,D1.V0=D1.P9999/rw");
        assertThat(UnusualCasesTest.complaint(many)).isEqualTo("f.csv:502:24: the case names more than 500 frames");
    }

    @Test
    void linesAndCasesAreBounded() {
        assertThatThrownBy(() -> run(HEADER, "x".repeat(65537)))
                .hasMessage("f.csv:2:65537: the line has more than 65536 characters");
        String[] many = new String[100_002];
        many[0] = HEADER;
        for (int i = 1; i < many.length; i++) {
            many[i] = "s,c," + i + ",1,D0,raw,,,0,,,,,";
        }
        assertThatThrownBy(() -> run(many)).hasMessage("f.csv:100002:5: the case has more than 100000 rows");
    }
}
