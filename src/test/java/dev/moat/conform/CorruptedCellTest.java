package dev.moat.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A recorded cell that says something else is found, at its line: the comparison is not hollow. */
class CorruptedCellTest {
    private static final int MANY = 110;
    private static final int SOME = 30;

    private static final XenBench.Maker BENCHES = new XenBench.Maker();

    private final RecordedFile file;

    CorruptedCellTest() throws IOException {
        file = RecordedFile.load();
    }

    @Test
    void everyCorruptedStatusIsFound() throws IOException {
        allAreFound(Column.STATUS, 400, MANY, text -> text.equals("0") ? "-1" : "0");
    }

    @Test
    void everyCorruptedStatusNameIsFound() throws IOException {
        allAreFound(Column.STATUS_NAME, 400, SOME, text -> text.equals("okay") ? "general_error" : "okay");
    }

    @Test
    void everyCorruptedFlagsCellIsFound() throws IOException {
        allAreFound(Column.ENTRIES, 400, MANY, CorruptedCellTest::flipWriting);
    }

    @Test
    void everyLostEntryIsFound() throws IOException {
        allAreFound(Column.ENTRIES, 400, SOME, text -> "");
    }

    @Test
    void everyCorruptedMappingIsFound() throws IOException {
        allAreFound(
                Column.PTES,
                50,
                SOME,
                text -> text.endsWith("=none") ? text.replace("none", "D1.P0/rw") : "D2.V9=none");
    }

    @Test
    void everyCorruptedHandleNumberIsFound() throws IOException {
        allAreFound(
                Column.OUT, 300, SOME, text -> text.startsWith("handle=") ? text.replace(";raw=", ";raw=1") : "else");
    }

    private static String flipWriting(String entries) {
        int at = entries.indexOf("fl=0x") + 5;
        int flags = Integer.parseInt(entries.substring(at, at + 4), 16) ^ 0x10;
        return entries.substring(0, at) + String.format("%04x", flags) + entries.substring(at + 4);
    }

    private void allAreFound(Column column, int atLeast, int samples, UnaryOperator<String> corrupt)
            throws IOException {
        List<Integer> lines = linesWith(column);
        assertThat(lines).hasSizeGreaterThan(atLeast);
        List<Integer> missed = new ArrayList<>();
        int tried = 0;
        for (int i = 0; i < lines.size(); i += Math.max(1, lines.size() / samples)) {
            int line = lines.get(i);
            String corrupted = corrupt.apply(file.cell(line, column));
            assertThat(corrupted).isNotEqualTo(file.cell(line, column));
            tried++;
            if (!isFound(file.with(line, column, corrupted), line, column)) {
                missed.add(line);
            }
        }
        assertThat(tried).isGreaterThanOrEqualTo(samples);
        assertThat(missed).isEmpty();
    }

    /** Lines of compared rows whose cell says something. */
    private List<Integer> linesWith(Column column) throws IOException {
        List<Integer> lines = new ArrayList<>();
        for (int line : file.comparedLines()) {
            if (!file.cell(line, column).isEmpty()) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static boolean isFound(RecordedFile corrupted, int line, Column column) throws IOException {
        String suite = corrupted.cell(line, Column.SUITE);
        String name = corrupted.cell(line, Column.CASE);
        Conformance found = XenConformance.run(
                RecordedFile.NAME,
                new StringReader(corrupted.text()),
                c -> c.suite().equals(suite) && c.name().equals(name),
                BENCHES);
        return !found.disagreements().isEmpty()
                && found.disagreements().stream()
                        .allMatch(d -> d.line() == line && d.column().equals(column.label()));
    }
}
