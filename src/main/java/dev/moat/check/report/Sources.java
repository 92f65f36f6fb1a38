package dev.moat.check.report;

import dev.moat.input.InputException;
import dev.moat.input.InputText;
import dev.moat.input.Place;
import dev.moat.trace.CodePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The sources of a project that is checked, as far as they lie where Maven and others keep them. */
final class Sources {
    private static final List<String> ROOTS = List.of("src/main/java", "src/test/java", "src", "");
    private static final int MOST_BYTES = 1 << 20;

    private final Path base;
    private final Map<String, Optional<Place>> found = new HashMap<>();

    /** @param base the directory of the project */
    Sources(Path base) {
        this.base = base;
    }

    /** The first line that names it; nothing where its class is not in the project, or does not name it. */
    Optional<Place> of(CodePlace code) {
        return found.computeIfAbsent(code.type() + "/" + code.name(), key -> look(code));
    }

    private Optional<Place> look(CodePlace code) {
        if (code.line() > 0) {
            return Optional.of(new Place(code.type(), code.line(), 1));
        }
        for (String root : code.type().isEmpty() ? List.<String>of() : ROOTS) {
            Path file = base.resolve(root).resolve(code.type().replace('.', '/') + ".java");
            if (Files.isRegularFile(file)) {
                return line(file, code.name()).map(n -> new Place(file.toString(), n, 1));
            }
        }
        return Optional.empty();
    }

    /** From 1: where it is declared rather than used, as far as a line tells. A source that cannot be read is none. */
    private static Optional<Integer> line(Path file, String name) {
        String word = Pattern.quote("\"" + name + "\"");
        List<Pattern> likely = Stream.of(
                        "(?i)(step\\.of|operation|action)\\(" + word, "^\\s*" + word + ",$", "= " + word + ";", word)
                .map(Pattern::compile)
                .toList();
        try {
            List<String> lines = InputText.read(file, MOST_BYTES).lines().toList();
            return likely.stream()
                    .flatMap(p -> IntStream.range(0, lines.size())
                            .filter(i -> p.matcher(lines.get(i)).find())
                            .mapToObj(i -> i + 1))
                    .findFirst();
        } catch (IOException | InputException e) {
            return Optional.empty();
        }
    }
}
