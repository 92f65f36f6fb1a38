package dev.moat.cli.site;

import dev.moat.input.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Directories of invariants that are not Moat's: those of the class path, and those that a command line names, which are known
 * when it has been read.
 */
public final class Others {
    private final Path home;
    private final List<Path> named = new ArrayList<>();

    /** @param home whose own invariants are no others */
    public Others(Path home) {
        this.home = home;
    }

    /** Adds one, unless it is there already or the home's own. */
    public void add(Path directory) throws IOException {
        Path own = home.resolve("invariants");
        boolean known = Files.isDirectory(own) && Files.isSameFile(own, directory);
        for (Path other : named) {
            known |= Files.isSameFile(other, directory);
        }
        if (!known) {
            named.add(directory);
        }
    }

    /** Those that the command line names. */
    public List<Path> named() {
        return List.copyOf(named);
    }

    /** All of them, those of the class path first. */
    public List<Path> all() {
        List<Path> all = new ArrayList<>(Home.onClassPath("invariants"));
        all.addAll(named);
        return all;
    }
}
