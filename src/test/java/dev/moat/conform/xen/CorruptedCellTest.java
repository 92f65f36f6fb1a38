package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.Disagreement;
import dev.moat.conform.xen.bench.XenBench;
import dev.moat.conform.xen.record.Column;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A recorded cell that says something else is found, at its line: the comparison is not hollow. */
class CorruptedCellTest {
    private static final Pattern MEMBER = Pattern.compile("(fl|dom|st|frame|off|len|tdom|tref)=([^;}]+)");

    private static final XenBench.Maker BENCHES = new XenBench.Maker();

    private final RecordedFile file;

    CorruptedCellTest() throws IOException {
        file = RecordedFile.load();
    }

    @Test
    void everyCorruptedStatusIsFound() throws IOException {
        allAreFound(Column.STATUS, 1095, CorruptedCellTest::otherStatus);
    }

    @Test
    void everyCorruptedStatusNameIsFound() throws IOException {
        allAreFound(Column.STATUS_NAME, 1095, text -> text.equals("okay") ? "general_error" : "okay");
    }

    @Test
    void everyCorruptedReturnValueIsFound() throws IOException {
        allAreFound(Column.HRC, 1987, text -> text.equals("0") ? "-22" : "0");
    }

    @Test
    void everyCorruptedVersionIsFound() throws IOException {
        allAreFound(Column.ACTOR_VER, 1987, text -> text.equals("1") ? "2" : "1");
    }

    /** Each member of each entry in each cell: flags, domid, status word, frame, and what a part or a way through says. */
    @Test
    void everyCorruptedEntryIsFound() throws IOException {
        int tried = 0;
        int member = 0;
        for (int changed = 1; changed > 0; member++) {
            int which = member;
            changed = allAreFound(Column.ENTRIES, 0, text -> corrupted(text, which));
            tried += changed;
        }
        assertThat(tried).isGreaterThan(3500);
    }

    /** A cell with its member of this number changed; the cell when it has not so many. */
    private static String corrupted(String text, int which) {
        Matcher m = MEMBER.matcher(text);
        for (int i = 0; m.find(); i++) {
            if (i == which) {
                return text.substring(0, m.start(2)) + other(m) + text.substring(m.end(2));
            }
        }
        return text;
    }

    private static String other(Matcher member) {
        String value = member.group(2);
        return switch (member.group(1)) {
            case "fl", "st" -> String.format("0x%04x", Integer.decode(value) ^ 0x10);
            case "frame" -> value.equals("BADMFN") ? "0" : "BADMFN";
            default -> "" + (Integer.parseInt(value) ^ 1);
        };
    }

    @Test
    void everyLostEntryIsFound() throws IOException {
        allAreFound(Column.ENTRIES, 1250, text -> "");
    }

    @Test
    void everyCorruptedMappingIsFound() throws IOException {
        allAreFound(
                Column.PTES,
                250,
                text -> text.endsWith("=none") ? text.replace("none", "D1.P0/rw") : "D2.V9=D1.P0/rw/avail7");
    }

    @Test
    void everyCorruptedAnswerIsFound() throws IOException {
        allAreFound(
                Column.OUT,
                600,
                text -> text.startsWith("handle=") ? text.replaceFirst("dev=.*", "dev=BADMFN") : text + "1");
    }

    /** Except those of domain 0, which depend on earlier cases. */
    @Test
    void everyCorruptedHandleNumberIsFound() throws IOException {
        allAreFound(Column.OUT, 300, text -> text.replace(";raw=", ";raw=1"));
    }

    /** The comparison of one cell does not depend on another one. */
    @Test
    void aCellThatIsTheOnlyCorruptedOneIsFound() throws IOException {
        for (int line = 2; line <= file.lines().size(); line += 13) {
            for (Column column : List.of(Column.STATUS, Column.ENTRIES)) {
                String cell = file.cell(line, column);
                if (!cell.isEmpty()) {
                    String corrupted = column == Column.STATUS ? otherStatus(cell) : corrupted(cell, 0);
                    int first = file.firstLineOfCase(line);
                    RecordedFile alone = file.caseAt(first).with(line - first + 2, column, corrupted);
                    assertThat(linesFound(alone, column)).containsExactly(line - first + 2);
                }
            }
        }
    }

    private static String otherStatus(String text) {
        return text.equals("0") ? "-1" : "0";
    }

    /**
     * Changes every cell of a column, and demands that every one of them is reported, and nothing else.
     *
     * @return how many were changed
     */
    private int allAreFound(Column column, int atLeast, UnaryOperator<String> corrupt) throws IOException {
        RecordedFile corrupted = file;
        Set<Integer> changed = new TreeSet<>();
        List<String> lines = new ArrayList<>(file.lines());
        for (int line = 2; line <= lines.size(); line++) {
            String cell = file.cell(line, column);
            boolean fixed = cell.isEmpty() || cell.equals("status-not-written");
            String text = fixed ? cell : corrupt.apply(cell);
            if (!text.equals(cell)) {
                corrupted = file.with(line, column, text);
                lines.set(line - 1, corrupted.lines().get(line - 1));
                changed.add(line);
            }
        }
        assertThat(changed).hasSizeGreaterThanOrEqualTo(atLeast);
        assertThat(linesFound(new RecordedFile(lines), column)).isEqualTo(changed);
        return changed.size();
    }

    private static Set<Integer> linesFound(RecordedFile corrupted, Column column) throws IOException {
        Conformance found =
                XenConformance.run(RecordedFile.NAME, new StringReader(corrupted.text()), c -> true, BENCHES);
        assertThat(found.disagreements()).allMatch(d -> d.column().equals(column.label()));
        return found.disagreements().stream().map(Disagreement::line).collect(Collectors.toCollection(TreeSet::new));
    }
}
