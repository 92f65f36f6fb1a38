package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import java.io.IOException;
import java.io.StringReader;
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
    private static final String HEADER =
            "suite,case,step,actor_ver,actor,op,batch,args,hrc,status,status_name,out,entries,ptes";
    private static final String CREATE = "s,c,1,1,D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2,0,,,,,";
    private static final String GOOD = "s,good,1,1,D0,get_version,,dom=SELF,0,,,version=1,,";

    private static Conformance run(String text) throws IOException {
        return XenRecords.run("f.csv", new StringReader(text));
    }

    private static Conformance run(List<String> lines) throws IOException {
        return run(String.join("\n", lines) + "\n");
    }

    /** What is said of a file with one case that is malformed or cannot be represented. */
    static String complaint(String... lines) throws IOException {
        try {
            List<String> said = run(List.of(lines)).leftOut();
            return said.isEmpty() ? "" : said.get(0).substring(said.get(0).indexOf(": ") + 2);
        } catch (InputException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void theyAreJudged() throws IOException {
        List<String> lines = Files.readAllLines(FILE, StandardCharsets.US_ASCII);
        Conformance found = run(lines);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.skipped()).isEmpty();
        assertThat(found.comparedRows()).isEqualTo(lines.size() - 1);
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
    void argumentsThatTheRecorderMayCallOtherwise(String row) throws IOException {
        Conformance found = run(List.of(HEADER, CREATE, "s,c,2,1,D1," + row));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.comparedRows()).isEqualTo(2);
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
            s,c,2,1,D1,hypnotise,,ref=8,0,,,,,                          | case with hypnotise              | 2
            s,c,2,1,D1,end_access,,ref=eight,0,,,done,,                 | 3:28: 'eight' is not a number    | 1
            s,c,2,1,D1,gt_write,,ref=8;flags=1;domid=1,0,,,,,           | 3:22: 'frame=' is missing        | 1
            """)
    void aCaseThatCannotBeRepresentedIsLeftOutByNameAndReason(String row, String reason, int rows) throws IOException {
        Conformance found = run(List.of(HEADER, CREATE, row, GOOD));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.cases()).isEqualTo(2);
        assertThat(found.comparedRows()).isEqualTo(3 - rows);
        assertThat(found.skipped().values()).containsExactly(rows);
        assertThat(found.leftOut())
                .singleElement()
                .asString()
                .startsWith("case s/c, ")
                .contains(reason);
    }

    /** Of a case with an operation that a newer recorder may have, what it could be taken for is told; the rows count by its name. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gt_write_raw",
                "gt_write_v2",
                "unmap_and_replace",
                "foreign_unmap",
                "get_status",
                "own_map_none",
                "cache_flush_gref"
            })
    void anOperationThatResemblesAnotherOneIsCountedByItsName(String op) throws IOException {
        Conformance found = run(List.of(HEADER, CREATE, "s,c,2,1,D1," + op + ",,ref=8,0,,,,,", GOOD));
        assertThat(found.skipped()).isEqualTo(Map.of("case with " + op, 2));
        assertThat(found.leftOut())
                .singleElement()
                .asString()
                .startsWith("case s/c, all rows: f.csv:3:12: unknown operation '" + op + "'; did you mean '");
        assertThat(found.comparedRows()).isEqualTo(1);
    }

    /** A machine is made for the rows before the place: what comes first in the file is told, and what stands before it judged. */
    @Test
    void theRowsBeforeADomainIsCreatedAgainAreJudged() throws IOException {
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
        Conformance found = run(rows);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.comparedRows()).isEqualTo(3);
        assertThat(found.leftOut()).containsExactly("case s/c, 3 of 6 rows: f.csv:5:24: domain 1 is created again");
        List<String> wrong = new ArrayList<>(rows);
        wrong.set(3, gone.replace("-2,bad_domain", "-1,general_error"));
        assertThat(run(wrong).disagreements()).hasSize(2);
    }

    /** What D0 asks before says that there is no such domain, and the domain comes with its pages. */
    @Test
    void aDomainExistsFromItsCreationOn() throws IOException {
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
        Conformance found = run(rows);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.comparedRows()).isEqualTo(rows.size() - 1);
    }

    /** Which cell is broken decides: what was asked for concerns its case, what was answered the whole file. */
    @Test
    void aBrokenAnswerIsNoAnswer() throws IOException {
        String row = "s,c,2,1,D1,end_access,,ref=8,0,,,done,D1[8]{fl=0x0000;dom=0;frame=0},";
        assertThat(run(List.of(HEADER, CREATE, row, GOOD)).skipped()).isEmpty();
        for (String broken : List.of(row.replace(",0,,,", ",okay,,,"), row.replace("{fl", "fl"), row + "V0=none")) {
            assertThatThrownBy(() -> run(List.of(HEADER, CREATE, broken, GOOD)))
                    .isInstanceOf(InputException.class)
                    .hasMessageStartingWith("f.csv:3:");
        }
        assertThat(run(List.of(HEADER, CREATE, row.replace("ref=8", "ref"), GOOD))
                        .skipped())
                .isEqualTo(Map.of("case with a malformed argument", 1));
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
    void theLargestNumbersAreRead(String right, String wrong) throws IOException {
        Conformance found = run(List.of(HEADER, CREATE, "s,c,2,1,D1," + right));
        assertThat(found.skipped()).isEmpty();
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
    void largerOnesAreMalformed(String row) throws IOException {
        assertThat(run(List.of(HEADER, CREATE, "s,c,2,1,D1," + row)).skipped())
                .isEqualTo(Map.of("case with a malformed argument", 1));
    }

    @Test
    void emptyLinesMayEndAFile() throws IOException {
        String text = HEADER + "\n" + GOOD + "\n" + CREATE + "\n";
        for (String end : List.of("\n", "\r\n", "\n\n\r\n")) {
            assertThat(run(text + end).leftOut()).isEmpty();
            assertThat(run(text + end).comparedRows()).isEqualTo(2);
        }
        assertThatThrownBy(() -> run(HEADER + "\n" + GOOD + "\n\n" + CREATE))
                .hasMessage("f.csv:3:1: the row has 1 cells, not 14");
    }

    /** Whether another cell names the page that an offset leads to, or none; the last one has no next. */
    @Test
    void anOffsetMayLeadToAPageWithoutAnotherName() throws IOException {
        String vtd =
                "config,case,step,actor,op,batch,args,hrc,status,status_name,out,entries,dev,frame,dma_read,dma_write,inv,insns";
        String create = "strict,c,1,D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2;iommu=0,0,,,,,,,,,,";
        List<String> grants = new ArrayList<>(List.of(HEADER, CREATE));
        List<String> withUnit = new ArrayList<>(List.of(vtd, create));
        for (String row : List.of(
                "mem_read,,at=D1.P3+4096,0,,,0x00,",
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
            Conformance found = run(rows);
            assertThat(found.disagreements()).isEmpty();
            assertThat(found.comparedRows()).isEqualTo(rows.size() - 1);
        }
    }

    /** As when domain 0 crashed while it printed. */
    @Test
    void whatStandsBeforeACutIsJudged() throws IOException {
        String text = HEADER + "\n" + GOOD + "\n" + CREATE;
        Conformance found = run(text + "\ns,c,2,1,D1,get_vers");
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.comparedRows()).isEqualTo(2);
        assertThat(found.leftOut()).containsExactly("f.csv:4: the file is cut off within a row");
        assertThat(run(text).leftOut()).as("a last line need not end").isEmpty();
        assertThatThrownBy(() -> run(text + "\ns,c,2,1,D1,get_vers\n")).isInstanceOf(InputException.class);
    }

    /** Domain 0 prints over the line on which Xen says that it crashed. */
    @Test
    void whatStandsBeforeACrashIsJudged() throws IOException {
        String text = HEADER + "\n" + GOOD + "\n" + CREATE + "\n";
        String crash = "(XEN) Domain 0 crashed: rebooting machine in 5 seconds.\n(XEN) Resetting, by ACPI.\n";
        for (String torn :
                List.of("", "s,c,2,1,D1,get_vers(XEN) Assertion, as it were\n", "s,c,2,1,D1,get_vers(XEN) a")) {
            boolean ends = torn.endsWith("a");
            Conformance found = run(text + torn + (ends ? "" : crash));
            assertThat(found.disagreements()).isEmpty();
            assertThat(found.comparedRows()).as(torn).isEqualTo(2);
            String how = torn.isEmpty() ? "here Xen or domain 0 crashed" : "the file is cut off within a row";
            assertThat(found.leftOut()).first().isEqualTo("f.csv:4: " + how);
            assertThat(found.skipped())
                    .containsEntry("end of a file that is cut off", 1)
                    .isEqualTo(
                            ends
                                    ? Map.of("end of a file that is cut off", 1)
                                    : Map.of("end of a file that is cut off", 1, "line of Xen's console", 2));
        }
    }

    /** What Xen says in between is no row, and no crash. */
    @Test
    void linesOfTheConsoleAreLeftOutAndCounted() throws IOException {
        Conformance found = run(HEADER + "\n(XEN) grant_table.c:1: d1v0 Bad, ref\n" + GOOD + "\n" + CREATE + "\n");
        assertThat(found.comparedRows()).isEqualTo(2);
        assertThat(found.skipped()).isEqualTo(Map.of("line of Xen's console", 1));
        assertThat(found.leftOut()).containsExactly("lines of Xen's console, the first of them line 2");
        String broken = HEADER + "\n" + GOOD + "\ns,c,1,1,D1,cre(XEN) x\n" + CREATE + "\n";
        assertThatThrownBy(() -> run(broken)).hasMessageStartingWith("f.csv:3:").hasMessageContaining("cells, not");
    }

    /** The first row shows what all elements did. */
    @Test
    void aHypercallThatIsCutIsNotJudged() throws IOException {
        String element = "s,c,2,1,D1,unmap,1/3,handle=#0;host=V0;dev=0,0,0,okay,,,";
        Conformance found = run(List.of(HEADER, CREATE, element, element.replace("1/3", "2/3")));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.comparedRows()).isEqualTo(1);
        assertThat(found.leftOut()).containsExactly("f.csv:4: the file is cut off within a hypercall");
    }

    /** Wherever it was lost: what stands before its hypercall is judged, and so is the next case. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1/3 2/3     | f.csv:4:18: element 3 of 3 is missing in this hypercall
            1/3         | f.csv:3:18: elements 2 to 3 of 3 are missing in this hypercall
            1/3 3/3     | f.csv:4:18: element 2 of 3 is missing in this hypercall
            1/3 2/3 2/3 | f.csv:5:18: '2/3' cannot follow '2/3'
            1/3 2/4 3/3 | f.csv:4:18: '2/4' cannot follow '1/3'
            """)
    void aHypercallWithoutOneOfItsElementsIsNotJudged(String places, String reason) throws IOException {
        List<String> rows = new ArrayList<>(List.of(HEADER, CREATE));
        for (String place : places.split(" ")) {
            rows.add("s,c,2,1,D1,unmap," + place + ",handle=#0;host=V0;dev=0,0,-4,bad_handle,,,");
        }
        rows.add("s,c,3,1,D1,get_version,,dom=SELF,0,,,version=1,,");
        int lost = rows.size() - 2;
        rows.add(GOOD);
        Conformance found = run(rows);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.comparedRows()).isEqualTo(2);
        assertThat(found.leftOut()).containsExactly("case s/c, " + lost + " of " + (lost + 1) + " rows: " + reason);
        assertThat(found.skipped()).isEqualTo(Map.of("case with an element missing", lost));
    }

    /** As {@code grant_table_init} does: then there is no such domain, and the next creation of that number is the first. */
    @ParameterizedTest
    @ValueSource(strings = {"max_grant_frames=0", "max_version=0", "max_version=3"})
    void aDomainThatXenRefusesToCreateDoesNotExist(String wrong) throws IOException {
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
        Conformance found = run(rows);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.comparedRows()).isEqualTo(5);
        List<String> accepted =
                List.of(HEADER, rows.get(1).replace(",-22,", ",0,"), "s,c,2,1,D3,end_access,,ref=8,0,,,done,,", GOOD);
        found = run(accepted);
        assertThat(found.disagreements()).hasSize(1);
        assertThat(found.leftOut()).containsExactly("case s/c, 1 of 2 rows: f.csv:3:9: domain 3 was not created");
    }

    /** Version 2 has 64 bits for the frame: what does not fit into 32 keeps a reserved entry from version 1. */
    @Test
    void aFrameOfMoreThan32BitsIsNoFrame() throws IOException {
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
        Conformance found = run(rows);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.comparedRows()).isEqualTo(8);
        rows.set(4, rows.get(4).replace("0x100000001", "0x1"));
        assertThat(run(rows).leftOut())
                .singleElement()
                .asString()
                .contains(":5:")
                .contains("unknown symbol '0x1'");
    }
}
