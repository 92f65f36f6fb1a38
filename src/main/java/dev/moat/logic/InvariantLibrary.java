package dev.moat.logic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A vocabulary and all invariants of a directory, sorted by id. */
public final class InvariantLibrary {
    private final Vocabulary vocabulary;
    private final String directory;
    private final Map<String, Invariant> byId = new TreeMap<>();

    private InvariantLibrary(Vocabulary vocabulary, String directory) {
        this.vocabulary = vocabulary;
        this.directory = directory;
    }

    /**
     * Loads a vocabulary file, then every {@code *.smt2} file of a directory.
     *
     * @throws InputException when the vocabulary, the directory or, in the order of names, an invariant is bad
     */
    public static InvariantLibrary load(Path vocabulary, Path directory) {
        InvariantLibrary library = new InvariantLibrary(Vocabulary.load(vocabulary), directory.toString());
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(p -> p.getFileName() != null
                            && p.getFileName().toString().endsWith(".smt2"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new InputException(directory.toString(), 0, 0, "the directory of invariants cannot be read");
        }
        for (Path file : files) {
            Invariant invariant = Invariant.load(file, library.vocabulary);
            library.byId.put(invariant.id(), invariant);
        }
        return library;
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
            throw new InputException(
                    directory, 0, 0, "unknown invariant '" + id + "'; known: " + String.join(", ", byId.keySet()));
        }
        return invariant;
    }
}
