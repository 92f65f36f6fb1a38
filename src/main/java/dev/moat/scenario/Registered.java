package dev.moat.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.ServiceConfigurationError;

/** The files in which services are registered, and what Java does not say of them. */
final class Registered {
    private static final List<String> SERVICES = List.of("dev.moat.model.Component", "dev.moat.iommu.Family");

    private Registered() {}

    /** Files of a service that the thread's class loader finds, Moat's own among them; none where they cannot be read. */
    private static List<URL> files(String service) {
        try {
            return Thread.currentThread()
                    .getContextClassLoader()
                    .resources("META-INF/services/" + service)
                    .toList();
        } catch (UncheckedIOException e) {
            return List.of();
        }
    }

    /** Whether somebody else than Moat registers a service of this name. */
    static boolean byOthers(String service) {
        return files(service).size() > 1;
    }

    /**
     * Refuses a file that names a class of Java's own: {@link java.util.ServiceLoader} passes over it without a word, as such a class is
     * of a module, and whoever has misspelt a name would see nothing of what was to be checked.
     *
     * @throws ServiceConfigurationError with file and line
     */
    static void requireNoneOfJavas() {
        for (String service : SERVICES) {
            List<URL> files = files(service);
            if (files.size() > 1) {
                files.forEach(file -> requireNoneOfJavas(service, file));
            }
        }
    }

    private static void requireNoneOfJavas(String service, URL file) {
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            String name = lines.get(i).replaceFirst("#.*", "").strip();
            if (!name.isEmpty() && isJavas(name)) {
                throw new ServiceConfigurationError(
                        service + ": " + file + ":" + (i + 1) + ": " + name + " is a class of Java's own");
            }
        }
    }

    private static boolean isJavas(String name) {
        try {
            Class.forName(name, false, ClassLoader.getPlatformClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /** No line of a file that cannot be read: Java says that itself. */
    private static List<String> lines(URL file) {
        try (InputStream in = file.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
