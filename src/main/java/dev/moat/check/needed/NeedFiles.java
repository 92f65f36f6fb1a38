package dev.moat.check.needed;

import dev.moat.check.Finding;
import dev.moat.check.Verdict;
import dev.moat.check.needed.NeedTable.Cell;
import dev.moat.output.OutputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The counterexamples of a {@link NeedTable} as files. The cells of a row whose counterexamples print alike, actions, changes
 * and reasons, share the first one's file: only its settings differ.
 */
public final class NeedFiles {
    static final String SUFFIX = ".itf.json";

    private final Map<List<String>, String> names = new HashMap<>();
    private final Set<String> written = new HashSet<>();

    /** The name of the file that shows a cell's counterexample: the cell's own, or that of an earlier cell like it. */
    public String name(Cell cell) {
        List<String> key = new ArrayList<>(finding(cell).told().trace());
        key.add(cell.omission());
        String known = names.get(key);
        if (known != null) {
            return known;
        }
        String own = cell.omission() + "--" + cell.variation().replace(',', '+');
        String name = own;
        // A column by itself can break several things.
        for (int n = 2; names.containsValue(name + SUFFIX); n++) {
            name = own + "-" + n;
        }
        names.put(key, name + SUFFIX);
        return name + SUFFIX;
    }

    /**
     * Writes a cell's counterexample, unless an earlier cell's file shows it.
     *
     * @throws IOException when the file cannot be written
     */
    public void save(Cell cell, Path directory) throws IOException {
        String name = name(cell);
        if (written.add(name)) {
            OutputFile.write(directory.resolve(name), finding(cell).document().text());
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
