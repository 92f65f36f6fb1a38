package dev.moat.cli.site;

import dev.moat.check.CheckRequest;
import dev.moat.check.Checkpoints;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether searches are kept, and go on from what was kept. */
public final class KeepOptions {
    private static final long EVERY_SECONDS = 60;

    @Option(
            names = "--checkpoint",
            paramLabel = "DIR",
            description = "keep each search in a file of this directory, so that --resume can continue it")
    @Nullable
    Path checkpoint;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            converter = Quantity.Seconds.class,
            description = "how often; default: 60s, and whenever a search ends")
    @Nullable
    Long every;

    @Option(
            names = "--resume",
            paramLabel = "DIR",
            description = "continue the searches that --checkpoint kept in this directory")
    @Nullable
    Path resume;

    /** Whether anything is kept. */
    public boolean any() {
        return directory() != null;
    }

    /**
     * Refuses nonsense before the first scenario runs.
     *
     * @throws IllegalArgumentException saying what does not go together
     */
    public void check() {
        if (resume != null && checkpoint != null && !resume.equals(checkpoint)) {
            throw new IllegalArgumentException("--resume keeps searches in its own directory: no --checkpoint");
        }
        if (every != null && !any()) {
            throw new IllegalArgumentException("--every needs --checkpoint or --resume");
        }
    }

    /** What to do when a search is interrupted. */
    public String toGoOn() {
        return any()
                ? "run it again with --resume " + directory()
                : "run it again; --checkpoint DIR keeps a search, --time ends it with counts and exit code 5";
    }

    /**
     * Where searches are kept.
     *
     * @param complaints told when one cannot be
     * @throws IOException when the directory to go on from is not there, another process keeps searches there, or classes or texts cannot be read
     */
    public Checkpoints checkpoints(Path home, Consumer<IOException> complaints) throws IOException {
        Path directory = directory();
        if (directory == null) {
            return Checkpoints.none();
        }
        if (resume != null && !Files.isDirectory(directory)) {
            throw new FileSystemException(
                    directory.toString(), null, Files.exists(directory) ? "is no directory" : "no such directory");
        }
        return Checkpoints.in(directory, home, resume != null, every == null ? EVERY_SECONDS : every, complaints);
    }

    /**
     * What goes on, in a line; empty without {@code --resume}.
     *
     * @throws dev.moat.input.InputException when one of those that would is not whole, or of another search
     */
    public String goesOn(Checkpoints kept, List<CheckRequest> requests) {
        if (resume == null) {
            return "";
        }
        long found = requests.stream()
                .filter(r -> kept.has(
                        r.effective(), r.manner().compares(), r.manner().symmetry()))
                .count();
        return found + " of " + requests.size() + " searches go on from what " + resume
                + " has of them; the others begin anew";
    }

    private @Nullable Path directory() {
        return resume != null ? resume : checkpoint;
    }
}
