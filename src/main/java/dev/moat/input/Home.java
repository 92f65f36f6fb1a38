package dev.moat.input;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Where the texts are that Moat judges by: a directory that holds {@code specs} and {@code invariants}. The jar carries a copy,
 * so that a project that depends on it needs no checkout.
 */
public final class Home {
    /** The system property that names one. */
    public static final String PROPERTY = "moat.home";

    private static final String VOCABULARY = "specs/vocabulary.smt2";
    private static final String DISCIPLINE = "specs/discipline.smt2";
    private static final String CARRIED = "dev/moat/home/";
    private static final String OTHERS = "META-INF/moat/";

    private Home() {}

    /**
     * The directory that {@link #PROPERTY} names; where it names none, the working directory if it is a checkout, else what the
     * jar carries, whose files are of the jar's own file system.
     *
     * @throws UncheckedIOException when the jar cannot be read
     */
    public static Path find() {
        String named = System.getProperty(PROPERTY, "");
        Path here = Path.of("");
        if (!named.isEmpty() || (Files.exists(here.resolve(VOCABULARY)) && Files.exists(here.resolve(DISCIPLINE)))) {
            return Path.of(named);
        }
        URL carried = Home.class.getClassLoader().getResource(CARRIED + VOCABULARY);
        Path vocabulary = carried == null ? here.resolve(VOCABULARY) : path(carried);
        return vocabulary.resolve("../..").normalize();
    }

    /**
     * The directories {@code META-INF/moat/WHAT} of the context class loader's class path, in its order: where the jars and class
     * directories of other projects have their own.
     *
     * @throws UncheckedIOException when the class path cannot be read
     */
    public static List<Path> onClassPath(String what) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader loader = context == null ? Home.class.getClassLoader() : context;
        try {
            List<Path> found = new ArrayList<>();
            for (URL url : Collections.list(loader.getResources(OTHERS + what))) {
                found.add(path(url));
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A resource as a path, in the file system of its jar where it is in one. */
    private static Path path(URL url) {
        try {
            URI uri = url.toURI();
            if (uri.getScheme().equals("jar")) {
                open(uri);
            }
            return Path.of(uri);
        } catch (URISyntaxException e) {
            throw new UncheckedIOException(new IOException(url + " is no place of a file", e));
        }
    }

    /** File systems of jars stay open: the paths are read as long as the program runs. */
    private static void open(URI uri) {
        try {
            FileSystems.newFileSystem(uri, Map.of());
        } catch (FileSystemAlreadyExistsException e) {
            // Opened for an earlier resource of the same jar.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
