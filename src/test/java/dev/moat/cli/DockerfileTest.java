package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the Dockerfile copies into the image is enough to run: laid out in a directory, with the present classes as Moat's jar, no
 * Maven and another working directory. The image itself is not built here: that needs a daemon and a network.
 */
class DockerfileTest {
    private static final Pattern COPY = Pattern.compile("COPY --from=build ((?:/moat/\\S+ )+)(/moat/\\S*)");

    @TempDir
    Path directory;

    private String said = "";

    @Test
    void whatTheImageHoldsRunsWithoutMaven() throws Exception {
        Path moat = image();
        assertThat(moat.resolve("counterexamples")).isNotEmptyDirectory();
        assertThat(run("check", "r1-unmap-no-invalidation")).as(said).isZero();
        assertThat(said).contains("VIOLATED no-foreign, no-stale, as expected").doesNotContain("building");
        assertThat(moat.resolve("target")).as("what the first run keeps").isDirectoryContaining("glob:**/moat-*.jsa");
        assertThat(directory.resolve("work/.moat")).isNotEmptyDirectory();
        assertThat(run("replay", "/nowhere.itf.json")).isEqualTo(74);
    }

    /** The second stage has a runtime, not a compiler; both are Debian's. */
    @Test
    void theImageIsDebianWithARuntime() throws IOException {
        String last = Files.readString(Path.of("Dockerfile")).replaceFirst("(?s).*\\nFROM ", "FROM ");
        assertThat(last).startsWith("FROM debian:12-slim\n").contains("openjdk-17-jre-headless");
        assertThat(last).contains("/moat/LICENSE /moat/THIRD-PARTY.txt");
        assertThat(last).doesNotContain("-jdk", "maven").contains("ENTRYPOINT [\"/moat/moat\"]");
    }

    private Path image() throws IOException {
        Path root = directory.resolve("image");
        int copies = 0;
        Matcher copy = COPY.matcher(Files.readString(Path.of("Dockerfile")));
        while (copy.find()) {
            for (String from : copy.group(1).strip().split(" ")) {
                String to = copy.group(2).substring(1);
                put(from.replaceFirst("^/moat/", ""), root.resolve(to), to.endsWith("/"));
                copies++;
            }
        }
        assertThat(copies).isGreaterThanOrEqualTo(8);
        Files.createDirectories(root.resolve("moat/src/main"));
        Files.createDirectories(directory.resolve("work"));
        // The image's stamp is made last: nothing in it is newer.
        Files.setLastModifiedTime(
                root.resolve("moat/target/moat.built"),
                FileTime.from(Instant.now().plusSeconds(60)));
        return root.resolve("moat");
    }

    /** A file or directory of the checkout, or what the build makes. */
    private static void put(String from, Path to, boolean within) throws IOException {
        Path target = within ? to.resolve(Path.of(from).getFileName()) : to;
        Files.createDirectories(target.getParent());
        switch (from) {
            case "target/lib" -> libraries(target);
            case "target/moat-*.jar" -> jar(target.resolveSibling("moat-" + Moat.VERSION + ".jar"));
            case "target/moat.built" -> Files.writeString(target, "");
            default -> copy(Path.of(from), target);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    /** Those whose licences are handed on with them, and nothing of JUnit. */
    private static void libraries(Path to) throws IOException {
        Files.createDirectories(to);
        String named = Files.readString(Path.of("THIRD-PARTY.txt"));
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String part : path.split(File.pathSeparator)) {
            Path jar = Path.of(part).toAbsolutePath();
            String name = jar.getFileName().toString();
            if (named.contains(name.replaceFirst("^(.*)-([0-9].*)\\.jar$", "$1 $2"))) {
                same(jar, to.resolve(name));
            }
        }
    }

    /** JUnit warns of symbolic links in what it removes. */
    private static void same(Path jar, Path to) throws IOException {
        try {
            Files.createLink(to, jar);
        } catch (IOException | UnsupportedOperationException e) {
            Files.copy(jar, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void jar(Path to) throws IOException {
        String classes =
                Moat.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        int code = ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(System.out, System.err, "--create", "--file", to.toString(), "-C", classes, ".");
        assertThat(code).isZero();
    }

    private int run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(directory + "/image/moat/moat"));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.resolve("work").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(k -> k.startsWith("MOAT_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("PATH", "/bin:/usr/bin");
        builder.environment().put("MOAT_HEAP", "512m");
        Process process = builder.start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        said = Files.readString(output);
        return process.exitValue();
    }
}
