package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fresh project with Moat's jar as its one dependency, by the commands of docs/examples/project as they stand there: built by
 * Maven on a repository of its own where the present classes are installed as Moat's jar, and for the rest what this build has used.
 */
class DownstreamTest {
    private static final Path EXAMPLES = Path.of("docs/examples");

    @TempDir
    Path directory;

    /** There is no such command. */
    private static final int NONE = -2;

    private String said = "";

    @Test
    void aFreshProjectBuildsReplaysAndHasAGate() throws Exception {
        Path used = Path.of(System.getProperty("localRepository", System.getProperty("user.home") + "/.m2/repository"));
        int version = run(EXAMPLES, List.of("mvn", "-v"));
        boolean able = Files.isDirectory(used) && version != NONE;
        if (!able) {
            System.err.println("SKIPPED: no mvn, or no local repository at " + used + ": no fresh project is built");
        }
        assumeTrue(able, "no mvn, or no local repository");
        assertThat(version).as(said).isZero();
        Path checkout = directory.resolve("moat");
        copy(EXAMPLES, Files.createDirectories(checkout.resolve("docs")).resolve("examples"));
        Path repository = repository(used);
        boolean installed = run(directory, install(repository)) == 0;
        if (!installed && said.contains("could not be resolved")) {
            System.err.println("SKIPPED: Maven's install plugin is not to be had: no fresh project is built");
        }
        assumeTrue(installed || !said.contains("could not be resolved"), "no install plugin");
        assertThat(installed).as(said).isTrue();
        List<String> blocks = blocks(repository);
        assertThat(blocks.get(0)).startsWith("mvn ").endsWith(" install\n");
        built(checkout, blocks.get(1));
        wrong(blocks.get(2));
        assertThat(paste(directory.resolve("my-iommu"), moat(blocks.get(2)) + blocks.get(3)))
                .as(said)
                .isZero();
        assertThat(blocks).hasSize(4);
        // What is committed is what the page's command saves.
        String saved = "src/test/counterexamples/my-iommu-lazy.itf.json";
        assertThat(directory.resolve("my-iommu").resolve(saved))
                .hasSameTextualContentAs(EXAMPLES.resolve("project").resolve(saved));
    }

    /** From the checkout to the gate. */
    private void built(Path checkout, String block) throws Exception {
        assertThat(paste(checkout, block)).as(said).isZero();
        Path report = directory.resolve("my-iommu/target/surefire-reports/TEST-example.ReplayTest.xml");
        assertThat(report).content().contains("tests=\"2\"").contains("failures=\"0\"");
        assertThat(said)
                .contains("my-iommu: HELD, as expected")
                .contains("my-iommu-lazy: VIOLATED free-frame-is-not-served, as expected")
                .contains("2 scenarios, 2 as expected, 0 not");
    }

    /** The gate closes: the same design with its fault. */
    private void wrong(String block) throws Exception {
        Path project = directory.resolve("my-iommu");
        int replays = block.lastIndexOf("moat replay ");
        assertThat(paste(project, block.substring(0, replays))).as(said).isEqualTo(12);
        assertThat(said).contains("  reproduce     " + block.substring(replays).strip() + "\n");
        assertThat(paste(project, moat(block) + block.substring(replays)))
                .as(said)
                .isZero();
    }

    private static String moat(String block) {
        return block.lines().findFirst().orElseThrow() + "\n";
    }

    /** The page's blocks for a shell as they stand, but that Maven works offline on this test's repository. */
    private static List<String> blocks(Path repository) throws IOException {
        String page = Files.readString(EXAMPLES.resolve("project/README.md"));
        return Pattern.compile("^```sh\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(page)
                .results()
                .map(block ->
                        block.group(1).replaceAll("(?m)^(mvn .* test .*)$", "$1 -o -Dmaven.repo.local=" + repository))
                .toList();
    }

    /** Ends with the code of the first line that fails, else of the last. */
    private int paste(Path where, String block) throws IOException, InterruptedException {
        return run(where, List.of("sh", "-c", "set -e\n" + block));
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path file : tree(from)) {
            Path target = to.resolve(from.relativize(file).toString());
            if (Files.isDirectory(file)) {
                Files.createDirectories(target);
            } else {
                Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static List<Path> tree(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.sorted().toList();
        }
    }

    /** What `mvn install` does with a jar and its pom, without the build before it. */
    private List<String> install(Path repository) throws IOException {
        Path jar = directory.resolve("moat.jar");
        jar(Path.of("target/classes"), jar);
        return List.of(
                "mvn",
                "-B",
                "-q",
                "org.apache.maven.plugins:maven-install-plugin:3.1.4:install-file",
                "-Dfile=" + jar,
                "-DpomFile=" + Path.of("pom.xml").toAbsolutePath(),
                "-Dmaven.repo.local=" + repository);
    }

    /** Links to what is there, but for Moat's own. */
    private Path repository(Path used) throws IOException {
        // Not in the temporary directory: JUnit warns of each link that it removes.
        Path repository = Path.of("target/downstream").toAbsolutePath();
        remove(repository);
        Files.createDirectories(repository);
        links(used, repository, "dev");
        Path dev = Files.createDirectories(repository.resolve("dev"));
        links(used.resolve("dev"), dev, "moat");
        return repository;
    }

    /** Links themselves, not what they lead to. */
    private static void remove(Path root) throws IOException {
        if (Files.exists(root)) {
            List<Path> all = new ArrayList<>(tree(root));
            Collections.reverse(all);
            for (Path file : all) {
                Files.delete(file);
            }
        }
    }

    private static void links(Path from, Path to, String without) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> all = Files.list(from)) {
            for (Path one : all.toList()) {
                if (!one.endsWith(without)) {
                    Files.createSymbolicLink(to.resolve(one.getFileName()), one.toAbsolutePath());
                }
            }
        }
    }

    private static void jar(Path classes, Path jar) throws IOException {
        try (OutputStream bytes = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(bytes)) {
            for (Path file : tree(classes)) {
                String name = classes.relativize(file).toString();
                if (!name.isEmpty()) {
                    boolean isDirectory = Files.isDirectory(file);
                    out.putNextEntry(new JarEntry(isDirectory ? name + "/" : name));
                    if (!isDirectory) {
                        Files.copy(file, out);
                    }
                    out.closeEntry();
                }
            }
        }
    }

    private int run(Path where, List<String> command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command)).directory(where.toFile());
        // Of every Java that is started, as none of them runs long.
        builder.environment().put("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        builder.redirectErrorStream(true).redirectOutput(output.toFile());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            said = String.valueOf(e.getMessage());
            return NONE;
        }
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly();
        }
        said = Files.readString(output);
        return ended ? process.exitValue() : -1;
    }
}
