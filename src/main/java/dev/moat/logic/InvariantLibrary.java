package dev.moat.logic;

import dev.moat.input.InputException;
import dev.moat.input.InputFile;
import dev.moat.state.OwnProperty;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A vocabulary and all invariants of some directories, sorted by id. */
public final class InvariantLibrary {
    /** The file of a directory that declares instead of judging. */
    private static final String VOCABULARY = "vocabulary.smt2";

    private final Vocabulary vocabulary;
    private final String directory;
    private final Map<String, Invariant> byId = new TreeMap<>();

    private InvariantLibrary(Vocabulary vocabulary, String directory) {
        this.vocabulary = vocabulary;
        this.directory = directory;
    }

    /**
     * Loads a vocabulary file and what the files {@code vocabulary.smt2} of some directories add to it, then every other
     * {@code *.smt2} file of them.
     *
     * @throws UncheckedIOException when a file or directory cannot be read
     * @throws InputException when the vocabulary is bad; then for each directory when, in the order of names, an invariant
     *     is bad or has the id of an earlier one
     */
    public static InvariantLibrary load(Path vocabulary, Path... directories) {
        return load(Vocabulary.load(vocabulary), directories);
    }

    /** The same with a vocabulary that was read before; it is left as it is. */
    public static InvariantLibrary load(Vocabulary vocabulary, Path... directories) {
        List<String> names = Arrays.stream(directories).map(Path::toString).toList();
        InvariantLibrary library = new InvariantLibrary(new Vocabulary(vocabulary), String.join(", ", names));
        for (Path directory : directories) {
            Path more = directory.resolve(VOCABULARY);
            if (Files.exists(more)) {
                library.vocabulary.extend(more);
            }
        }
        for (Path directory : directories) {
            for (Path file : files(directory)) {
                Invariant invariant = Invariant.load(file, library.vocabulary);
                if (library.byId.putIfAbsent(invariant.id(), invariant) != null) {
                    throw new InputException(file.toString(), 1, 1, "two properties have this name");
                }
            }
        }
        return library;
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(p -> InputFile.isOfKind(p, ".smt2") && !p.endsWith(VOCABULARY))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is judged: {@code invariants}, and {@code specs/properties}, which only some components can be judged by. */
    public static InvariantLibrary ofHome(Path home) {
        return ofHome(home, List.of());
    }

    /** The same, and what is in directories of other people. Throws as {@link #load}. */
    public static InvariantLibrary ofHome(Path home, List<Path> others) {
        Path specs = home.resolve("specs");
        List<Path> directories = new ArrayList<>(List.of(home.resolve("invariants"), specs.resolve("properties")));
        directories.addAll(others);
        return load(specs.resolve(VOCABULARY), directories.toArray(Path[]::new));
    }

    /**
     * This library and the properties of a component's own, each as an invariant over relations that the vocabulary gets for it.
     *
     * @throws InputException at a property that has the id of another one, or a sort whose name solvers or the vocabulary need
     */
    public InvariantLibrary with(List<OwnProperty> own) {
        if (own.isEmpty()) {
            return this;
        }
        InvariantLibrary all = new InvariantLibrary(new Vocabulary(vocabulary), directory);
        all.byId.putAll(byId);
        for (OwnProperty property : own) {
            Invariant invariant = all.vocabulary.read(property);
            if (all.byId.putIfAbsent(property.id(), invariant) != null) {
                throw new InputException(
                        property.file(),
                        property.line(),
                        property.column(),
                        "there is another property '" + property.id() + "'; this one needs another name");
            }
        }
        return all;
    }

    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /** All invariants, sorted by id. */
    public List<Invariant> all() {
        return List.copyOf(byId.values());
    }

    /** All ids, sorted. */
    public List<String> ids() {
        return List.copyOf(byId.keySet());
    }

    /**
     * The invariant of this id.
     *
     * @throws InputException for an unknown id, with the known ones; callers that know the place ask {@link #ids}
     *     first
     */
    public Invariant get(String id) {
        Invariant invariant = byId.get(id);
        if (invariant == null) {
            throw InputException.withoutPlace(
                    directory, "unknown invariant '" + id + "'; known: " + String.join(", ", byId.keySet()));
        }
        return invariant;
    }
}
