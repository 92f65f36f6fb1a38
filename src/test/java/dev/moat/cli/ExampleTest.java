package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.MoatEngine;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example under docs/examples does what its page says: built apart from Moat, checked by the same command. */
class ExampleTest {
    private static final Path EXAMPLE = Path.of("docs/examples/toy-iommu");
    private static final String SCENARIO = EXAMPLE.resolve("toy-iommu.yaml").toString();

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void compile() {
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        "target/classes",
                        "-d",
                        directory.toString(),
                        EXAMPLE.resolve("ToyIommu.java").toString());
        assertThat(failed).isZero();
    }

    private int moat(String... args) {
        out.getBuffer().setLength(0);
        Site site = new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, MoatEngine::open);
        String[] all = new String[args.length + 2];
        all[0] = "--class-path";
        all[1] = directory.toString();
        System.arraycopy(args, 0, all, 2, args.length);
        return Moat.run(site, all);
    }

    @Test
    void holds() {
        assertThat(moat("check", SCENARIO)).as(err.toString()).isZero();
        assertThat(out.toString()).contains("toy-iommu: HELD, as expected");
    }

    @Test
    void itsFaultIsCaughtAndReplays() {
        int code = moat("check", SCENARIO, "--inject", "take.no-invalidation", "--save", directory.toString());
        assertThat(code).as(err.toString()).isEqualTo(12);
        assertThat(out.toString())
                .contains("no-foreign, no-stale, UNEXPECTED")
                .contains("give(d0, f0)")
                .contains("take(d0, f0)");
        Path file = directory.resolve("toy-iommu.itf.json");
        assertThat(Files.exists(file)).isTrue();
        assertThat(moat("replay", file.toString())).as(err.toString()).isZero();
        assertThat(out.toString()).contains("reproduced");
    }
}
