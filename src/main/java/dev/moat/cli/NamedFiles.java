package dev.moat.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** What a command line says of files, looked at before anything runs: names that are empty, and outputs in the place of another file. */
final class NamedFiles {
    /** Options that write a file, where what they take is no directory: several can share one of those. */
    private static final Set<String> WRITERS = Set.of("--html", "--journal", "--junit", "--page", "--sarif", "--save");

    private static final Set<String> LABELS = Set.of("DIR", "FILE", "PATH");
    /** Of parameters that take something else, too: what they read where they name a file. */
    private static final Set<String> READ = Set.of("FILE", "SCENARIO");

    private NamedFiles() {}

    /** A file that is named, and by which option or parameter. */
    private record Named(ArgSpec by, Path place) {
        boolean isWritten() {
            return NamedFiles.isWritten(by);
        }

        boolean mayBeDirectory() {
            return Set.of("DIR", "PATH").contains(by.paramLabel());
        }
    }

    /** @throws ParameterException for the first name that cannot be meant */
    static void require(ParseResult parsed) {
        List<CommandLine> lines = parsed.asCommandLineList();
        CommandLine called = lines.get(lines.size() - 1);
        List<Named> before = new ArrayList<>();
        for (CommandLine line : lines) {
            // A parameter of many words is matched once for each.
            for (ArgSpec arg : new LinkedHashSet<>(line.getParseResult().matchedArgs())) {
                for (Path path : paths(arg, called)) {
                    Named named = new Named(arg, place(path));
                    before.stream()
                            .filter(other -> clash(other, named))
                            .findFirst()
                            .ifPresent(other -> {
                                throw new ParameterException(
                                        called,
                                        label(other.by()) + " and " + label(arg) + " name the same file, " + path
                                                + ": one would overwrite the other");
                            });
                    before.add(named);
                }
            }
        }
    }

    /** Whether what an option names is a file that is written, and may be lost where another option writes or reads it. */
    static boolean isWritten(ArgSpec arg) {
        return arg instanceof OptionSpec option
                && WRITERS.contains(option.longestName())
                && !option.paramLabel().equals("DIR");
    }

    private static List<Path> paths(ArgSpec arg, CommandLine called) {
        boolean isPath = arg.type() == Path.class || arg.auxiliaryTypes()[0] == Path.class;
        if (isPath || LABELS.contains(arg.paramLabel())) {
            requireWords(arg, called);
        }
        // What may be something else is a file where there is one.
        return arg.originalStringValues().stream()
                .filter(word -> isPath ? !word.isEmpty() : READ.contains(arg.paramLabel()) && new File(word).isFile())
                .map(Path::of)
                .flatMap(path -> isSite(arg) ? Stream.of(path, path.resolve("index.html")) : Stream.of(path))
                .toList();
    }

    /** Whether what an option names is a directory of pages, of which the first has a name that is known. */
    private static boolean isSite(ArgSpec arg) {
        return label(arg).equals("--html") && arg.paramLabel().equals("DIR");
    }

    private static void requireWords(ArgSpec arg, CommandLine called) {
        List<String> original = called.getParseResult().originalArgs();
        for (String word : arg.originalStringValues()) {
            // An option whose file may be left away has an empty word too when it is.
            if (word.isEmpty()
                    && (arg.arity().min() > 0 || original.contains("") || original.contains(label(arg) + "="))) {
                throw new ParameterException(called, label(arg) + " needs a path, not an empty word");
            }
        }
    }

    private static boolean clash(Named one, Named other) {
        // What is no regular file, such as /dev/null, takes what several write.
        return one.by() != other.by()
                && (one.isWritten() || other.isWritten())
                && !(one.mayBeDirectory() && other.mayBeDirectory())
                && one.place().equals(other.place())
                && (!Files.exists(one.place()) || Files.isRegularFile(one.place()) || Files.isDirectory(one.place()));
    }

    /** The same for all spellings of a name, and for links that lead there. */
    private static Path place(Path named) {
        Path absolute = named.toAbsolutePath().normalize();
        try {
            return absolute.toRealPath();
        } catch (IOException e) {
            Path parent = absolute.getParent();
            return parent == null ? absolute : place(parent).resolve(absolute.getFileName());
        }
    }

    private static String label(ArgSpec arg) {
        return arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
    }
}
