package dev.moat.conform.smmuv3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.RowTally;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The recorded answers of QEMU, and that a changed one of them is found. */
class RecordedSmmuTest {
    private static final RecordedLines FILE = RecordedLines.load("smmuv3-oracle/smmuv3-qemu.csv");

    private static RowTally judge(RecordedLines file) {
        return file.judge(SmmuRecords::run);
    }

    @Test
    void theSpecificationHasNoDisagreement() {
        RowTally found = judge(FILE);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.rows()).isEqualTo(3492);
        assertThat(found.compared()).isEqualTo(3492);
        Set<String> named = Arrays.stream(Deviation.values())
                .filter(deviation -> deviation != Deviation.CTX_48)
                .map(deviation -> "deviation " + deviation)
                .collect(Collectors.toSet());
        assertThat(found.noted().keySet()).isEqualTo(named);
    }

    /** A change of a cell that the judge has to find. */
    private enum Change {
        LESS("spec", text -> text.replaceFirst("[|][^|]*$", "")),
        MORE(
                "spec",
                text -> text.contains("@")
                        ? text
                        : text.replaceFirst("^=?", "41777770|").replaceFirst("[|]$", "")),
        STATE("state", text -> text.replaceFirst("^[^:]*", "3e")),
        PROD("evprod", text -> "3f"),
        EVENT("events", text -> ""),
        NAME("why", text -> "");

        private final String column;
        private final UnaryOperator<String> change;

        Change(String column, UnaryOperator<String> change) {
            this.column = column;
            this.change = change;
        }

        /** Whether it changes a row to something that is judged: where QEMU deviates, its own answer is not. */
        private boolean isOf(int line) {
            String text = FILE.cell(line, column);
            boolean judged = column.equals("spec")
                    ? FILE.cell(line, "op").matches("d[rw]")
                    : this == NAME || FILE.cell(line, "why").isEmpty();
            return judged && !change.apply(text).equals(text);
        }
    }

    /** Of each case one cell is changed, by turns, in its last row that can be: what follows goes on from what was recorded. */
    @Test
    void aChangedCellIsFound() {
        RecordedLines corrupted = FILE;
        Set<Integer> changed = new TreeSet<>();
        Set<Change> used = new HashSet<>();
        for (int line = FILE.lines().size(); line > 1; line = FILE.firstLineOfCase(line, "qemu", "case") - 1) {
            int first = FILE.firstLineOfCase(line, "qemu", "case");
            for (int turn = 0, at = 0; turn < Change.values().length && at == 0; turn++) {
                Change change = Change.values()[(changed.size() + turn) % Change.values().length];
                at = last(change, change == Change.PROD ? line : first, line);
                if (at > 0) {
                    corrupted = corrupted.with(at, change.column, change.change.apply(FILE.cell(at, change.column)));
                    changed.add(at);
                    used.add(change);
                }
            }
        }
        assertThat(RecordedLines.found(judge(corrupted))).isEqualTo(changed);
        assertThat(changed).hasSizeGreaterThan(300);
        assertThat(used).containsExactlyInAnyOrder(Change.values());
    }

    private static int last(Change change, int first, int line) {
        int at = line;
        while (at >= first && !change.isOf(at)) {
            at--;
        }
        return at >= first ? at : 0;
    }
}
