package dev.moat.conform.dma;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** A file of recorded answers, to be run as it is or with cells changed; lines are numbered from 1, as in messages. */
record DmaFile(String name, List<String> lines) {
    static DmaFile load(String name) {
        try (InputStream in = DmaFile.class.getClassLoader().getResourceAsStream("dma-oracle/" + name)) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return new DmaFile(name, List.of(text.split("\n")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of this kind with other rows. */
    DmaFile rows(String... rows) {
        List<String> all = new ArrayList<>(List.of(rows));
        all.add(0, lines.get(0));
        return new DmaFile(name, all);
    }

    /** With the profile that the file's name ends with, or the first one. */
    DmaConformance run() {
        String profile = DmaRecords.profiles().stream()
                .filter(p -> name.endsWith(p.substring("linux".length()) + ".csv"))
                .findFirst()
                .orElse(DmaRecords.profiles().get(0));
        return run(profile);
    }

    DmaConformance run(String profile) {
        try {
            return DmaRecords.run(name, new StringReader(String.join("\n", lines) + "\n"), profile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int column(String column) {
        return List.of(lines.get(0).split(",")).indexOf(column);
    }

    String cell(int line, String column) {
        return lines.get(line - 1).split(",", -1)[column(column)];
    }

    /** The file with one cell changed. */
    DmaFile with(int line, String column, String text) {
        String[] cells = lines.get(line - 1).split(",", -1);
        cells[column(column)] = text;
        List<String> changed = new ArrayList<>(lines);
        changed.set(line - 1, String.join(",", cells));
        return new DmaFile(name, changed);
    }

    /** The file with every cell of a column changed for which the function gives another text. */
    DmaFile withColumn(String column, UnaryOperator<String> change) {
        List<String> changed = new ArrayList<>(lines.subList(0, 1));
        for (int line = 2; line <= lines.size(); line++) {
            String[] cells = lines.get(line - 1).split(",", -1);
            cells[column(column)] = change.apply(cells[column(column)]);
            changed.add(String.join(",", cells));
        }
        return new DmaFile(name, changed);
    }

    /** The lines in which it differs from another file. */
    Set<Integer> linesChangedFrom(DmaFile other) {
        Set<Integer> changed = new TreeSet<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).equals(other.lines.get(i))) {
                changed.add(i + 1);
            }
        }
        return changed;
    }

    /**
     * Changes the cells of some columns, each in one of two runs, and wants each of them found in its place and nothing else: in a row
     * some columns are changed and others are not, so that none is taken for another.
     *
     * @param changes of a cell's text by column; the same text leaves it
     * @return how many cells were changed, by column
     */
    Map<String, Integer> corruptAll(Map<String, UnaryOperator<String>> changes) {
        Map<String, Integer> counts = new TreeMap<>();
        for (int half = 0; half < 2; half++) {
            Set<String> changed = new TreeSet<>();
            List<String> corrupted = new ArrayList<>(lines.subList(0, 1));
            for (int line = 2; line <= lines.size(); line++) {
                String[] cells = lines.get(line - 1).split(",", -1);
                for (Map.Entry<String, UnaryOperator<String>> change : changes.entrySet()) {
                    int column = column(change.getKey());
                    String other = change.getValue().apply(cells[column]);
                    if (half(line, column) == half && !other.equals(cells[column])) {
                        cells[column] = other;
                        changed.add(line + " " + change.getKey());
                        counts.merge(change.getKey(), 1, Integer::sum);
                    }
                }
                corrupted.add(String.join(",", cells));
            }
            Set<String> found = new TreeSet<>();
            for (var d : new DmaFile(name, corrupted).run().disagreements()) {
                if (!found.add(d.line() + " " + d.column())) {
                    throw new AssertionError("twice: " + d);
                }
            }
            assertThat(found).as(name).isEqualTo(changed);
        }
        return counts;
    }

    /** 0 or 1, for two columns the same in some rows and not in others. */
    private static int half(int line, int column) {
        return (line * 0x9e3779b1 + column * 0x85ebca77) >>> 31;
    }

    /** Disagreements of these rows, as text without the place. */
    static List<String> found(DmaConformance result) {
        return result.disagreements().stream()
                .map(d -> d.column() + ": recorded '" + d.recorded() + "', Moat '" + d.ours() + "'")
                .toList();
    }

    /**
     * Changes every cell of a column, and wants each of them found at its line and nothing else.
     *
     * @param change of a cell's text; the same text leaves it
     * @return how many cells were changed
     */
    int corrupt(String column, UnaryOperator<String> change) {
        DmaFile corrupted = withColumn(column, change);
        Set<Integer> changed = corrupted.linesChangedFrom(this);
        Set<Integer> found = new TreeSet<>();
        for (var d : corrupted.run().disagreements()) {
            if (!d.column().equals(column) || !found.add(d.line())) {
                throw new AssertionError("unexpected: " + d);
            }
        }
        if (!found.equals(changed)) {
            throw new AssertionError(column + ": changed " + changed + ", found " + found);
        }
        return changed.size();
    }
}
