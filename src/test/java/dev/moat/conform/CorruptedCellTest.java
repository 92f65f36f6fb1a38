package dev.moat.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        allAreFound(Column.STATUS, 1095, text -> text.equals("0") ? "-1" : "0");
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
        everyOneIsFound(Column.ENTRIES, 3500, text -> {
            List<String> corrupted = new ArrayList<>();
            for (Matcher m = MEMBER.matcher(text); m.find(); ) {
                corrupted.add(text.substring(0, m.start(2)) + other(m) + text.substring(m.end(2)));
            }
            return corrupted;
        });
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

    /** Also handle numbers, except those of domain 0, which depend on earlier cases. */
    @Test
    void everyCorruptedAnswerIsFound() throws IOException {
        allAreFound(
                Column.OUT,
                600,
                text -> text.startsWith("handle=") ? text.replaceFirst("handle=h", "handle=h9") : text + "1");
    }

    private void allAreFound(Column column, int atLeast, UnaryOperator<String> corrupt) throws IOException {
        everyOneIsFound(column, atLeast, text -> List.of(corrupt.apply(text)));
    }

    private void everyOneIsFound(Column column, int atLeast, Function<String, List<String>> corrupt)
            throws IOException {
        List<String> missed = new ArrayList<>();
        int tried = 0;
        for (int line = 2; line <= file.lines().size(); line++) {
            String cell = file.cell(line, column);
            if (cell.isEmpty() || cell.equals("status-not-written")) {
                continue;
            }
            for (String corrupted : corrupt.apply(cell)) {
                tried++;
                if (!isFound(line, column, corrupted)) {
                    missed.add(line + " " + cell + " as " + corrupted);
                }
            }
        }
        assertThat(missed).isEmpty();
        assertThat(tried).isGreaterThanOrEqualTo(atLeast);
    }

    private boolean isFound(int line, Column column, String text) throws IOException {
        int first = file.firstLineOfCase(line);
        RecordedFile alone = file.caseAt(first);
        int at = line - first + 2;
        Conformance found = XenConformance.run(
                RecordedFile.NAME, new StringReader(alone.with(at, column, text).text()), c -> true, BENCHES);
        return !found.disagreements().isEmpty()
                && found.disagreements().stream()
                        .allMatch(d -> d.line() == at && d.column().equals(column.label()));
    }
}
