package dev.moat.conform.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.Disagreement;
import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.RowTally;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linux's recorded answers agree with ours, cell by cell; and a cell that says something else is found. */
class LinuxRecordsTest {
    @ParameterizedTest
    @CsvSource({"area.csv, 33, 1674", "calgary.csv, 36, 1742", "gart.csv, 39, 1582"})
    void everyRowAgrees(String name, int cases, int rows) throws IOException {
        RowTally found = DmaFile.load(name).judge(DmaFile.RUN);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.cases()).isEqualTo(cases);
        assertThat(found.rows()).isEqualTo(rows);
        assertThat(found.compared()).isEqualTo(rows);
        assertThat(found.notJudged()).isEmpty();
    }

    /** Every cell of each column is changed; every one is reported, at its line and in its column, and nothing else is. */
    @ParameterizedTest
    @CsvSource({
        "area.csv, ret bits",
        "calgary.csv, ret tces bits hint regs flushes warns",
        "gart.csv, ret ptes bits next_bit need_flush regs warns"
    })
    void everyCorruptedCellIsFound(String name, String columns) throws IOException {
        RecordedLines file = DmaFile.load(name);
        Map<String, UnaryOperator<String>> changes = new LinkedHashMap<>();
        for (String column : columns.split(" ")) {
            boolean entries = column.equals("tces") || column.equals("ptes");
            changes.put(column, entries ? LinuxRecordsTest::oneEntryMore : text -> text + "1");
            if (entries) {
                isFound(file, column, LinuxRecordsTest::otherEntry);
            }
        }
        assertThat(file.corruptAll(DmaFile.RUN, changes))
                .containsOnlyKeys(changes.keySet())
                .allSatisfy((column, cells) ->
                        assertThat(cells).isEqualTo(file.lines().size() - 1));
    }

    private static void isFound(RecordedLines file, String column, UnaryOperator<String> change) throws IOException {
        RecordedLines corrupted = file.withColumn(column, change);
        List<Disagreement> found = corrupted.judge(DmaFile.RUN).disagreements();
        assertThat(found).allMatch(d -> d.column().equals(column));
        Set<Integer> lines = found.stream().map(Disagreement::line).collect(Collectors.toSet());
        assertThat(lines).isNotEmpty().isEqualTo(corrupted.linesChangedFrom(file));
    }

    private static String oneEntryMore(String text) {
        return text.isEmpty() ? "4000000:4000000=1" : text + ";4000000:4000000=1";
    }

    /** The first entry's value is another. */
    private static String otherEntry(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            return text;
        }
        char digit = text.charAt(equals + 1);
        return text.substring(0, equals + 1) + (digit == '1' ? '2' : '1') + text.substring(equals + 2);
    }

    /** One access among many that is another, missing, or of another value. */
    @Test
    void oneWrongAccessIsFound() throws IOException {
        RecordedLines file = DmaFile.load("calgary.csv");
        isFound(file, "regs", text -> text.replaceFirst(";w8\\.", ";w4."));
        isFound(file, "regs", text -> text.replaceFirst(";w8[^;]*", ""));
        isFound(file, "regs", text -> text.replaceFirst("=", "=1"));
        isFound(file, "regs", text -> text.replaceFirst("\\*1", "*"));
    }

    /** Where the call is changed and not its answer, the answer is wrong. */
    @Test
    void aWrongCallIsFound() throws IOException {
        RecordedLines calgary =
                DmaFile.load("calgary.csv").withColumn("op", op -> op.equals("blast") ? "watchdog" : op);
        assertThat(calgary.judge(DmaFile.RUN).disagreements()).hasSizeGreaterThan(40);
        RecordedLines gart = DmaFile.load("gart.csv").withColumn("op", op -> op.equals("shutdown") ? "resume" : op);
        RecordedLines named =
                gart.with(lineOf(gart, "resume"), "a0", "1").with(lineOf(gart, "resume"), "a1", "d8000000");
        assertThat(named.judge(DmaFile.RUN).disagreements()).isNotEmpty();
    }

    private static int lineOf(RecordedLines file, String op) {
        for (int line = 2; line <= file.lines().size(); line++) {
            if (file.cell(line, "op").equals(op)) {
                return line;
            }
        }
        throw new AssertionError(op);
    }

    /** A long cell is shown where it differs. */
    @Test
    void aLongCellIsCut() throws IOException {
        RecordedLines file = DmaFile.load("calgary.csv");
        int line = 0;
        for (int i = 2; i <= file.lines().size(); i++) {
            line = file.cell(i, "regs").length() > 5000 ? i : line;
        }
        String regs = file.cell(line, "regs");
        String wrong = regs.substring(0, 3000) + "!" + regs.substring(3001);
        Disagreement found = file.with(line, "regs", wrong)
                .judge(DmaFile.RUN)
                .disagreements()
                .get(0);
        assertThat(found.recorded())
                .hasSizeLessThan(200)
                .startsWith("...")
                .contains("!")
                .endsWith("...");
        assertThat(found.ours())
                .hasSizeLessThan(200)
                .startsWith("...")
                .doesNotContain("!")
                .endsWith("...");
    }
}
