package dev.moat.scenario.read;

import dev.moat.input.InputException;
import dev.moat.model.BadSettingException;
import dev.moat.model.Suggestion;
import dev.moat.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The scenario files of one directory, and single files elsewhere. */
public final class ScenarioLibrary {
    private static final String SUFFIX = ".yaml";

    private final Path directory;
    private final ScenarioReader reader;

    public ScenarioLibrary(Path directory, ScenarioReader reader) {
        this.directory = directory;
        this.reader = reader;
    }

    /**
     * Ids of all scenarios of the directory, sorted.
     *
     * @throws IOException when the directory cannot be read
     */
    public List<String> ids() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> String.valueOf(f.getFileName()))
                    .filter(name -> name.endsWith(SUFFIX))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .sorted()
                    .toList();
        }
    }

    /**
     * All scenarios of the directory by id.
     *
     * @throws IOException when one cannot be read
     * @throws InputException for the first malformed one
     */
    public List<Scenario> all() throws IOException {
        List<Scenario> scenarios = new ArrayList<>();
        for (String id : ids()) {
            scenarios.add(reader.read(directory.resolve(id + SUFFIX)));
        }
        return scenarios;
    }

    /**
     * A scenario by id, or by path when the name has a separator or ends in {@code .yaml}.
     *
     * @throws BadSettingException when there is no such id
     * @throws IOException when the file cannot be read
     * @throws InputException when it is malformed
     */
    public Scenario find(String name) throws IOException {
        if (name.endsWith(SUFFIX) || name.contains("/")) {
            return reader.read(Path.of(name));
        }
        List<String> ids = ids();
        if (!ids.contains(name)) {
            throw new BadSettingException(
                    name,
                    "no scenario '" + name + "' in " + directory + Suggestion.phrase(name, ids) + " (known: "
                            + String.join(", ", ids) + ")");
        }
        return reader.read(directory.resolve(name + SUFFIX));
    }
}
