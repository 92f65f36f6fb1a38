package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A component that is not on Moat's class path, found by service and by class name. */
class ClassPathTest {
    private static final String SOURCE = """
            package other;
            public final class Mine implements dev.moat.model.Component {
                public String id() { return "mine"; }
                public String says() { return "Somebody else's."; }
                public java.util.List<dev.moat.model.Parameter> parameters() { return java.util.List.of(); }
                public void build(dev.moat.model.Setting setting, dev.moat.model.ModelBuilder model) {}
            }
            """;

    @TempDir
    Path directory;

    private Path classes;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private void compile(String text) throws IOException {
        classes = Files.createDirectories(directory.resolve("classes"));
        Path source = Files.writeString(directory.resolve("Mine.java"), text);
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        "target/classes",
                        "-d",
                        classes.toString(),
                        source.toString());
        assertThat(failed).isZero();
    }

    @BeforeEach
    void write() throws IOException {
        compile(SOURCE);
        Path scenarios = Files.createDirectories(directory.resolve("specs/scenarios"));
        Files.writeString(
                scenarios.resolve("named.yaml"),
                "id: named\nsays: By class name.\ncomponent: other.Mine\ngranularity: operation\n"
                        + "properties: {hold: [no-deadlock]}\nexpect: {verdict: held}\n");
    }

    private int moat(String... args) {
        Site site =
                new Site(directory, new PrintWriter(out), new PrintWriter(err), false, false, path -> new TinyEngine());
        return Moat.run(site, args);
    }

    private void register(String name) throws IOException {
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(services.resolve("dev.moat.model.Component"), name + "\n");
    }

    @Test
    void foundByClassNameInAScenario() {
        assertThat(moat("list", "scenarios")).isEqualTo(65);
        assertThat(err.toString()).contains("named.yaml:3:12: class 'other.Mine' is not on the class path");
        assertThat(moat("list", "scenarios", "--class-path", classes.toString()))
                .isZero();
        assertThat(out.toString()).containsPattern("named  \\S+  default  operation  held  By class name\\.");
    }

    @Test
    void foundByService() throws IOException {
        register("other.Mine");
        assertThat(moat("--class-path", directory + java.io.File.pathSeparator + classes, "list", "components"))
                .isZero();
        assertThat(out.toString()).contains("Somebody else's.");
        out.getBuffer().setLength(0);
        assertThat(moat("list", "components")).isZero();
        assertThat(out.toString()).as("the class path ends with its command").doesNotContain("Somebody");
    }

    @Test
    void whatCannotBeAClassPathIsUsage() throws IOException {
        Path garbage = Files.writeString(directory.resolve("garbage.jar"), "no jar");
        assertThat(moat("list", "components", "--class-path", garbage.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("garbage.jar is no directory and no jar file");
        // A name that no file can have, as any beyond ASCII is to Java in the POSIX locale.
        for (String[] words : new String[][] {{"check", "a\0.yaml"}, {"list", "faults", "--class-path", "a\0"}}) {
            err.getBuffer().setLength(0);
            assertThat(moat(words)).isEqualTo(2);
            assertThat(err.toString()).startsWith("moat: 'a").contains("cannot be the name of a file");
        }
    }

    @Test
    void aBadRegistrationIsTheUsersMistake() throws IOException {
        register("other.Absent");
        assertThat(moat("list", "components", "--class-path", classes.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).startsWith("moat: ").contains("other.Absent").hasLineCount(1);
    }

    /** Of two that answer to one name only one would ever run, and that need not be the one that was meant. */
    @ParameterizedTest
    @ValueSource(strings = {"r1", "xen", "xen-vtd"})
    void aNameThatMoatHasIsRefused(String id) throws IOException {
        compile(SOURCE.replace("\"mine\"", "\"" + id + "\""));
        register("other.Mine");
        assertThat(moat("list", "components", "--class-path", classes.toString()))
                .isEqualTo(2);
        assertThat(err.toString())
                .startsWith("moat: two components are named '" + id + "': class 'dev.moat.")
                .endsWith(" and class 'other.Mine'\n");
    }

    /** What Java refuses to load is no error of Moat's, whether it is named or registered. */
    @Test
    void aClassOfAnotherJavaIsTheUsersMistake() throws IOException {
        Path file = classes.resolve("other/Mine.class");
        byte[] newer = Files.readAllBytes(file);
        newer[7] = 99;
        Files.write(file, newer);
        assertThat(moat("list", "scenarios", "--class-path", classes.toString()))
                .isEqualTo(65);
        assertThat(err.toString())
                .contains("named.yaml:3:12: class 'other.Mine' cannot be loaded: ")
                .contains("class file version 99");
        err.getBuffer().setLength(0);
        register("other.Mine");
        assertThat(moat("list", "components", "--class-path", classes.toString()))
                .isEqualTo(65);
        assertThat(err.toString())
                .startsWith("moat: a class of your own cannot be loaded: ")
                .contains("class file version 99");
    }

    /** Java's own words do not say why it could not be made. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "static final int X = Integer.parseInt(\"boom\");",
                "public Mine() { throw new IllegalStateException(\"boom\"); }"
            })
    void whyOneCannotBeMadeIsTold(String member) throws IOException {
        compile(SOURCE.replaceFirst("\\{\n", "{ " + Matcher.quoteReplacement(member) + "\n"));
        assertThat(moat("list", "scenarios", "--class-path", classes.toString()))
                .isEqualTo(65);
        assertThat(err.toString())
                .contains("named.yaml:3:12: class 'other.Mine' cannot be ")
                .contains("boom");
        err.getBuffer().setLength(0);
        register("other.Mine");
        assertThat(moat("list", "components", "--class-path", classes.toString()))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("Provider other.Mine could not be instantiated: ")
                .contains("boom");
    }
}
