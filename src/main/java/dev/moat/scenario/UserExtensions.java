package dev.moat.scenario;

import dev.moat.input.Home;
import dev.moat.input.InputException;
import dev.moat.input.ShellWord;
import dev.moat.liveness.Response;
import dev.moat.logic.InvariantLibrary;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a user has beside Moat's: components on a class path, and directories of invariants. A thread's context class loader is one
 * of these where a command line names some, so that all that looks for components finds both.
 */
public final class UserExtensions extends URLClassLoader {
    private static final String NAME = "class path of one's own";

    /** Where registered and named components were found that are not Moat's: directories and jar files, as Java writes them. */
    private static final Set<String> FOUND = ConcurrentHashMap.newKeySet();

    private final String path;
    private final List<Path> entries;
    private final List<Path> invariants;

    private UserExtensions(String path, URL[] urls, List<Path> entries, List<Path> invariants, ClassLoader parent) {
        super(NAME, urls, parent);
        this.path = path;
        this.entries = List.copyOf(entries);
        this.invariants = List.copyOf(invariants);
    }

    /**
     * Opens a class path.
     *
     * @param path directories and jar files, separated as Java's; may be empty
     * @param invariants directories with invariants, and what they add to the vocabulary
     * @throws MalformedURLException when an entry cannot be one
     */
    public static UserExtensions open(String path, List<Path> invariants, ClassLoader parent)
            throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        List<Path> entries = new ArrayList<>();
        for (String entry : path.isEmpty() ? new String[0] : path.split(File.pathSeparator)) {
            entries.add(Path.of(entry));
            urls.add(Path.of(entry).toUri().toURL());
        }
        return new UserExtensions(path, urls.toArray(new URL[0]), entries, invariants, parent);
    }

    /** Where in a class of somebody's own an error was made, or met; empty where there was none of these. */
    public static Optional<StackTraceElement> place(Throwable failure) {
        return Arrays.stream(failure.getStackTrace())
                .filter(e -> NAME.equals(e.getClassLoaderName()) || isFound(e))
                .findFirst();
    }

    /** Where a project has Moat among its libraries, its classes and Moat's are of one class loader. */
    private static boolean isFound(StackTraceElement at) {
        // Moat's own components of its tests lie beside Moat's classes.
        if (at.getModuleName() != null || at.getClassName().startsWith("dev.moat.") || FOUND.isEmpty()) {
            return false;
        }
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            return FOUND.contains(place(Class.forName(at.getClassName(), false, loader)));
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /** Whether the class of a component is not Moat's, wherever it was found; that is remembered. */
    static boolean isOwn(Class<?> type) {
        String place = place(type);
        boolean isOwn = !place.equals(place(UserExtensions.class));
        if (isOwn) {
            FOUND.add(place);
        }
        return isOwn;
    }

    private static String place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null ? "" : String.valueOf(source.getLocation());
    }

    /** Whether the thread's command line names any. */
    public static boolean isHere() {
        return Thread.currentThread().getContextClassLoader() instanceof UserExtensions;
    }

    /** The entries of the class path that the thread's command line names; none where it names none. */
    public static List<Path> classPath() {
        return Thread.currentThread().getContextClassLoader() instanceof UserExtensions own ? own.entries : List.of();
    }

    /**
     * The directories of invariants beside a home's own, each once: {@code META-INF/moat/invariants} on the class path, then those
     * that were named.
     *
     * @throws UncheckedIOException when one cannot be read
     */
    public static List<Path> invariants(Path home) {
        List<Path> found = new ArrayList<>(Home.onClassPath("invariants"));
        if (Thread.currentThread().getContextClassLoader() instanceof UserExtensions own) {
            try {
                for (Path directory : own.invariants) {
                    if (!among(found, directory) && !among(List.of(home.resolve("invariants")), directory)) {
                        found.add(directory);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return found;
    }

    /** The directories of invariants that the thread's command line names. */
    public static List<Path> named() {
        return Thread.currentThread().getContextClassLoader() instanceof UserExtensions own
                ? own.invariants
                : List.of();
    }

    /**
     * Everything that states are judged by here: a home's invariants and those beside them. Throws as what it is made of.
     *
     * @throws InputException when a file has the name of a property that has none: it would never be judged
     */
    public static InvariantLibrary library(Path home) {
        List<Path> beside = invariants(home);
        for (Path directory : beside) {
            Stream.concat(Response.ids().stream(), Stream.of(Scenario.NO_DEADLOCK))
                    .map(id -> directory.resolve(id + ".smt2"))
                    .filter(Files::exists)
                    .findFirst()
                    .ifPresent(file -> {
                        throw new InputException(
                                file.toString(), 1, 1, "this is the name of a property that has no file");
                    });
        }
        return InvariantLibrary.ofHome(home, beside);
    }

    private static boolean among(List<Path> known, Path directory) throws IOException {
        for (Path other : known) {
            if (Files.exists(other) && Files.isSameFile(other, directory)) {
                return true;
            }
        }
        return false;
    }

    /**
     * A command that finds what this thread finds, as a shell reads it: {@code moat replay --class-path own file}.
     *
     * @param name of the command
     * @param words of it, behind those that name the user's own
     */
    public static String command(String name, Object... words) {
        List<String> command = new ArrayList<>(List.of("moat", name));
        if (Thread.currentThread().getContextClassLoader() instanceof UserExtensions own) {
            if (!own.path.isEmpty()) {
                command.addAll(List.of("--class-path", own.path));
            }
            own.invariants.forEach(directory -> command.addAll(List.of("--invariants", directory.toString())));
        }
        for (Object word : words) {
            command.add(word.toString());
        }
        return command.stream().map(ShellWord::of).collect(Collectors.joining(" "));
    }
}
