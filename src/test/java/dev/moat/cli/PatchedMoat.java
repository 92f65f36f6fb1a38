package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.MoatEngine;
import dev.moat.cli.site.Site;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;

/** The command line over code of Moat's own that was edited: one source file with some text replaced, all else as it is. */
final class PatchedMoat {
    private static final Path SOURCES = Path.of("src/main/java");

    private final URL[] classPath;
    private final StringWriter out = new StringWriter();

    /**
     * @param directory for the compiled class
     * @param source of the class, below the sources
     * @param from what is there exactly once
     */
    PatchedMoat(Path directory, String source, String from, String to) throws IOException {
        String text = Files.readString(SOURCES.resolve(source));
        assertThat(text).containsOnlyOnce(from);
        Path edited = directory.resolve("edited").resolve(source);
        Files.createDirectories(edited.getParent());
        Files.writeString(edited, text.replace(from, to));
        Path classes = Files.createDirectories(directory.resolve("classes"));
        String path = System.getProperty("java.class.path");
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", path, "-d", classes.toString(), edited.toString());
        assertThat(failed).isZero();
        classPath = urls(classes + File.pathSeparator + path);
    }

    private static URL[] urls(String path) throws MalformedURLException {
        List<URL> all = new ArrayList<>();
        for (String entry : path.split(File.pathSeparator)) {
            all.add(Path.of(entry).toUri().toURL());
        }
        return all.toArray(URL[]::new);
    }

    /** Runs a command; every class of it is loaded anew. */
    int run(String... args) throws IOException, ReflectiveOperationException {
        out.getBuffer().setLength(0);
        Thread thread = Thread.currentThread();
        ClassLoader own = thread.getContextClassLoader();
        try (URLClassLoader edited = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(edited);
            Class<?> main = edited.loadClass(Main.class.getName());
            return (int) main.getMethod("run", PrintWriter.class, String[].class)
                    .invoke(null, new PrintWriter(out, true), args);
        } finally {
            thread.setContextClassLoader(own);
        }
    }

    /** What the last command printed. */
    String out() {
        return out.toString();
    }

    /** Loaded beside the edited class. */
    public static final class Main {
        private Main() {}

        /** The command line, here. */
        public static int run(PrintWriter out, String[] args) {
            return Moat.run(new Site(Path.of(""), out, out, false, false, MoatEngine::open), args);
        }
    }
}
