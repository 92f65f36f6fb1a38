package dev.moat.scenario;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Somebody else's components: directories and jar files beside Moat's own, as the user named them. */
public final class OwnClasses extends URLClassLoader {
    private final String path;

    private OwnClasses(String path, URL[] entries, ClassLoader parent) {
        super(entries, parent);
        this.path = path;
    }

    /**
     * Opens a class path.
     *
     * @param path separated as Java's
     * @throws MalformedURLException when an entry cannot be one
     */
    public static OwnClasses open(String path, ClassLoader parent) throws MalformedURLException {
        List<URL> entries = new ArrayList<>();
        for (String entry : path.split(File.pathSeparator)) {
            entries.add(Path.of(entry).toUri().toURL());
        }
        return new OwnClasses(path, entries.toArray(new URL[0]), parent);
    }

    /** The words that begin a command which finds the classes that this thread finds: {@code moat replay --class-path own}. */
    public static String command(String name) {
        return Thread.currentThread().getContextClassLoader() instanceof OwnClasses own
                ? "moat " + name + " --class-path " + own.path
                : "moat " + name;
    }
}
