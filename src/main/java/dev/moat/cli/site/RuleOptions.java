package dev.moat.cli.site;

import dev.moat.input.InputFile;
import dev.moat.scenario.UserExtensions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Rules for responses of one's own, and the words that they use: for {@code moat prove}, and for {@code moat replay} of what it saved. */
public final class RuleOptions {
    @Option(
            names = "--properties",
            paramLabel = "DIR",
            description = "more properties, and a vocabulary.smt2 with more words (repeatable)")
    private List<Path> properties = new ArrayList<>();

    @Option(
            names = "--responses",
            paramLabel = "DIR",
            description = "response rules, instead of those in specs/responses")
    private @Nullable Path responses;

    /**
     * Directories of more properties and words, those of the user's own invariants first.
     *
     * @param home that has the shipped ones
     */
    public List<Path> properties(Path home) {
        List<Path> all = new ArrayList<>(UserExtensions.invariants(home));
        properties.stream().filter(directory -> !all.contains(directory)).forEach(all::add);
        return all;
    }

    /** The directory of rules; null for none of one's own. */
    public @Nullable Path responses() {
        return responses;
    }

    /** The same as words of a command line. */
    public List<String> words() {
        List<String> words = new ArrayList<>();
        properties.forEach(directory -> words.addAll(List.of("--properties", directory.toString())));
        Path rules = responses;
        if (rules != null) {
            words.addAll(List.of("--responses", rules.toString()));
        }
        return words;
    }

    /** Which directory is none, or has nothing that is read and would be taken for it; null when each has something. */
    public @Nullable String complaint() {
        Path rules = responses;
        String complaint = rules == null ? null : complaint("--responses", rules);
        for (Path directory : properties) {
            complaint = complaint == null ? complaint("--properties", directory) : complaint;
        }
        return complaint;
    }

    private static @Nullable String complaint(String option, Path directory) {
        if (!Files.isDirectory(directory)) {
            return option + ": there is no directory " + directory;
        }
        return InputFile.mayHold(directory, ".smt2") ? null : option + ": there is no file *.smt2 in " + directory;
    }
}
