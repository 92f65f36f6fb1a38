package dev.moat.conform.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.RowTally;
import dev.moat.iommu.riscv.semantics.Deviation;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The recorded answers of the reference model, and that a changed one of them is found. */
class RecordedRiscvTest {
    private static final RecordedLines DEVIATIONS = load("deviations");

    private static RecordedLines load(String name) {
        return RecordedLines.load("riscv-oracle/" + name + ".csv");
    }

    private static RowTally judge(RecordedLines file) {
        return file.judge(RiscvRecords::run);
    }

    @ParameterizedTest
    @CsvSource({"exact, 2201", "unit, 1040", "further, 386", "caching, 613", "caching-ranges, 196"})
    void theSpecificationHasNoDisagreement(String name, int rows) {
        RowTally found = judge(load(name));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.rows()).isEqualTo(rows);
        assertThat(found.compared()).isEqualTo(rows);
        assertThat(found.noted()).isEmpty();
    }

    /** Judged as the text says, and as a unit with the one deviation that the row names answers. */
    @Test
    void theReferenceModelDeviatesAsNamed() {
        RowTally found = judge(DEVIATIONS);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(115);
        Set<String> named = Arrays.stream(Deviation.values())
                .map(deviation -> "answer of the recorder that deviates: " + deviation)
                .collect(Collectors.toSet());
        assertThat(found.noted().keySet()).isEqualTo(named);
        assertThat(found.noted().values().stream().mapToInt(n -> n).sum()).isEqualTo(24);
    }

    /** What is observed where the text has something else needs its name. */
    @Test
    void aLostNameIsFound() {
        RecordedLines nameless = DEVIATIONS.withColumn("why", text -> "");
        Set<Integer> lines = nameless.linesChangedFrom(DEVIATIONS);
        assertThat(lines).hasSize(24);
        assertThat(RecordedLines.found(judge(nameless))).isEqualTo(lines);
    }

    /** Of each case one cell of a column is changed, since behind a disagreement the rest of a case is not judged. */
    @ParameterizedTest
    @CsvSource({"exact, 187, 167, 11, 187, 26", "unit, 30, 37, 31, 55, 0"})
    void aChangedCellIsFound(String name, int obs, int rec, int mem, int regs, int size) {
        RecordedLines file = load(name);
        Map<String, Integer> found = new TreeMap<>();
        CHANGES.forEach((column, change) -> {
            IntPredicate rows = lastOfEachCase(file, column, change);
            RecordedLines corrupted = file.withColumn(column, rows, change);
            Set<Integer> changed = corrupted.linesChangedFrom(file);
            RowTally tally = judge(corrupted);
            assertThat(RecordedLines.found(tally)).as(column).isEqualTo(changed);
            assertThat(tally.disagreements().stream().filter(d -> d.column().equals(column)))
                    .hasSize(changed.size());
            found.put(column, changed.size());
        });
        assertThat(found).isEqualTo(Map.of("obs", obs, "rec", rec, "mem", mem, "regs", regs, "size", size));
    }

    /** An answer more or less that a unit may give. */
    @Test
    void aChangedSetOfAnswersIsFound() {
        RecordedLines file = load("caching");
        UnaryOperator<String> less = text -> text.replaceFirst("[|][^|]*$", "");
        UnaryOperator<String> more = text -> text.isEmpty() || text.equals("=") ? text : text + "|ok 7000";
        for (UnaryOperator<String> change : List.of(less, more)) {
            RecordedLines corrupted = file.withColumn("allow", lastOfEachCase(file, "allow", change), change);
            Set<Integer> changed = corrupted.linesChangedFrom(file);
            assertThat(changed).hasSize(20);
            assertThat(RecordedLines.found(judge(corrupted))).isEqualTo(changed);
        }
    }

    private static final Map<String, UnaryOperator<String>> CHANGES = Map.of(
            "obs", text -> text.isEmpty() ? "" : text.equals("ok 7000") ? "fault 257" : "ok 7000",
            "rec", text -> text.isEmpty() ? "" : text + ";" + text,
            "mem", RecordedRiscvTest::otherValue,
            "regs", RecordedRiscvTest::otherValue,
            "size", text -> text.contains("/1") ? text.replace("/1", "/2") : text.replaceFirst("/.", "/1"));

    private static String otherValue(String text) {
        boolean zero = text.endsWith("0");
        boolean judged = !text.isEmpty() && !text.contains("616=");
        return judged ? text.substring(0, text.length() - 1) + (zero ? "1" : "0") : text;
    }

    private static IntPredicate lastOfEachCase(RecordedLines file, String column, UnaryOperator<String> change) {
        Set<Integer> last = new HashSet<>();
        Set<String> cases = new HashSet<>();
        for (int line = file.lines().size(); line > 1; line--) {
            String text = file.cell(line, column);
            boolean request = !column.equals("obs") || file.cell(line, "op").matches("req|rreg");
            if (request && !change.apply(text).equals(text) && cases.add(file.cell(line, "case"))) {
                last.add(line);
            }
        }
        return last::contains;
    }
}
