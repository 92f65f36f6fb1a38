package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RowTally;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cases that a recorder may have and the recorded suites have not: domain 0 alone, many slots, failed queries, a cut file. */
class UnusualCasesTest {
    private static final Path FILE = Path.of("src/test/resources/xen-oracle/unusual.csv");
    private static final String HEADER = XenFile.HEADER;
    private static final String CREATE = "s,c,1,1,D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2,0,,,,,";
    private static final String GOOD = "s,good,1,1,D0,get_version,,dom=SELF,0,,,version=1,,";

    private static RowTally run(String text) {
        return XenFile.judge(text);
    }

    private static RowTally run(List<String> lines) {
        return XenFile.judge(lines);
    }

    /** What is said of a file with one case that is malformed or cannot be represented. */
    static String complaint(String... lines) {
        List<String> said = run(List.of(lines)).leftOut();
        return said.isEmpty() ? "" : said.get(0).substring(said.get(0).indexOf(": ") + 2);
    }

    @Test
    void theyAreJudged() throws IOException {
        List<String> lines = Files.readAllLines(FILE, StandardCharsets.US_ASCII);
        RowTally found = run(lines);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.notJudged()).isEmpty();
        assertThat(found.compared()).isEqualTo(lines.size() - 1);
    }

    /** The notation is free, what it says is not. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dom0,alone,3,           | -3,,,version=1    | -3,,,versions
            dom0,alone,2,           | 0,,,version=1     | 0,,,version=2
            dom0,alone,5,           | nr_frames=0;max   | nr=0;max
            dom0,alone,7,           | fl=0x0019         | fl=0x0009
            dom0,alone,10,          | -2,bad_domain     | 0,okay
            dom0,second,3,          | st=0x0000         | st=0x0008
            slots,forty,4,          | D3.V39=D1.P0/rw   | D3.V38=D1.P0/rw
            slots,forty,9,          | -2,bad_domain     | 0,okay
            slots,hundred,2,        | V99=D1.P1/rw      | V99=D1.P1/ro
            batch,unread,5,1,D2,map,2/2 | fl=0x0001     | fl=0x0009
            batch,unread,5,1,D2,map,1/2 | D1[9]{fl=0x0001 | D1[9]{fl=0x0009
            batch,unread,6,1,D2,map,1/2 | D1[8]{fl=0x0019 | D1[8]{fl=0x0009
            """)
    void aChangedCellIsFound(String row, String from, String to) throws IOException {
        List<String> lines = Files.readAllLines(FILE, StandardCharsets.US_ASCII).stream()
                .map(line -> line.startsWith(row) ? line.replace(from, to) : line)
                .toList();
        assertThat(run(lines).disagreements()).isNotEmpty();
    }

    /** No row at hand has these operations, and the recorder's page does not say what it calls their arguments. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "setup_table,,dom=SELF;nr=2,0,0,okay,,,",
                "setup_table,,dom=SELF;frames=5,0,-1,general_error,,,",
                "slot_clear,,va=V1,0,,,,,",
            })
    void argumentsThatTheRecorderMayCallOtherwise(String row) {
        RowTally found = run(List.of(HEADER, CREATE, "s,c,2,1,D1," + row));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(2);
    }

    /** The case before and the one after are judged, and so are the rows before the place. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            s,c,2,1,D1,unmap,,handle=#0;host=V100;dev=0,0,0,okay,,,     | 3:34: more than 100 slots: V100  | 1
            s,c,2,1,D1,unmap,,handle=#0;host=W1;dev=0,0,0,okay,,,       | 3:34: unknown symbol 'W1'        | 1
            s,c,2,1,D3,end_access,,ref=8,0,,,done,,                     | 3:9: domain 3 was not created    | 1
            s,c,2,1,D9,end_access,,ref=8,0,,,done,,                     | 3:9: domain 9 was not created    | 1
            s,c,2,1,D0,create,,dom=9;max_grant_frames=4,0,,,,,          | 3:24: 9 is larger than 7         | 1
            s,c,2,1,D0,create,,dom=1;max_grant_frames=4,0,,,,,          | 3:24: domain 1 is created again  | 1
            s,c,2,1,D1,gt_write,,ref=8;flags=1;domid=1;frame=D2.P0,0,,,,, | 2:3: the case names D2.P0, whose domain is not created | 2
            s,c,2,1,D1,hypnotise,,ref=8,0,,,,,                          | 3:12: unknown operation 'hypnotise' | 1
            s,c,2,1,D1,end_access,,ref=eight,0,,,done,,                 | 3:28: 'eight' is not a number    | 1
            s,c,2,1,D1,gt_write,,ref=8;flags=1;domid=1,0,,,,,           | 3:22: 'frame=' is missing        | 1
            """)
    void aCaseThatCannotBeRepresentedIsLeftOutByNameAndReason(String row, String reason, int rows) {
        RowTally found = run(List.of(HEADER, CREATE, row, GOOD));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.cases()).isEqualTo(2);
        assertThat(found.compared()).isEqualTo(3 - rows);
        assertThat(found.notJudged().values()).containsExactly(rows);
        assertThat(found.leftOut())
                .singleElement()
                .asString()
                .startsWith("case s/c, ")
                .contains(reason);
    }

    /** Of a case with an operation that a newer recorder may have, the rows from there on count by its name. */
    @ParameterizedTest
    @ValueSource(strings = {"gt_write_raw", "unmap_and_replace", "own_map_none"})
    void anOperationThatResemblesAnotherOneIsCountedByItsName(String op) {
        RowTally found = run(List.of(HEADER, CREATE, "s,c,2,1,D1," + op + ",,ref=8,0,,,,,", GOOD));
        assertThat(found.notJudged()).isEqualTo(Map.of("case with operation " + op, 1));
        assertThat(found.leftOut())
                .singleElement()
                .asString()
                .startsWith("case s/c, its last row: f.csv:3:12: unknown operation '" + op + "'; did you mean '");
        assertThat(found.compared()).isEqualTo(2);
        assertThat(found.isMalformed()).isFalse();
    }

    /** A machine is made for the rows before the place: what comes first in the file is told, and what stands before it judged. */
    @Test
    void theRowsBeforeADomainIsCreatedAgainAreJudged() {
        String destroyed = "s,c,2,1,D0,destroy,,dom=1,0,,,gone,,";
        String gone = "s,c,3,1,D0,map,,dom=1;ref=8;flags=0x2(H);host=V0,0,-2,bad_domain,,,";
        List<String> rows = List.of(
                HEADER,
                CREATE,
                destroyed,
                gone,
                CREATE.replace("c,1,", "c,4,"),
                "s,c,5,1,D1,own_map,,va=V100;frame=D1.P0,0,,,,,",
                "s,c,6,1,D4,swap,,a=8;b=8,0,0,okay,,,");
        RowTally found = run(rows);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(3);
        assertThat(found.leftOut()).containsExactly("case s/c, its last 3 rows: f.csv:5:24: domain 1 is created again");
        List<String> wrong = new ArrayList<>(rows);
        wrong.set(3, gone.replace("-2,bad_domain", "-1,general_error"));
        assertThat(run(wrong).disagreements()).hasSize(2);
    }

    /** What D0 asks before says that there is no such domain, and the domain comes with its pages. */
    @Test
    void aDomainExistsFromItsCreationOn() {
        List<String> rows = new ArrayList<>(List.of(HEADER));
        String granted = "D1[8]{fl=0x0001;dom=0;frame=D1.P0}";
        for (String row : List.of(
                "D0,map,,dom=1;ref=8;flags=0x2(H);host=V0,0,-2,bad_domain,,,",
                "D0,copy,,src=G(1:8)+0;dst=F(SELF:D0.P0)+0;len=8,0,-2,bad_domain,,,",
                "D0,query_size,,dom=1,0,-2,bad_domain,,,",
                "D0,get_version,,dom=1,-3,,,version=0,,",
                "D0,destroy,,dom=1,-3,,,already-gone,,",
                "D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2,0,,,,,",
                "D1,mem_write,,at=D1.P0+0;val=0x11,0,,,ok,,",
                "D1,gt_write,,ref=8;flags=0x0001;domid=0;frame=D1.P0,0,,,," + granted + ",",
                "D0,map,,dom=2;ref=8;flags=0x2(H);host=V0,0,-2,bad_domain,,,",
                "D0,copy,,src=G(1:8)+0;dst=F(SELF:D0.P0)+0;len=8,0,0,okay,," + granted + ",",
                "D0,mem_read,,at=D0.P0+0,0,,,0x11,,",
                "D0,create,,dom=2;max_grant_frames=4;max_maptrack_frames=2,0,,,,,",
                "D0,get_version,,dom=2,0,,,version=1,,",
                "D2,mem_read,,at=D2.P0+0,0,,,0x00,,")) {
            rows.add("s,c," + rows.size() + ",1," + row);
        }
        RowTally found = run(rows);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(rows.size() - 1);
    }

    /** Whichever cell is broken, the rest of its case is lost and no other. */
    @Test
    void aBrokenAnswerIsNoAnswer() {
        String row = "s,c,2,1,D1,end_access,,ref=8,0,,,done,D1[8]{fl=0x0000;dom=0;frame=0},";
        assertThat(run(List.of(HEADER, CREATE, row, GOOD)).notJudged()).isEmpty();
        for (String broken : List.of(
                row.replace(",0,,,", ",okay,,,"),
                row.replace("{fl", "fl"),
                row + "V0=none",
                row.replace("ref=8", "ref"),
                row.substring(0, 20))) {
            RowTally found = run(List.of(HEADER, CREATE, broken, GOOD));
            assertThat(found.notJudged()).isEqualTo(Map.of("case with a malformed row", 1));
            assertThat(found.compared()).isEqualTo(2);
            assertThat(found.leftOut()).singleElement().asString().contains("f.csv:3:");
        }
    }

    /** 32 bits may be printed with a sign, an address may have all 64. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            unmap,,handle=#-1;host=V0;dev=0,0,-4,bad_handle,,,           | unmap,,handle=#-1;host=V0;dev=0,0,0,okay,,,
            unmap,,handle=#-2147483648;host=V0;dev=0,0,-4,bad_handle,,,  | unmap,,handle=#-2147483648;host=V0;dev=0,0,0,okay,,,
            raw,,cmd=map(0x0);count=-2147483648;ptr=ok,-22,,,,,          | raw,,cmd=map(0x0);count=-2147483648;ptr=ok,0,,,,,
            cache_flush,,a=0xffffffffffffffff;off=0;len=8;op=0x1,-22,,,,, | cache_flush,,a=0xffffffffffffffff;off=0;len=8;op=0x1,0,,,,,
            cache_flush,,a=18446744073709551615;off=0;len=8;op=0x1,-22,,,,, | cache_flush,,a=18446744073709551615;off=0;len=8;op=0x1,0,,,,,
            """)
    void theLargestNumbersAreRead(String right, String wrong) {
        RowTally found = run(List.of(HEADER, CREATE, "s,c,2,1,D1," + right));
        assertThat(found.notJudged()).isEmpty();
        assertThat(found.disagreements()).isEmpty();
        assertThat(run(List.of(HEADER, CREATE, "s,c,2,1,D1," + wrong)).disagreements())
                .hasSizeBetween(1, 3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unmap,,handle=#-2147483649;host=V0;dev=0,0,-4,bad_handle,,,",
                "cache_flush,,a=0x10000000000000000;off=0;len=8;op=0x1,-22,,,,,",
                "cache_flush,,a=18446744073709551616;off=0;len=8;op=0x1,-22,,,,,"
            })
    void largerOnesAreMalformed(String row) {
        assertThat(run(List.of(HEADER, CREATE, "s,c,2,1,D1," + row)).notJudged())
                .isEqualTo(Map.of("case with a malformed row", 1));
    }

    /** Whether another cell names the page that an offset leads to, or none; the last one has no next. */
    @Test
    void anOffsetMayLeadToAPageWithoutAnotherName() {
        String create = "strict,c,1,D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2;iommu=0,0,,,,,,,,,,";
        List<String> grants = new ArrayList<>(List.of(HEADER, CREATE));
        List<String> withUnit = new ArrayList<>(List.of(XenFile.VTD_HEADER, create));
        for (String row : List.of(
                "mem_read,,at=D1.P3+4096,0,,,0x00,",
                "mem_read,,at=VA(D1.P3)+4096,0,,,0x00,",
                "mem_write,,at=D1.P3+8193;val=0x11,0,,,ok,",
                "mem_read,,at=D1.P2+12289,0,,,0x11,",
                "mem_read,,at=D1.P62+4096,0,,,0x00,",
                "mem_read,,at=D1.P63+4096,0,,,FAULT,",
                "own_unmap,,page=P4,0,,,,",
                "mem_read,,at=D1.P3+4096,0,,,FAULT,")) {
            grants.add("s,c," + grants.size() + ",1,D1," + row + ",");
            withUnit.add("strict,c," + withUnit.size() + ",D1," + row + ",,,,,,");
        }
        for (List<String> rows : List.of(grants, withUnit)) {
            RowTally found = run(rows);
            assertThat(found.disagreements()).isEmpty();
            assertThat(found.compared()).isEqualTo(rows.size() - 1);
        }
    }

    /** Domain 0 prints over the line on which Xen says that it crashed; what Xen says in between is no row. */
    @Test
    void whatStandsBeforeACrashIsJudged() {
        RowTally found = run(HEADER + "\n" + GOOD + "\n(XEN) grant_table.c:1: d1v0 Bad, ref\n" + CREATE
                + "\ns,c,2,1,D1,get_vers(XEN) Assertion\n(XEN) Domain 0 crashed: rebooting machine in 5 seconds.\n");
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(2);
        assertThat(found.leftOut()).containsExactly("f.csv:5: the file is cut off within a row");
        assertThat(found.isMalformed()).isFalse();
    }

    /** Wherever it was lost: what stands before its hypercall is judged, and so is the next case. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1/3 2/3     | f.csv:4:18: element 3 of 3 is missing in this hypercall
            1/3         | f.csv:3:18: elements 2 to 3 of 3 are missing in this hypercall
            1/3 3/3     | f.csv:4:18: element 2 of 3 is missing in this hypercall
            """)
    void aHypercallWithoutOneOfItsElementsIsNotJudged(String places, String reason) {
        List<String> rows = new ArrayList<>(List.of(HEADER, CREATE));
        for (String place : places.split(" ")) {
            rows.add("s,c,2,1,D1,unmap," + place + ",handle=#0;host=V0;dev=0,0,-4,bad_handle,,,");
        }
        rows.add("s,c,3,1,D1,get_version,,dom=SELF,0,,,version=1,,");
        int lost = rows.size() - 2;
        rows.add(GOOD);
        RowTally found = run(rows);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(2);
        assertThat(found.leftOut()).containsExactly("case s/c, its last " + lost + " rows: " + reason);
        assertThat(found.isMalformed()).isFalse();
    }

    /** As {@code grant_table_init} does: then there is no such domain, and the next creation of that number is the first. */
    @ParameterizedTest
    @ValueSource(strings = {"max_grant_frames=0", "max_version=0", "max_version=3"})
    void aDomainThatXenRefusesToCreateDoesNotExist(String wrong) {
        String create = "dom=3;max_grant_frames=4;max_maptrack_frames=2;max_version=2";
        String refused = create.replaceFirst(wrong.replaceFirst("=.*", "=[0-9]"), wrong);
        List<String> rows = new ArrayList<>(List.of(HEADER));
        for (String row : List.of(
                "create,," + refused + ",-22,,,,",
                "map,,dom=3;ref=8;flags=0x2(H);host=V0,0,-2,bad_domain,,",
                "query_size,,dom=3,0,-2,bad_domain,,",
                "create,," + create + ",0,,,,",
                "get_version,,dom=3,0,,,version=1,")) {
            rows.add("s,c," + rows.size() + ",1,D0," + row + ",");
        }
        RowTally found = run(rows);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(5);
        List<String> accepted =
                List.of(HEADER, rows.get(1).replace(",-22,", ",0,"), "s,c,2,1,D3,end_access,,ref=8,0,,,done,,", GOOD);
        found = run(accepted);
        assertThat(found.disagreements()).hasSize(1);
        assertThat(found.leftOut()).containsExactly("case s/c, its last row: f.csv:3:9: domain 3 was not created");
    }

    /** Version 2 has 64 bits for the frame: what does not fit into 32 keeps a reserved entry from version 1. */
    @Test
    void aFrameOfMoreThan32BitsIsNoFrame() {
        String entry = "D1[2]{fl=0x0001;dom=2;st=0x0000;frame=0x100000001},";
        List<String> rows = new ArrayList<>(
                List.of(HEADER, CREATE, CREATE.replace("c,1,", "c,2,").replace("=1;", "=2;")));
        for (String row : List.of(
                "2,D1,set_version,,version=2,0,,,version=2,,",
                "2,D1,gt_write,,ref=2;flags=0x0001;domid=2;frame=0x100000001,0,,,," + entry,
                "1,D2,map,,dom=1;ref=2;flags=0x2(H);host=V0,0,-9,bad_page,," + entry,
                "2,D1,set_version,,version=1,-34,,,version=2,,",
                "2,D1,end_access,,ref=2,0,,,done," + entry.replace("0x0001", "0x0000"),
                "1,D1,set_version,,version=1,0,,,version=1,D1[2]{fl=0x0000;dom=0;frame=0},")) {
            rows.add("s,c," + rows.size() + "," + row);
        }
        RowTally found = run(rows);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(8);
        rows.set(4, rows.get(4).replace("0x100000001", "0x1"));
        assertThat(run(rows).leftOut())
                .singleElement()
                .asString()
                .contains(":5:")
                .contains("unknown symbol '0x1'");
    }

    /** The recorder of the suites shows V0 to V15 only; one that shows more is held to all that it shows. */
    @Test
    void aMappingThatTheRecorderDoesNotShowIsNotCompared() {
        String grant =
                "s,c,2,1,D1,gt_write,,ref=8;flags=0x0001;domid=1;frame=D1.P0,0,,,,D1[8]{fl=0x0001;dom=1;frame=D1.P0},";
        String map = "s,c,3,1,D1,map,,dom=1;ref=8;flags=0x2(H);host=V20,0,0,okay,handle=h1;raw=0;dev=D1.P0,"
                + "D1[8]{fl=0x0019;dom=1;frame=D1.P0},";
        List<String> rows = new ArrayList<>(List.of(HEADER, CREATE, grant, map));
        RowTally few = run(rows);
        assertThat(few.disagreements()).isEmpty();
        assertThat(few.compared()).isEqualTo(3);
        assertThat(few.noted()).isEqualTo(Map.of("mapping of a slot that the recorder does not show", 1));
        rows.add(CREATE.replace(",c,", ",d,"));
        rows.add("s,d,2,1,D1,own_map,,va=V16;frame=D1.P1,0,,,,,D1.V16=D1.P1/rw/user");
        assertThat(run(rows).disagreements())
                .singleElement()
                .asString()
                .isEqualTo("f.csv:4: s/c step 3 map: ptes: recorded 'D1.V20 ', Moat 'D1.V20 D1.P0/rw'");
        rows.set(3, map + "D1.V20=D1.P0/rw");
        assertThat(run(rows).disagreements()).isEmpty();
    }

    /** Until Xen gives pages away again, nobody has it; from then on only the recording knows whose it is. */
    @Test
    void aPageThatWasLostInATransferIsNotJudgedOnceXenMayHaveGivenItAway() {
        List<String> rows = new ArrayList<>(List.of(XenFile.VTD_HEADER));
        for (String row : List.of(
                "D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2;iommu=0,0,,,,,,,,,,",
                "D1,own_unmap,,page=P5,0,,,,,,,,,,",
                "D1,own_unmap,,page=P6,0,,,,,,,,,,",
                "D1,transfer,,frame=D1.P5;dom=9;ref=8,0,-2,bad_domain,,,,,,,,",
                "D1,own_map,,va=VA(P5);frame=D1.P5,-16,,,,,,,,,,",
                "D1,decrease_reservation,,frame=D1.P6,1,,,,,,,,,,",
                "D1,populate_physmap,,newpage=P6,1,,,other-mfn,,,,,,,",
                "D1,own_map,,va=VA(P5);frame=D1.P5,0,,,,,,,,,,",
                "D1,own_map,,va=VA(P6);frame=D1.P6,0,,,,,,,,,,")) {
            rows.add("strict,c," + rows.size() + "," + row);
        }
        RowTally found = run(rows);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.notJudged()).isEqualTo(Map.of("row that names a page lost in a failed transfer", 1));
        assertThat(found.compared()).isEqualTo(8);
        rows.set(5, rows.get(5).replace("-16", "0"));
        assertThat(run(rows).disagreements()).hasSize(1);
    }

    /** Each number of a row is bounded by what its case has: the case is left out, or judged, and the next one is judged. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "D4096,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2;iommu=0,0,,,,,,,,,,",
                "D0,create,,dom=2;max_grant_frames=65;max_maptrack_frames=2;iommu=1,-22,,,,,,,,,,",
                "D0,create,,dom=2;max_grant_frames=0;max_maptrack_frames=2;iommu=1,-22,,,,,,,,,,",
                "D0,create,,dom=8;max_grant_frames=4;max_maptrack_frames=2;iommu=1,0,,,,,,,,,,",
                "D0,create,,dom=1;max_grant_frames=65537;max_maptrack_frames=2;iommu=0,-22,,,,,,,,,,",
                "D7,probe,,,0,,,,,e0,D7.P0,ok,ok,,",
                "D0,probe,,,0,,,,,e9,D0.P0,ok,ok,,",
                "D0,foreign_cpu_map,,dom=7;frame=D0.P0,-1,,,,,,,,,,"
            })
    void anyNumberIsBounded(String row) {
        String good = "strict,good,1,D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2;iommu=0,0,,,,,,,,,,";
        RowTally found = run(List.of(XenFile.VTD_HEADER, "strict,c,1," + row, good));
        assertThat(found.rows()).isEqualTo(2);
        assertThat(found.compared()).isPositive();
        assertThat(found.disagreements()).allMatch(d -> d.line() == 2);
    }

    /** The cases before and behind it are judged. */
    @Test
    void aLineThatIsNoRowCostsTheRestOfItsCase() {
        String second = "s,c,2,1,D1,end_access,,ref=8,0,,,done,D1[8]{fl=0x0000;dom=0;frame=0},";
        RowTally found = run(List.of(HEADER, CREATE, "s,c,2,1,D1,en", second.replace("c,2", "c,3"), GOOD, "torn"));
        assertThat(found.compared()).isEqualTo(2);
        assertThat(found.leftOut())
                .containsExactly(
                        "case s/c, its last 2 rows: f.csv:3:12: the row has 6 cells, not 14",
                        "a line behind rows of case s/good: f.csv:6:1: the row has 1 cells, not 14");
    }
}
