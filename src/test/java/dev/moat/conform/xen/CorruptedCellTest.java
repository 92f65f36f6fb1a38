package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.RowTally;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A recorded cell that says something else is found, at its line: the comparison is not hollow. */
class CorruptedCellTest {
    private static final Pattern MEMBER = Pattern.compile("(fl|dom|st|frame|off|len|tdom|tref)=([^;}]+)");

    private final RecordedLines file = XenFile.load();

    @Test
    void everyCorruptedStatusIsFound() {
        allAreFound("status", 1095, CorruptedCellTest::otherStatus);
    }

    @Test
    void everyCorruptedStatusNameIsFound() {
        allAreFound("status_name", 1095, text -> text.equals("okay") ? "general_error" : "okay");
    }

    @Test
    void everyCorruptedReturnValueIsFound() {
        allAreFound("hrc", 1987, text -> text.equals("0") ? "-22" : "0");
    }

    @Test
    void everyCorruptedVersionIsFound() {
        allAreFound("actor_ver", 1987, text -> text.equals("1") ? "2" : "1");
    }

    /** Each member of each entry in each cell: flags, domid, status word, frame, and what a part or a way through says. */
    @Test
    void everyCorruptedEntryIsFound() {
        int tried = 0;
        int member = 0;
        for (int changed = 1; changed > 0; member++) {
            int which = member;
            changed = allAreFound("entries", 0, text -> corrupted(text, which));
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
    void everyLostEntryIsFound() {
        allAreFound("entries", 1250, text -> "");
    }

    @Test
    void everyCorruptedMappingIsFound() {
        allAreFound(
                "ptes",
                250,
                text -> text.endsWith("=none") ? text.replace("none", "D1.P0/rw") : "D2.V9=D1.P0/rw/avail7");
    }

    @Test
    void everyCorruptedAnswerIsFound() {
        allAreFound(
                "out",
                600,
                text -> text.startsWith("handle=") ? text.replaceFirst("dev=.*", "dev=BADMFN") : text + "1");
    }

    /** Except those of domain 0, which depend on earlier cases. */
    @Test
    void everyCorruptedHandleNumberIsFound() {
        allAreFound("out", 300, text -> text.replace(";raw=", ";raw=1"));
    }

    /** The comparison of one cell does not depend on another one. */
    @Test
    void aCellThatIsTheOnlyCorruptedOneIsFound() {
        for (int line = 2; line <= file.lines().size(); line += 13) {
            for (String column : List.of("status", "entries")) {
                String cell = file.cell(line, column);
                if (!cell.isEmpty()) {
                    String corrupted = column.equals("status") ? otherStatus(cell) : corrupted(cell, 0);
                    int first = file.firstLineOfCase(line, "suite", "case");
                    RowTally found = file.caseAt(first, "suite", "case")
                            .with(line - first + 2, column, corrupted)
                            .judge(XenFile.RUN);
                    assertThat(found.disagreements()).allMatch(d -> d.column().equals(column));
                    assertThat(RecordedLines.found(found)).containsExactly(line - first + 2);
                }
            }
        }
    }

    private static String otherStatus(String text) {
        return text.equals("0") ? "-1" : "0";
    }

    private int allAreFound(String column, int atLeast, UnaryOperator<String> corrupt) {
        int changed = file.corrupt(
                XenFile.RUN,
                column,
                cell -> cell.isEmpty() || cell.equals("status-not-written") ? cell : corrupt.apply(cell));
        assertThat(changed).isGreaterThanOrEqualTo(atLeast);
        return changed;
    }
}
