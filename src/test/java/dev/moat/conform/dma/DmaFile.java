package dev.moat.conform.dma;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
