package dev.moat.check;

import dev.moat.input.InputFile;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.UserExtensions;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of the classes that run and the texts that judge: apart from the scenario they decide the result of a
 * search.
 */
final class Fingerprints {
    /** Class path of Java's to what is told of it. */
    private static final Map<String, Map<String, String>> READ = new ConcurrentHashMap<>();

    private Fingerprints() {}

    /**
     * Of every entry of Java's class path and of the user's, by its place and name; a directory counts with all its files. Jar files
     * of one directory in a row share a place: Java lists those of {@code lib/*} as the file system happens to.
     */
    static Map<String, String> ofClassPath() throws IOException {
        Map<String, String> all = new TreeMap<>(ofJavas());
        all.putAll(ofEntries("own class path", UserExtensions.classPath()));
        return all;
    }

    /** Of Java's own class path: read once, for what has been loaded from there stays as it was, whatever becomes of the files. */
    private static Map<String, String> ofJavas() throws IOException {
        String path = System.getProperty("java.class.path", "");
        Map<String, String> known = READ.get(path);
        if (known == null) {
            Stream<String> entries = Arrays.stream(path.split(File.pathSeparator, -1));
            known = ofEntries("class path", entries.map(Path::of).toList());
            READ.put(path, known);
        }
        return known;
    }

    static Map<String, String> ofEntries(String name, List<Path> entries) throws IOException {
        Map<String, String> all = new TreeMap<>();
        int place = 0;
        @Nullable Path row = null;
        for (Path entry : entries) {
            if (Files.exists(entry)) {
                Path directory = entry.toString().endsWith(".jar")
                        ? entry.toAbsolutePath().getParent()
                        : null;
                if (directory == null || !directory.equals(row)) {
                    place++;
                }
                row = directory;
                all.put(name + " " + place + " (" + entry.getFileName() + ")", of(entry));
            }
        }
        return all;
    }

    /** Of each text that judges: those of a home, and the user's beside them. */
    static Map<String, String> ofTexts(Path home) throws IOException {
        Map<String, String> all = ofHome(home);
        int place = 0;
        for (Path directory : UserExtensions.invariants(home)) {
            place++;
            for (Path file : files(directory)) {
                if (InputFile.isOfKind(file, ".smt2")) {
                    all.put("own invariants " + place + " (" + file.getFileName() + ")", of(file));
                }
            }
        }
        return all;
    }

    /** Of each vocabulary, discipline, invariant and property file of a home, by its name. */
    private static Map<String, String> ofHome(Path home) throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (String directory : List.of("specs", "invariants")) {
            for (Path file : files(home.resolve(directory))) {
                if (InputFile.isOfKind(file, ".smt2")) {
                    all.put(home.relativize(file).toString(), of(file));
                }
            }
        }
        return all;
    }

    /** Of all that, and of scenarios, wherever they lie, with the most states that each may have. */
    static String ofAll(Path home, List<Scenario> scenarios, long states) throws IOException {
        MessageDigest digest = sha256();
        Map<String, String> all = ofTexts(home);
        all.putAll(ofClassPath());
        all.put("states", String.valueOf(states));
        for (Scenario s : scenarios) {
            List<Object> judged = List.of(s.hold(), s.fail(), s.unwitnessed(), s.expect());
            all.put(
                    "scenario " + s.id(),
                    List.of(s.machine(), judged, s.maxDepth(), s.maxStates()).toString());
        }
        digest.update(all.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private static List<Path> files(Path entry) throws IOException {
        try (Stream<Path> found = Files.walk(entry)) {
            return found.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** Of a file by what is in it, of a directory also by the names in it: a class is found by that of its file. */
    private static String of(Path entry) throws IOException {
        MessageDigest digest = sha256();
        for (Path file : files(entry)) {
            digest.update(entry.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
