package dev.moat.check;

import dev.moat.explore.Checkpointer;
import dev.moat.output.OutputFile;
import dev.moat.scenario.Scenario;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A directory of checkpoints: a file for each scenario. It is this process's alone until it is closed. */
public final class Checkpoints implements Closeable {
    static final String SUFFIX = ".checkpoint";

    private final @Nullable Path directory;
    private final boolean resumes;
    private final long every;
    private final Map<String, String> surroundings = new LinkedHashMap<>();
    private final Consumer<IOException> complaints;
    private @Nullable DirectoryLock lock;

    private Checkpoints(@Nullable Path directory, boolean resumes, long every, Consumer<IOException> complaints) {
        this.directory = directory;
        this.resumes = resumes;
        this.every = every;
        this.complaints = complaints;
    }

    /** Keeps nothing. */
    public static Checkpoints none() {
        return new Checkpoints(null, false, 0, complaint -> {});
    }

    /**
     * Keeps searches in a directory, made when there is something to keep.
     *
     * @param home directory that holds {@code specs} and {@code invariants}
     * @param resumes whether searches go on from what the directory has of them
     * @param every seconds from one checkpoint of a search to the next
     * @param complaints told when a checkpoint cannot be written; the search goes on
     * @throws IOException when another process keeps searches there, or classes or texts cannot be read
     */
    public static Checkpoints in(
            Path directory, Path home, boolean resumes, long every, Consumer<IOException> complaints)
            throws IOException {
        Checkpoints all = new Checkpoints(directory, resumes, every, complaints);
        all.take(directory);
        all.surroundings.putAll(Fingerprints.ofTexts(home));
        all.surroundings.putAll(Fingerprints.ofClassPath());
        return all;
    }

    private void take(Path from) throws IOException {
        try {
            lock = DirectoryLock.take(from);
        } catch (DirectoryLock.HeldException e) {
            throw e;
        } catch (IOException e) {
            complaints.accept(OutputFile.named(from, e));
        }
    }

    @Override
    public void close() throws IOException {
        DirectoryLock taken = lock;
        if (taken != null) {
            taken.close();
        }
    }

    /**
     * One word for everything that decides what searches of scenarios show: classes, texts that judge, the scenarios, and how many
     * states they may have.
     *
     * @param home directory that holds {@code specs} and {@code invariants}
     * @param scenarios in any order
     * @param states the most of each
     * @throws IOException when classes or texts cannot be read
     */
    public static String state(Path home, List<Scenario> scenarios, long states) throws IOException {
        return Fingerprints.ofAll(home, scenarios, states);
    }

    /**
     * Whether there is a file that the search of a scenario may go on from; parameters as those of {@link #of}.
     *
     * @throws dev.moat.input.InputException when it is no whole checkpoint, or one of another search
     */
    public boolean has(Scenario scenario, boolean compares, boolean symmetry) {
        return checkpoint(scenario, compares, symmetry)
                .filter(Checkpoint::isReadable)
                .isPresent();
    }

    /**
     * Who keeps the search of a scenario.
     *
     * @param scenario with all changes of the command line
     * @param compares whether transitions are compared with the discipline
     * @param symmetry whether one state stands for all that what is alike makes of it
     */
    public Checkpointer of(Scenario scenario, boolean compares, boolean symmetry) {
        return checkpoint(scenario, compares, symmetry)
                .map(Checkpointer.class::cast)
                .orElseGet(Checkpointer::none);
    }

    private Optional<Checkpoint> checkpoint(Scenario scenario, boolean compares, boolean symmetry) {
        return Optional.ofNullable(directory)
                .map(kept -> new Checkpoint(
                        file(kept, scenario), identity(scenario, compares, symmetry), resumes, every, complaints));
    }

    private static Path file(Path directory, Scenario scenario) {
        return directory.resolve(scenario.id() + SUFFIX);
    }

    private Map<String, String> identity(Scenario scenario, boolean compares, boolean symmetry) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("scenario", scenario.id());
        lines.put("component", scenario.machine().component());
        lines.put("granularity", scenario.machine().granularity().key());
        lines.put("merging", String.valueOf(scenario.machine().merged()));
        scenario.machine().settings().forEach((name, value) -> lines.put("parameter " + name, value));
        lines.put("faults", String.join(" ", scenario.machine().faults()));
        lines.put("properties", String.join(" ", scenario.invariants()));
        lines.put("every property must hold", String.valueOf(scenario.strict()));
        lines.put("comparison with the discipline", String.valueOf(compares));
        lines.put("symmetry", String.valueOf(symmetry));
        lines.putAll(surroundings);
        return lines;
    }
}
