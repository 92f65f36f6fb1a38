package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.Disagreement;
import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.RowTally;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Moat's Xen with a VT-d unit against the answers of a real one. */
class RecordedVtdTest {
    private static final String NAME = "xen-oracle/vtd-pv-4.17.csv";
    private static final int SAMPLES = 120;
    private static final int HEADER = 1;

    private final List<String> lines = RecordedLines.load(NAME).lines();

    @Test
    void answersAsRecordedXenDoes() {
        RowTally found = XenFile.judge(lines);
        found.disagreements().stream().limit(20).forEach(System.out::println);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.cases()).isEqualTo(142);
        assertThat(found.rows()).isEqualTo(3412).isEqualTo(lines.size() - HEADER);
        assertThat(found.notJudged()).isEmpty();
        assertThat(found.compared()).isEqualTo(3412);
    }

    @Test
    void configurationsThatAreNotModelledAreSkippedByName() {
        List<String> other = as("passthrough", rowsOf("strict"));
        RowTally found = XenFile.judge(other);
        assertThat(found.notJudged().keySet()).containsExactly("case with configuration passthrough");
        assertThat(found.compared()).isZero();
    }

    /** As the recorder saw it: the same commands by registers, and no waits. */
    @ParameterizedTest
    @CsvSource({"strict,strict-regs", "strict-cm,strict-cm-regs", "strict,strict-no-qinval"})
    void registersDoWhatDescriptorsDo(String from, String to) {
        List<String> rows = new ArrayList<>(rowsOf(from));
        rows.replaceAll(
                line -> line.replaceAll("(IOTLB-[A-Z]+|CTX-DEVICE)", "REG-$1").replaceAll(" WAIT", ""));
        RowTally found = XenFile.judge(as(to, rows));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(rows.size());
        rows.replaceAll(line -> line.replaceAll("REG-[A-Z-]+\\(did=0[^()]*\\)", "REG-IOTLB-DOMAIN(did=3)"));
        RowTally wrong = XenFile.judge(as(to, rows));
        assertThat(wrong.disagreements()).isNotEmpty();
    }

    @Test
    void whatACommandByRegistersDoesNotTellIsNotCompared() {
        List<String> rows = new ArrayList<>(rowsOf("strict"));
        rows.replaceAll(line -> line.replaceAll("(IOTLB-[A-Z]+|CTX-DEVICE)\\([^()]*\\)", "REG-$1")
                .replaceAll(" WAIT", ""));
        RowTally found = XenFile.judge(as("strict-regs", rows));
        assertThat(found.disagreements()).isEmpty();
    }

    /** As the recorder saw it: domain 0's device reaches everything and nothing is invalidated for it; other domains are as in strict. */
    @Test
    void relaxedDomain0ReachesEverything() {
        List<String> rows = new ArrayList<>(rowsOf("strict"));
        rows.replaceAll(RecordedVtdTest::relaxed);
        RowTally found = XenFile.judge(as("relaxed", rows));
        found.disagreements().stream().limit(20).forEach(System.out::println);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(rows.size());
    }

    private static String relaxed(String line) {
        String[] cells = line.split(",", -1);
        int device = XenRow.VTD.columns().indexOf("dev");
        if (cells[device].equals("e0")) {
            cells[device + 2] = "ok";
            cells[device + 3] = "ok";
        }
        int queued = XenRow.VTD.columns().indexOf("inv");
        if (!cells[queued].startsWith("CTX")) {
            cells[queued] = cells[queued]
                    .replaceAll("IOTLB-[A-Z]+\\(did=0[^()]*\\) WAIT ?", "")
                    .strip();
            cells[queued] = cells[queued].replaceAll("[0-9]+x\\[\\] ?", "").strip();
        }
        return String.join(",", cells);
    }

    /** A probe has no status, and where no device is named there are no rights. */
    @Test
    void whatAProbeCannotHaveIsFound() {
        String probe = lines.stream()
                .filter(line -> line.contains(",probe,,,,"))
                .findFirst()
                .orElseThrow();
        int device = XenRow.VTD.columns().indexOf("dev");
        String[] cells = probe.split(",", -1);
        cells[XenRow.VTD.columns().indexOf("status")] = "-1";
        assertThat(disagreementsOf(probe, cells))
                .extracting(Disagreement::column)
                .containsExactly("status");
        cells = probe.split(",", -1);
        cells[device] = "";
        assertThat(disagreementsOf(probe, cells))
                .extracting(Disagreement::column)
                .containsExactly("dma_read", "dma_write");
    }

    private List<Disagreement> disagreementsOf(String row, String[] cells) {
        List<String> other = new ArrayList<>(lines);
        other.set(lines.indexOf(row), String.join(",", cells));
        return XenFile.judge(other).disagreements();
    }

    private List<String> rowsOf(String configuration) {
        return lines.stream()
                .filter(line -> line.startsWith(configuration + ","))
                .toList();
    }

    private List<String> as(String configuration, List<String> rows) {
        List<String> all = new ArrayList<>(List.of(lines.get(0)));
        rows.forEach(line -> all.add(configuration + line.substring(line.indexOf(','))));
        return all;
    }

    @Test
    void everyCorruptedReadRightIsFound() {
        allAreFound("dma_read", 2000, RecordedVtdTest::otherRight);
    }

    @Test
    void everyCorruptedWriteRightIsFound() {
        allAreFound("dma_write", 2000, RecordedVtdTest::otherRight);
    }

    @Test
    void everyCorruptedDomainIdIsFound() {
        allAreFound("inv", 150, text -> text.replaceFirst("did=[0-9]+", "did=7"));
    }

    @Test
    void everyLostWaitIsFound() {
        allAreFound("inv", 150, text -> text.substring(0, text.lastIndexOf(" WAIT")));
    }

    @Test
    void everyFlushTooManyIsFound() {
        allAreFound("inv", 150, text -> text + " IOTLB-DOMAIN(did=0) WAIT");
    }

    /**
     * From the recorder's summary ({@code own-regain-after-unpin}), of cases that are not in the file: what brings an own
     * frame's entry back after it was a page table, and what does not.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            D1,map,,dom=0;ref=8;flags=0x2(H);host=BADVA,0,-1,general_error,,D0[8]{fl=0x0001;dom=1;frame=D0.P4} | ok
            D1,map,,dom=0;ref=8;flags=0x6(HR);host=BADVA,0,-1,general_error,,D0[8]{fl=0x0001;dom=1;frame=D0.P4} | fault
            D1,copy,,src=F(SELF:D1.P3)+0;dst=G(0:8)+0;len=4,0,0,okay,,D0[8]{fl=0x0001;dom=1;frame=D0.P4} | ok
            D1,copy,,src=G(0:8)+0;dst=F(SELF:D1.P3)+0;len=4,0,0,okay,,D0[8]{fl=0x0001;dom=1;frame=D0.P4} | fault
            D0,copy,,src=F(SELF:D0.P3)+0;dst=F(SELF:D0.P4)+0;len=4,0,0,okay,, | ok
            D0,own_map_ro,,va=VA(P4);frame=D0.P4,0,,,, | fault
            """)
    void whatTakesAWritableReferenceBringsTheEntryBack(String row, String right) {
        List<String> text = new ArrayList<>(List.of(
                lines.get(0),
                "strict,c,1,D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2;iommu=0,0,,,,,,,,,,",
                "strict,c,2,D0,gt_write,,ref=8;flags=0x0001;domid=1;frame=D0.P4,0,,,,"
                        + "D0[8]{fl=0x0001;dom=1;frame=D0.P4},e0,D0.P4,ok,ok,,",
                "strict,c,3,D0,own_unmap,,page=P4,0,,,,,e0,D0.P4,ok,ok,,",
                "strict,c,4,D0,pin_table,,frame=D0.P4;level=1,0,,,,,e0,D0.P4,fault,fault,"
                        + "IOTLB-PAGE(did=0 D0.P4 am=0) WAIT,",
                "strict,c,5,D0,unpin_table,,frame=D0.P4,0,,,,,e0,D0.P4,fault,fault,,"));
        text.add("strict,c,6," + row + ",e0,D0.P4," + right + "," + right + ",,");
        assertThat(XenFile.judge(text).disagreements()).isEmpty();
    }

    private static String otherRight(String text) {
        return text.equals("ok") ? "fault" : "ok";
    }

    private int lineOf(String start) {
        int i = 0;
        while (!lines.get(i).startsWith(start)) {
            i++;
        }
        return i;
    }

    private static boolean sameCase(String a, String b) {
        return a.startsWith(b.substring(0, b.indexOf(',', b.indexOf(',') + 1) + 1));
    }

    private List<String> theCaseOf(int line) {
        return lines.stream().filter(l -> sameCase(l, lines.get(line))).toList();
    }

    /** Changes a cell in a case that is run by itself: that cell, and no other, disagrees. */
    private void allAreFound(String column, int atLeast, UnaryOperator<String> corrupt) {
        int place = XenRow.VTD.columns().indexOf(column);
        List<Integer> candidates = new ArrayList<>();
        for (int i = HEADER; i < lines.size(); i++) {
            if (!lines.get(i).split(",", -1)[place].isEmpty()) {
                candidates.add(i);
            }
        }
        assertThat(candidates).hasSizeGreaterThan(atLeast);
        List<Integer> missed = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i += Math.max(1, candidates.size() / SAMPLES)) {
            int line = candidates.get(i);
            String[] cells = lines.get(line).split(",", -1);
            cells[place] = corrupt.apply(cells[place]);
            List<String> alone = new ArrayList<>(theCaseOf(line));
            int at = line - lines.indexOf(alone.get(0));
            alone.set(at, String.join(",", cells));
            alone.add(0, lines.get(0));
            List<Disagreement> found = XenFile.judge(alone).disagreements();
            if (found.isEmpty()
                    || !found.stream()
                            .allMatch(d -> d.line() == at + 2 && d.column().equals(column))) {
                missed.add(line + 1);
            }
        }
        assertThat(missed).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            probe,,,0,,,,,e2,D1.P0,ok,ok,,                        | 30 | 2 is larger than 1
            probe,,,0,,,,,x0,D1.P0,ok,ok,,                        | 29 | unknown symbol 'x0'
            probe,,,0,,,,,e0,,ok,ok,,                             | 32 | unknown symbol ''
            own_map,,va=P0;frame=D0.P0,0,,,,,,,,,,                | 27 | unknown symbol 'P0'
            own_map,,va=VA(P64);frame=D0.P0,0,,,,,,,,,,           | 30 | unknown symbol 'P64'
            own_unmap,,page=Q1,0,,,,,,,,,,                        | 31 | unknown symbol 'Q1'
            pin_table,,level=1,0,,,,,,,,,,                        | 26 | 'frame=' is missing
            assign_device,,dev=e1;to=2,0,,,,,,,,,,                | 40 | unknown symbol '2', not a domain
            own_unmap,,page=P1,0,,,,,,,,,IOTLB-ALL,               | 44 | unknown symbol 'IOTLB-ALL'
            own_unmap,,page=P1,0,,,,,,,,,IOTLB-DOMAIN(x),         | 57 | 'did=' is missing
            own_unmap,,page=P1,0,,,,,,,,,CTX-DEVICE(did=0 sid=zz fm=0), | 65 | 'zz' is not a source-id
            own_unmap,,page=P1,0,,,,,,,,,WAIT;WAIT,               | 48 | unknown symbol ';WAIT'
            own_unmap,,page=P1,0,,,,,,,,,9999x[WAIT WAIT],        | 44 | more than 10000 descriptors
            """)
    void aMalformedRowIsRefusedAtItsPlace(String row, int column, String message) {
        String create = "strict,c,1,D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2;iommu=0,0,,,,,,,,,,";
        String text = String.join("\n", lines.get(0), create, "strict,c,2,D0," + row);
        assertThat(UnusualCasesTest.complaint(text.lines().toArray(String[]::new)))
                .startsWith("f.csv:3:" + column + ": " + message);
    }

    /** Memory that is no domain's, and operations of which nothing is known, as they may be in other parts of the record. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            strict,c,2,D0,probe,,,0,,,,,e0,EBDA,ok,ok,,     | rights to EBDA            | 1
            strict,c,2,D0,probe,,,0,,,,,e0,0x9f000,ok,ok,,  | rights to a frame by number | 1
            strict,c,2,D0,walk_tables,,,0,,,,,,,,,,         | case with operation walk_tables | 1
            """)
    void whatIsNotModelledIsSkippedByName(String row, String name, int rows) {
        String create = "strict,c,1,D0,create,,dom=2;max_grant_frames=4;max_maptrack_frames=2;iommu=0,0,,,,,,,,,,";
        String text = String.join("\n", lines.get(0), create, row, create.replace(",c,", ",d,"));
        RowTally found = XenFile.judge(text);
        assertThat(found.notJudged()).containsExactly(Map.entry(name, rows));
        assertThat(found.compared()).isEqualTo(3 - rows);
        assertThat(found.disagreements()).isEmpty();
    }

    /** The frame is not measured; what its row did, and all rows around it, are compared. */
    @Test
    void onlyTheMeasurementOfAFrameThatIsNoDomainsIsLeftOut() {
        List<String> text = new ArrayList<>(theCaseOf(lineOf("strict,ro-then-rw-unmap-rw-m0,")));
        int rows = text.size();
        String last = text.get(rows - 1);
        text.add("strict,ro-then-rw-unmap-rw-m0," + last.split(",")[2] + ",D0,probe,,,,,,,,e0,XEN,fault,fault,,");
        text.add(0, lines.get(0));
        RowTally found = XenFile.judge(text);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.notJudged()).containsExactly(Map.entry("rights to XEN", 1));
        assertThat(found.compared()).isEqualTo(rows);
        text.replaceAll(l -> l.replaceFirst("^(.*),map,(.*),0,0,okay,", "$1,map,$2,0,-1,general_error,")
                .replaceFirst(",e0,D1.P0,", ",e0,EBDA,"));
        assertThat(XenFile.judge(text).disagreements())
                .as("the row's other cells are compared")
                .isNotEmpty();
    }

    /** In everything that its domain says; what another one says, as a bus address, is the frame. */
    @Test
    void aPageThatWasReplacedKeepsItsNameInAllArgumentsOfItsDomain() {
        String[] rows = {
            "D0,create,,dom=1;max_grant_frames=4;max_maptrack_frames=2;iommu=0,0,,,,",
            "D1,own_unmap,,page=P6,0,,,,",
            "D1,memory_exchange,,frame=D1.P6,0,,,,",
            "D1,own_map,,va=VA(P6);frame=D1.P6,0,,,,",
            "D1,mem_write,,at=D1.P6+0;val=0x11,0,,,ok,",
            "D1,gt_write,,ref=8;flags=0x0001;domid=0;frame=D1.P6,0,,,,D1[8]{fl=0x0001;dom=0;frame=D1.P6'}",
            "D0,map,,dom=1;ref=8;flags=0x3(DH);host=V0,0,0,okay,handle=h1;raw=5;dev=D1.P6',"
                    + "D1[8]{fl=0x0019;dom=0;frame=D1.P6'}",
            "D0,mem_read,,at=D0.V0+0,0,,,0x11,",
            "D0,unmap,,handle=h1;host=V0;dev=D1.P6,0,-6,bad_dev_addr,,",
            "D0,unmap,,handle=h1;host=V0;dev=D1.P6',0,0,okay,,D1[8]{fl=0x0001;dom=0;frame=D1.P6'}",
            "D1,cache_flush,,dev=D1.P6;off=0;len=64;op=0x1,0,,,,",
            "D0,cache_flush,,dev=D1.P6;off=0;len=64;op=0x1,-1,,,,",
            "D1,copy,,src=F(SELF:D1.P6)+0;dst=F(SELF:D1.P3)+0;len=8,0,0,okay,,",
            "D1,mem_read,,at=D1.P3+0,0,,,0x11,"
        };
        List<String> text = new ArrayList<>(List.of(lines.get(0)));
        for (String row : rows) {
            String inv = row.contains("unmap,,h") && row.contains("okay") ? "IOTLB-PAGE(did=0 D1.P6' am=0) WAIT" : "";
            text.add("strict,c," + text.size() + "," + row + ",,,,," + inv + ",");
        }
        RowTally found = XenFile.judge(text);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(rows.length);
    }

    /** A page that the recorder had no name for may be any; repeats are written out. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            IOTLB-PAGE(did=0 D1.P0 am=0)      | IOTLB-PAGE(did=0 ? am=0)              | did=0 ?
            IOTLB-PAGE(did=0 D1.P0 am=0) WAIT | 1x[IOTLB-PAGE(did=0 D1.P0 am=0) WAIT] | 1x[
            """)
    void otherWaysToWriteDescriptors(String usual, String other, String mark) {
        List<String> text = new ArrayList<>(theCaseOf(lineOf("strict,ro-then-rw-unmap-rw-m0,")));
        text.replaceAll(l -> l.replace(usual, other));
        text.add(0, lines.get(0));
        assertThat(String.join("", text)).contains(mark);
        assertThat(XenFile.judge(text).disagreements()).isEmpty();
    }
}
