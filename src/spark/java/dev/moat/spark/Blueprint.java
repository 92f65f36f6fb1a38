package dev.moat.spark;

import dev.moat.check.Cluster;
import dev.moat.logic.InvariantLibrary;
import dev.moat.machine.Granularity;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.UserExtensions;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * All that decides what a search finds, as texts: the machine as a counterexample file names it, and what it is judged by. An executor
 * that has the classes needs nothing else.
 *
 * @param component id of a registered component, or the name of a class
 * @param settings values by parameter name
 * @param granularity what a transition is
 * @param merged whether quiet steps are merged with their successors
 * @param faults ids of injected faults
 * @param invariants ids of the invariants to judge, in this order
 * @param texts for the vocabulary and each directory of invariants, files by name; the vocabulary's directory is the first
 */
record Blueprint(
        String component,
        LinkedHashMap<String, String> settings,
        Granularity granularity,
        boolean merged,
        ArrayList<String> faults,
        ArrayList<String> invariants,
        ArrayList<TreeMap<String, String>> texts)
        implements Serializable {
    private static final String VOCABULARY = "vocabulary.smt2";

    /**
     * What a task says.
     *
     * @throws UncheckedIOException when a text cannot be read
     */
    static Blueprint of(Cluster.Task task) {
        MachineSpec machine = task.scenario().machine();
        List<String> judged = task.scenario().invariants();
        Path specs = task.home().resolve("specs");
        List<Path> directories =
                new ArrayList<>(List.of(task.home().resolve("invariants"), specs.resolve("properties")));
        directories.addAll(UserExtensions.invariants(task.home()));
        Set<String> names = new TreeSet<>(List.of(VOCABULARY));
        judged.forEach(id -> names.add(id + ".smt2"));
        ArrayList<TreeMap<String, String>> texts = new ArrayList<>();
        try {
            texts.add(read(specs, Set.of(VOCABULARY)));
            for (Path directory : directories) {
                texts.add(read(directory, names));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Blueprint(
                machine.component(),
                new LinkedHashMap<>(machine.settings()),
                machine.granularity(),
                machine.merged(),
                new ArrayList<>(machine.faults()),
                new ArrayList<>(judged),
                texts);
    }

    private static TreeMap<String, String> read(Path directory, Set<String> names) throws IOException {
        TreeMap<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (names.contains(name)) {
                    texts.put(name, Files.readString(file));
                }
            }
        }
        return texts;
    }

    /** The machine. */
    MachineSpec machine() {
        return new MachineSpec(component, settings, granularity, merged, faults);
    }

    /**
     * The invariants, read as everywhere: from files, which are written for the purpose and removed again.
     *
     * @throws UncheckedIOException when that cannot be done
     */
    InvariantLibrary library() {
        try {
            Path root = Files.createTempDirectory("moat-spark");
            List<Path> written = new ArrayList<>(List.of(root));
            try {
                List<Path> directories = new ArrayList<>();
                for (int i = 0; i < texts.size(); i++) {
                    Path directory = Files.createDirectory(root.resolve(Integer.toString(i)));
                    directories.add(directory);
                    written.add(directory);
                    for (String name : texts.get(i).keySet()) {
                        written.add(Files.writeString(
                                directory.resolve(name), texts.get(i).getOrDefault(name, "")));
                    }
                }
                return InvariantLibrary.load(
                        directories.get(0).resolve(VOCABULARY),
                        directories.subList(1, directories.size()).toArray(Path[]::new));
            } finally {
                for (int i = written.size() - 1; i >= 0; i--) {
                    Files.delete(written.get(i));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
