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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fresh project with Moat's jar as its one dependency, as docs/examples/project says: built by Maven on a repository of its own
 * where the present classes are installed as Moat's jar, and for the rest what this build has used.
 */
class DownstreamTest {
    private static final Path EXAMPLES = Path.of("docs/examples");

    @TempDir
    Path directory;

    private String said = "";

    @Test
    void aFreshProjectBuildsReplaysAndHasAGate() throws Exception {
        Path used = Path.of(System.getProperty("localRepository", System.getProperty("user.home") + "/.m2/repository"));
        boolean able = Files.isDirectory(used) && run(EXAMPLES, List.of("mvn", "-v")) == 0;
        if (!able) {
            System.err.println("SKIPPED: no mvn, or no local repository at " + used + ": no fresh project is built");
        }
        assumeTrue(able, "no mvn, or no local repository");
        Path project = project();
        Path repository = repository(used);
        boolean installed = run(directory, install(repository)) == 0;
        if (!installed && said.contains("could not be resolved")) {
            System.err.println("SKIPPED: Maven's install plugin is not to be had: no fresh project is built");
        }
        assumeTrue(installed || !said.contains("could not be resolved"), "no install plugin");
        assertThat(installed).as(said).isTrue();
        List<String> lines = Files.readAllLines(project.resolve("README.md"));
        String build = command(lines, "mvn -B -q test");
        assertThat(run(project, List.of("sh", "-c", build + " -o -Dmaven.repo.local=" + repository)))
                .as(said)
                .isZero();
        Path report = project.resolve("target/surefire-reports/TEST-example.ReplayTest.xml");
        assertThat(report).content().contains("tests=\"2\"").contains("failures=\"0\"");
        String gate = command(lines, "java -cp");
        assertThat(run(project, List.of("sh", "-c", gate))).as(said).isZero();
        assertThat(said)
                .contains("my-iommu: HELD, as expected")
                .contains("my-iommu-lazy: VIOLATED free-frame-is-not-served, as expected")
                .contains("2 scenarios, 2 as expected, 0 not");
        // The gate closes: the same design with its fault.
        assertThat(run(project, List.of("sh", "-c", gate.replace("my-iommu-lazy", "--inject take.no-invalidation"))))
                .as(said)
                .isEqualTo(12);
    }

    private static String command(List<String> lines, String begins) {
        return lines.stream().filter(l -> l.startsWith(begins)).findFirst().orElseThrow();
    }

    /** A copy of the example with its component. */
    private Path project() throws IOException {
        Path project = directory.resolve("project");
        copy(EXAMPLES.resolve("project"), project);
        Path sources = Files.createDirectories(project.resolve("src/main/java/example"));
        Files.copy(EXAMPLES.resolve("toy-iommu/ToyIommu.java"), sources.resolve("ToyIommu.java"));
        return project;
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
        builder.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        builder.redirectErrorStream(true).redirectOutput(output.toFile());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            said = String.valueOf(e.getMessage());
            return -1;
        }
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly();
        }
        said = Files.readString(output);
        return ended ? process.exitValue() : -1;
    }
}
