package dev.moat.check.mutants;

import dev.moat.input.InputException;
import dev.moat.input.InputText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The mutants that nothing has to notice, each with the reason. */
public final class Listed {
    private static final int MOST_BYTES = 1 << 20;

    private Listed() {}

    /**
     * Reads a list: one line for each mutant, its id, two spaces or more, the reason. Empty lines and those that begin with {@code #}
     * say nothing.
     *
     * @return reasons by id, in the order of ids
     * @throws IOException when the file cannot be read
     * @throws InputException at a line without a reason, or one whose mutant is listed twice
     */
    public static Map<String, String> read(Path file) throws IOException {
        Map<String, String> reasons = new TreeMap<>();
        List<String> lines = InputText.read(file, MOST_BYTES).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] halves = line.strip().split(" {2,}", 2);
            if (halves.length < 2) {
                throw new InputException(
                        file.toString(), i + 1, line.length() + 1, "two spaces and a reason are expected");
            }
            if (reasons.put(halves[0], halves[1]) != null) {
                throw new InputException(file.toString(), i + 1, 1, "'" + halves[0] + "' is listed twice");
            }
        }
        return Collections.unmodifiableMap(reasons);
    }
}
