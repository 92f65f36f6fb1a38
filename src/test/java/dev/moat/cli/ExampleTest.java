package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.MoatEngine;
import dev.moat.cli.site.Site;
import dev.moat.junit.Expect;
import dev.moat.junit.ReplayCounterexamples;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The example under docs/examples does what its page says: built apart from Moat, checked by the same command. */
class ExampleTest {
    private static final Path EXAMPLE = Path.of("docs/examples/toy-iommu");
    private static final String SAVED = "target/example";
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
    void itsFaultIsCaughtAndReplays() throws Exception {
        int code = moat("check", SCENARIO, "--inject", "take.no-invalidation", "--save", SAVED);
        assertThat(code).as(err.toString()).isEqualTo(12);
        assertThat(out.toString())
                .contains("no-foreign, no-stale, UNEXPECTED")
                .contains("give(d0, f0)")
                .contains("take(d0, f0)");
        Path file = Path.of(SAVED, "unexpected", "toy-iommu.itf.json");
        assertThat(Files.exists(file)).isTrue();
        String reproduce = "moat replay --class-path " + directory + " " + file + "\n";
        assertThat(out.toString()).contains("  reproduce     " + reproduce);
        assertThat(moat("show", file.toString())).isZero();
        assertThat(out.toString()).contains("Reproduce: " + reproduce);
        assertThat(moat("replay", file.toString())).as(err.toString()).isZero();
        assertThat(out.toString()).contains("reproduced");
        replaysInJunit();
    }

    /** What a test of somebody else's project looks like; run here with the example on the class path. */
    static class Replays {
        @ReplayCounterexamples(SAVED + "/unexpected/toy-iommu.itf.json")
        void theFaultStillShows() {}

        @ReplayCounterexamples(
                value = SAVED + "/unexpected/toy-iommu.itf.json",
                withoutFaults = true,
                expect = Expect.FIXED)
        void theDesignWithoutItIsSound() {}
    }

    private void replaysInJunit() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader example =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(example);
            EngineTestKit.engine("junit-jupiter")
                    .selectors(DiscoverySelectors.selectClass(Replays.class))
                    .execute()
                    .testEvents()
                    .assertStatistics(stats -> stats.started(2).succeeded(2));
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }
}
