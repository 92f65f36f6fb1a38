package dev.moat.check;

import dev.moat.check.NeedTable.Cell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The counterexamples of a {@link NeedTable} as files. The cells of a row whose counterexamples print alike, actions, changes
 * and reasons, share the first one's file: only its settings differ.
 */
public final class NeedFiles {
    private final Map<List<String>, String> names = new HashMap<>();

    /** The name of the file that shows a cell's counterexample: the cell's own, or that of an earlier cell like it. */
    public String name(Cell cell) {
        Finding finding = finding(cell);
        List<String> key = new java.util.ArrayList<>(finding.trace());
        key.add(cell.omission());
        return names.computeIfAbsent(
                key, k -> cell.omission() + "--" + cell.variation().replace(',', '+') + ".itf.json");
    }

    /**
     * Writes a cell's counterexample, unless an earlier cell's file shows it.
     *
     * @throws IOException when the file cannot be written
     */
    public void save(Cell cell, Path directory) throws IOException {
        String own = cell.omission() + "--" + cell.variation().replace(',', '+') + ".itf.json";
        if (name(cell).equals(own)) {
            AtomicFile.write(directory.resolve(own), finding(cell).document());
        }
    }

    private static Finding finding(Cell cell) {
        Verdict verdict = cell.verdict();
        Finding finding = verdict == null ? null : verdict.finding();
        if (finding == null) {
            throw new IllegalArgumentException("a cell without a counterexample: " + cell.omission());
        }
        return finding;
    }
}
