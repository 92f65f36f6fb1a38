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

/** A recorded file, to be run as it is or with cells changed; lines are numbered from 1, as in messages. */
record AllocatorFile(String name, List<String> lines) {
    static AllocatorFile load(String name) {
        try (InputStream in = AllocatorFile.class.getClassLoader().getResourceAsStream("dma-oracle/" + name)) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return new AllocatorFile(name, List.of(text.split("\n")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of this kind with other rows. */
    AllocatorFile rows(String... rows) {
        List<String> all = new ArrayList<>(List.of(rows));
        all.add(0, lines.get(0));
        return new AllocatorFile(name, all);
    }

    DmaConformance run() {
        try {
            return DmaRecords.run(name, new StringReader(String.join("\n", lines) + "\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        int at = List.of(lines.get(0).split(",")).indexOf(column);
        List<String> corrupted = new ArrayList<>(List.of(lines.get(0)));
        Set<Integer> changed = new TreeSet<>();
        for (int line = 2; line <= lines.size(); line++) {
            String[] cells = lines.get(line - 1).split(",", -1);
            String text = change.apply(cells[at]);
            if (!text.equals(cells[at])) {
                changed.add(line);
                cells[at] = text;
            }
            corrupted.add(String.join(",", cells));
        }
        Set<Integer> found = new TreeSet<>();
        for (var d : new AllocatorFile(name, corrupted).run().disagreements()) {
            if (!d.column().equals(column) || !found.add(d.line())) {
                throw new AssertionError("unexpected: " + d);
            }
        }
        Set<Integer> missed = new TreeSet<>(changed);
        missed.removeAll(found);
        found.removeAll(changed);
        if (!missed.isEmpty() || !found.isEmpty()) {
            throw new AssertionError(column + ": not found " + missed + ", found wrongly " + found);
        }
        return changed.size();
    }
}
