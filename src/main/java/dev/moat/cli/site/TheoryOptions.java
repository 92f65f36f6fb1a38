package dev.moat.cli.site;

import dev.moat.model.BadSettingException;
import dev.moat.scenario.UserExtensions;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which discipline is proved, with which properties and lemmas. */
public final class TheoryOptions {
    @Option(
            names = "--infer",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = "",
            description = "look for lemmas instead of reading any: for the discipline, or for that of this file")
    private @Nullable Path infer;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "of the random runs that --infer begins with (default: 1)")
    private @Nullable Long seed;

    @Option(
            names = "--save",
            paramLabel = "PATH",
            description =
                    "the file for the lemmas of --infer, which are printed otherwise; without it, the directory for runs on which"
                            + " a response never comes (default: .moat)")
    private @Nullable Path save;

    @Option(
            names = "--discipline",
            paramLabel = "FILE",
            description = "prove this discipline, with no lemmas but those of --lemmas")
    private @Nullable Path discipline;

    @Option(names = "--lemmas", paramLabel = "DIR", description = "lemmas in place of those in specs/lemmas")
    private @Nullable Path lemmas;

    @Mixin
    private final RuleOptions rules = new RuleOptions();

    @Option(
            names = "--family",
            paramLabel = "NAME",
            description = "the discipline as it is elsewhere: amd-vi, guest-tables, and the others of specs/families")
    private @Nullable String family;

    /**
     * The file of what is special of the hardware, if any is meant.
     *
     * @param specs where the shipped ones lie
     * @throws BadSettingException when there is none of this name
     * @throws IOException when the directory of families cannot be read
     */
    public Optional<Path> family(Path specs) throws IOException {
        String name = family;
        if (name == null) {
            return Optional.empty();
        }
        Path directory = specs.resolve("families");
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.smt2")) {
            files.forEach(f -> names.add(String.valueOf(f.getFileName()).replace(".smt2", "")));
        }
        if (!names.contains(name)) {
            names.sort(null);
            throw new BadSettingException(name, "no family " + name + "; there are " + String.join(", ", names));
        }
        return Optional.of(directory.resolve(name + ".smt2"));
    }

    /** Whether lemmas are looked for. */
    public boolean infers() {
        return infer != null;
    }

    /** Of the random runs. */
    public long seed() {
        return seed == null ? 1 : seed;
    }

    /** Where the lemmas go, or null. */
    public @Nullable Path save() {
        return save;
    }

    /** Where runs go on which a response never comes. */
    public Path runs() {
        Path directory = save;
        return directory == null ? Path.of(".moat") : directory;
    }

    /** The name of what the discipline is varied by; empty for nothing. */
    public String family() {
        String name = family;
        return name == null ? "" : name;
    }

    /** Whether the discipline is not the shipped one. */
    public boolean ownDiscipline() {
        return own() != null;
    }

    /**
     * The discipline's file.
     *
     * @param specs where the shipped one lies
     */
    public Path discipline(Path specs) {
        Path own = own();
        return own == null ? specs.resolve("discipline.smt2") : own;
    }

    private @Nullable Path own() {
        Path looked = infer;
        return looked != null && !looked.toString().isEmpty() ? looked : discipline;
    }

    /**
     * The directory of lemmas; null for none, which is what a discipline of one's own has.
     *
     * @param specs where the shipped ones lie
     */
    public @Nullable Path lemmas(Path specs) {
        return lemmas != null || ownDiscipline() ? lemmas : specs.resolve("lemmas");
    }

    /**
     * The directory of rules for responses; null for none, which is what a discipline of one's own has, and one that is varied: the shipped
     * rules speak of devices one by one.
     *
     * @param specs where the shipped ones lie
     */
    public @Nullable Path responses(Path specs) {
        Path responses = rules.responses();
        return responses != null || ownDiscipline() || family != null ? responses : specs.resolve("responses");
    }

    /** Words by which {@code moat replay} finds the rules, and words that they use, where they are not the shipped ones. */
    public List<String> ofRules() {
        return rules.words();
    }

    /**
     * Directories of more properties.
     *
     * @param home that has the shipped ones
     */
    public List<Path> properties(Path home) {
        return rules.properties(home);
    }

    /** Whether anything is given: a proof about code rests on the shipped discipline, whose lemmas are proved. */
    public boolean any() {
        boolean ofTheory = family != null
                || lemmas != null
                || !rules.words().isEmpty()
                || !UserExtensions.named().isEmpty();
        return ofTheory || discipline != null || infer != null || seed != null || save != null;
    }

    /** What does not go together, with a search of instances or with outputs that only a proof has; or null. */
    public @Nullable String complaint(boolean searches, boolean outputs) {
        if (infer != null && (discipline != null || lemmas != null)) {
            return "--infer takes the discipline's file itself, and no --lemmas";
        } else if (infer == null && seed != null) {
            return "--seed goes with --infer only";
        } else if (lemmas != null && !Files.isDirectory(lemmas)) {
            return "--lemmas: there is no directory " + lemmas;
        } else if (infer != null && (searches || outputs || rules.responses() != null)) {
            return "--infer goes with --properties, --family, --inject, --seed, --save, --rlimit, --time and --memory only";
        }
        return ownDiscipline() && searches
                ? "a discipline of one's own goes with neither --audit, --bmc, --k-induction nor -P"
                : rules.complaint();
    }
}
