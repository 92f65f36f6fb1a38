package dev.moat.check.checkpoint;

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
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** SHA-256 of what decides the result of a search beside the scenario: the classes that run and the texts that judge. */
final class Fingerprints {
    private Fingerprints() {}

    /** Of every entry of Java's class path, by its place and name; a directory counts with all its files. */
    static Map<String, String> ofClassPath() throws IOException {
        Map<String, String> all = new TreeMap<>();
        String[] entries = System.getProperty("java.class.path", "").split(File.pathSeparator, -1);
        for (int i = 0; i < entries.length; i++) {
            Path entry = Path.of(entries[i]);
            if (Files.exists(entry)) {
                all.put("class path " + (i + 1) + " (" + entry.getFileName() + ")", of(files(entry)));
            }
        }
        return all;
    }

    /** Of each vocabulary, discipline, invariant and property file of a home, by its name. */
    static Map<String, String> ofTexts(Path home) throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (String directory : List.of("specs", "invariants")) {
            for (Path file : files(home.resolve(directory))) {
                if (file.toString().endsWith(".smt2")) {
                    all.put(home.relativize(file).toString(), of(List.of(file)));
                }
            }
        }
        return all;
    }

    /** Of all that, and of the shipped scenarios. */
    static String ofAll(Path home) throws IOException {
        MessageDigest digest = sha256();
        Map<String, String> all = ofTexts(home);
        all.putAll(ofClassPath());
        all.put("scenarios", of(files(home.resolve("specs").resolve("scenarios"))));
        digest.update(all.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private static List<Path> files(Path entry) throws IOException {
        try (Stream<Path> found = Files.walk(entry)) {
            return found.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String of(List<Path> files) throws IOException {
        MessageDigest digest = sha256();
        for (Path file : files) {
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
