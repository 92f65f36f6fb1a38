package dev.moat.conform.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A recording, to be judged as it is or with cells changed; lines are numbered from 1, as in messages. */
public record RecordedLines(String name, List<String> lines) {
    /** Judges a recording. */
    @FunctionalInterface
    public interface Run {
        /** The file's name, and what is in it. */
        RowTally run(String file, Reader in) throws IOException;
    }

    /** One of the resources, as {@code xen-oracle/unusual.csv}. */
    public static RecordedLines load(String name) {
        try {
            return new RecordedLines(name, Files.readAllLines(Path.of("src/test/resources", name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of these lines, called {@code f.csv}. */
    public static RecordedLines of(String header, String... rows) {
        return new RecordedLines("f.csv", List.of(header)).rows(rows);
    }

    /** A file with this first line and other rows. */
    public RecordedLines rows(String... rows) {
        List<String> all = new ArrayList<>(List.of(rows));
        all.add(0, lines.get(0));
        return new RecordedLines(name, all);
    }

    /** The first line and the rows that are like this. */
    public RecordedLines where(Predicate<String> row) {
        return rows(lines.stream().skip(1).filter(row).toArray(String[]::new));
    }

    /** With a text replaced wherever it is. */
    public RecordedLines replacing(String old, String text) {
        return new RecordedLines(
                name, lines.stream().map(line -> line.replace(old, text)).toList());
    }

    public RowTally judge(Run run) {
        try {
            return run.run(name, new StringReader(String.join("\n", lines) + "\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int column(String column) {
        return List.of(lines.get(0).split(",")).indexOf(column);
    }

    /** The text of a cell; nothing where there is no such column. */
    public String cell(int line, String column) {
        return column(column) < 0 ? "" : lines.get(line - 1).split(",", -1)[column(column)];
    }

    /** With one cell changed. */
    public RecordedLines with(int line, String column, String text) {
        List<String> changed = new ArrayList<>(lines);
        String[] cells = lines.get(line - 1).split(",", -1);
        cells[column(column)] = text;
        changed.set(line - 1, String.join(",", cells));
        return new RecordedLines(name, changed);
    }

    /** With every cell of a column changed for which the function gives another text, in the rows that are asked for. */
    public RecordedLines withColumn(String column, IntPredicate rows, UnaryOperator<String> change) {
        List<String> changed = new ArrayList<>(lines);
        for (int line = 2; line <= lines.size(); line++) {
            if (rows.test(line)) {
                String[] cells = lines.get(line - 1).split(",", -1);
                cells[column(column)] = change.apply(cells[column(column)]);
                changed.set(line - 1, String.join(",", cells));
            }
        }
        return new RecordedLines(name, changed);
    }

    /** The same in all rows. */
    public RecordedLines withColumn(String column, UnaryOperator<String> change) {
        return withColumn(column, line -> true, change);
    }

    /** The lines in which it differs from another file. */
    public Set<Integer> linesChangedFrom(RecordedLines other) {
        Set<Integer> changed = new TreeSet<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).equals(other.lines.get(i))) {
                changed.add(i + 1);
            }
        }
        return changed;
    }

    /** The line at which the case of a line begins. */
    public int firstLineOfCase(int line, String... caseBy) {
        int first = line;
        while (first > 2 && isSameCase(first - 1, line, caseBy)) {
            first--;
        }
        return first;
    }

    private boolean isSameCase(int a, int b, String... caseBy) {
        return caseBy.length > 0
                && List.of(caseBy).stream().allMatch(column -> cell(a, column).equals(cell(b, column)));
    }

    /** The case that begins at a line, as a file of its own; its rows begin at line 2. */
    public RecordedLines caseAt(int first, String... caseBy) {
        int end = first;
        while (end < lines.size() && isSameCase(end + 1, first, caseBy)) {
            end++;
        }
        List<String> alone = new ArrayList<>(lines.subList(first - 1, end));
        alone.add(0, lines.get(0));
        return new RecordedLines(name, alone);
    }

    /** The cases of a file; each of them begins anew. */
    public List<List<Row>> cases(Collection<Format> formats) {
        List<List<Row>> cases = new ArrayList<>();
        judge((file, in) -> Recording.judge(file, in, formats, (format, tally) -> rows -> {
            cases.add(rows);
            rows.forEach(tally::compared);
        }));
        return cases;
    }

    /** Whether a row of some cases disagrees; those behind the case of the first one are not judged. */
    public static boolean disagree(List<List<Row>> cases, Function<RowTally, CaseJudge> judges) {
        RowTally tally = new RowTally("f.csv", cases.get(0).get(0).format());
        CaseJudge judge = judges.apply(tally);
        return cases.stream().anyMatch(rows -> {
            tally.judge(rows, judge);
            return !tally.disagreements().isEmpty();
        });
    }

    /** The lines at which something disagrees. */
    public static Set<Integer> found(RowTally tally) {
        return tally.disagreements().stream().map(Disagreement::line).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Changes every cell of a column, and wants each of them found at its line, in its column, and nothing else.
     *
     * @param change of a cell's text; the same text leaves it
     * @return how many cells were changed
     */
    public int corrupt(Run run, String column, UnaryOperator<String> change) {
        return corrupt(run, column, line -> true, change);
    }

    /** The same of rows that are asked for. */
    public int corrupt(Run run, String column, IntPredicate rows, UnaryOperator<String> change) {
        RecordedLines corrupted = withColumn(column, rows, change);
        Set<Integer> changed = corrupted.linesChangedFrom(this);
        if (!changed.isEmpty()) {
            RowTally tally = corrupted.judge(run);
            assertThat(tally.disagreements()).allMatch(d -> d.column().equals(column));
            assertThat(found(tally)).as(column).isEqualTo(changed);
        }
        return changed.size();
    }

    /**
     * Changes the cells of some columns, each in one of two runs, and wants each of them found in its place and nothing else: in a row
     * some columns are changed and others are not, so that none is taken for another.
     *
     * @param changes of a cell's text by column; the same text leaves it
     * @return how many cells were changed, by column
     */
    public Map<String, Integer> corruptAll(Run run, Map<String, UnaryOperator<String>> changes) {
        Map<String, Integer> counts = new TreeMap<>();
        for (int run1 = 0; run1 < 2; run1++) {
            int half = run1;
            RecordedLines corrupted = this;
            Set<String> changed = new TreeSet<>();
            for (Map.Entry<String, UnaryOperator<String>> change : changes.entrySet()) {
                String column = change.getKey();
                RecordedLines before = corrupted;
                corrupted = before.withColumn(column, line -> half(line, column(column)) == half, change.getValue());
                for (int line : corrupted.linesChangedFrom(before)) {
                    changed.add(line + " " + column);
                    counts.merge(column, 1, Integer::sum);
                }
            }
            List<String> found = corrupted.judge(run).disagreements().stream()
                    .map(d -> d.line() + " " + d.column())
                    .toList();
            assertThat(found).as(name).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(changed);
        }
        return counts;
    }

    /** 0 or 1, for two columns the same in some rows and not in others. */
    private static int half(int line, int column) {
        return (line * 0x9e3779b1 + column * 0x85ebca77) >>> 31;
    }
}
