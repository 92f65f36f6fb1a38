package dev.moat.notation.machine;

import dev.moat.input.Home;
import dev.moat.input.InputFile;
import dev.moat.model.Component;
import dev.moat.model.Components;
import dev.moat.notation.code.CompiledCode;
import dev.moat.notation.text.Parser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The components of {@code specs/models}: a file {@code r1.moat} is component {@code r1}. A file is read when its component is first used. */
public final class TextModels implements Components {
    /** How the names of texts end. */
    public static final String SUFFIX = ".moat";

    /** Each file as it was at a time: catalogues are made often. */
    private static final Map<List<Object>, Component> KNOWN = new ConcurrentHashMap<>();

    @Override
    public List<Component> all() {
        Path directory = Home.find().resolve("specs/models");
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> InputFile.isOfKind(f, SUFFIX))
                    .sorted()
                    .map(TextModels::component)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The component of any file, as it is now.
     *
     * @param known what the file was before, which is answered while it is that; or null
     * @throws UncheckedIOException when it cannot be read
     * @throws dev.moat.input.InputException at the first place that is no part of the notation
     */
    public static NotedComponent of(Path file, @Nullable NotedComponent known) {
        try {
            String text = Parser.text(file);
            return known != null && known.tree().source().text().equals(text)
                    ? known
                    : new NotedComponent(Parser.read(file.toString(), text), CompiledCode::of);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Component component(Path file) {
        try {
            List<Object> key = List.of(file.toUri(), Files.getLastModifiedTime(file), Files.size(file));
            return KNOWN.computeIfAbsent(key, k -> {
                String name = String.valueOf(file.getFileName());
                return new NotedComponent(name.substring(0, name.length() - SUFFIX.length()), file, CompiledCode::of);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
