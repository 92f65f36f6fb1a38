package dev.moat.prove;

import dev.moat.input.InputException;
import dev.moat.input.InputText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Mutants of the discipline that may survive, each with the reason: lines of {@code id reason}, {@code #} comments. */
public final class Explained {
    private static final int MAX_BYTES = 1 << 20;

    private Explained() {}

    /**
     * Reads the list.
     *
     * @return reasons by mutant id, in the order of the file
     * @throws UncheckedIOException when the file cannot be read
     * @throws InputException when it is larger than 1 MiB, then where it is not UTF-8; then at the first line without a
     *     reason or with an id given before
     */
    public static Map<String, String> load(Path file) {
        String name = file.toString();
        List<String> lines;
        try {
            lines = InputText.read(file, MAX_BYTES).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> reasons = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split("\\s+", 2);
            if (parts.length < 2) {
                throw new InputException(name, i + 1, 1, "the form is: mutant reason");
            }
            if (reasons.putIfAbsent(parts[0], parts[1]) != null) {
                throw new InputException(name, i + 1, 1, "'" + parts[0] + "' is given twice");
            }
        }
        return reasons;
    }
}
