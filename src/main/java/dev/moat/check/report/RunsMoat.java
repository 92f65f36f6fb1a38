package dev.moat.check.report;

import dev.moat.input.InputException;
import dev.moat.input.InputText;
import dev.moat.input.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a project runs Moat: a line of its own for a result about a file that is not the project's, such as a scenario that Moat ships. */
final class RunsMoat {
    private static final int MOST_BYTES = 1 << 20;
    private static final Path WORKFLOWS = Path.of(".github", "workflows");
    private static final List<String> OTHERS = List.of(
            ".gitlab-ci.yml", ".ci/run", "Jenkinsfile", "azure-pipelines.yml", "Makefile", "pom.xml", "build.gradle");

    private RunsMoat() {}

    /** The first line that names Moat, of the files that usually run a project's checks; none where no file does. */
    static Optional<Place> in(Path project) {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> workflows = Files.list(project.resolve(WORKFLOWS))) {
            workflows
                    .filter(f -> String.valueOf(f.getFileName()).matches(".*\\.ya?ml"))
                    .sorted()
                    .forEach(files::add);
        } catch (IOException none) {
            // It has no workflows.
        }
        OTHERS.forEach(name -> files.add(project.resolve(name)));
        return files.stream()
                .filter(Files::isRegularFile)
                .flatMap(file -> line(file).stream())
                .findFirst();
    }

    private static Optional<Place> line(Path file) {
        try {
            List<String> lines = InputText.read(file, MOST_BYTES).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).contains("moat")) {
                    return Optional.of(new Place(file.toString(), i + 1, 1));
                }
            }
        } catch (IOException | InputException unread) {
            // Then another file says it, or none.
        }
        return Optional.empty();
    }
}
