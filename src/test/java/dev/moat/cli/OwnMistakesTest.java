package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.MoatEngine;
import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mistakes in a component of one's own, made in the example's, are told as such and where they are; they are no errors of Moat's. */
class OwnMistakesTest {
    private static final Path EXAMPLE = Path.of("docs/examples/toy-iommu");

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private void compile(String changed, String to) throws IOException {
        String source = Files.readString(EXAMPLE.resolve("ToyIommu.java"));
        assertThat(source).contains(changed);
        String mistaken =
                source.replace(changed, to).replace("private Sort domains;", "private Sort domains; int calls;");
        Path file = Files.writeString(directory.resolve("ToyIommu.java"), mistaken);
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-nowarn",
                        "-cp",
                        "target/classes",
                        "-d",
                        directory.toString(),
                        file.toString());
        assertThat(failed).isZero();
    }

    private int moat(String... args) {
        Site site = new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, MoatEngine::open);
        return Moat.run(site, args);
    }

    private int check() {
        return moat("check", EXAMPLE.resolve("toy-iommu.yaml").toString(), "-q", "--class-path", directory.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            owner.set(s, frame, dom + 1);         | if (dom == 0) throw new IllegalStateException("boom"); | IllegalStateException: boom
            owner.set(s, frame, dom + 1);         | owner.set(s, frame, 77);                    | slot owner[f0] holds 2 bits, not 0x4d
            owner.set(s, frame, dom + 1);         | new Object() { int f(int x) { return f(x) + 1; } }.f(0); | StackOverflowError
            Sort.numbered("Dom", "d", 2)          | Sort.numbered("Dom", "d", -2)               | NegativeArraySizeException
            model.action("take"                   | model.action("give"                         | two operations or actions are named give
            "Machine frames.", 2, 1, 8            | "Machine frames.", 0, 1, 8                  | parameter frames cannot be 0, which is its default
            """)
    void saysWhereItIs(String changed, String to, String message) throws IOException {
        compile(changed, to);
        assertThat(check()).isEqualTo(65);
        assertThat(err.toString())
                .startsWith("moat: example.ToyIommu")
                .contains(", ToyIommu.java:")
                .contains(message)
                .doesNotContain("internal error")
                .hasLineCount(1);
    }

    @Test
    void aComponentHasAnId() throws IOException {
        compile("return \"toy-iommu\";", "return null;");
        assertThat(check()).isEqualTo(65);
        assertThat(err.toString()).contains("toy-iommu.yaml:3:12: class 'example.ToyIommu' has no id");
    }

    /** What it does the second time is something else, or it does something although it says that it cannot. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            return false;                 | { entry.set(s, dom, 1); return false; }
            owner.set(s, frame, dom + 1); | owner.set(s, frame, calls++ < 2 ? 2 - dom : dom + 1);
            """)
    void anActionDependsOnTheStateAlone(String changed, String to) throws IOException {
        compile(changed, to);
        assertThat(check()).isEqualTo(14);
        assertThat(err.toString())
                .contains(
                        "what a step or an action does must depend on the state alone, and one that answers false must")
                .hasLineCount(1);
    }

    @Test
    void aFamilyThatIsNotThereIsToldOnce() throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve("dev.moat.iommu.Family"), "example.Nope\n");
        assertThat(moat("doctor", "--class-path", directory.toString())).isEqualTo(2);
        assertThat(out.toString().lines().filter(l -> l.startsWith("BAD")))
                .hasSizeBetween(1, 3)
                .anyMatch(l -> l.contains("Provider example.Nope not found"))
                .anyMatch(l -> l.endsWith(" more of the same"));
    }
}
