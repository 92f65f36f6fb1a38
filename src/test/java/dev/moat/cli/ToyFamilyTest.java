package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.MoatEngine;
import dev.moat.cli.site.Site;
import dev.moat.iommu.Families;
import dev.moat.machine.Granularity;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The family under docs/examples does what its page says: built apart from Moat, driven by Moat's own software. */
class ToyFamilyTest {
    private static final Path EXAMPLE = Path.of("docs/examples/toy-family");
    private static final Path SERVICE = Path.of("META-INF/services/dev.moat.iommu.Family");
    private static final String SCENARIO = EXAMPLE.resolve("toy-xen.yaml").toString();

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private void compile(Path source) {
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
                        source.toString());
        assertThat(failed).isZero();
    }

    @BeforeEach
    void register() throws IOException {
        compile(EXAMPLE.resolve("ToyFamily.java"));
        Files.createDirectories(directory.resolve(SERVICE).getParent());
        Files.copy(EXAMPLE.resolve(SERVICE), directory.resolve(SERVICE));
    }

    private int moat(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Site site = new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, MoatEngine::open);
        String[] all = new String[args.length + 2];
        all[0] = "--class-path";
        all[1] = directory.toString();
        System.arraycopy(args, 0, all, 2, args.length);
        return Moat.run(site, all);
    }

    @Test
    void itIsShort() throws IOException {
        assertThat(Files.readAllLines(EXAMPLE.resolve("ToyFamily.java"))).hasSizeLessThan(200);
    }

    @Test
    void xenHoldsOverItAndFollowsTheDiscipline() {
        assertThat(moat("check", SCENARIO)).as(err.toString()).isZero();
        assertThat(out.toString()).contains("toy-xen: HELD, as expected").contains("followed by every transition");
        assertThat(moat("check", SCENARIO, "-P", "page-types=true"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("followed by every transition");
    }

    /** One of the two would be the one that is always meant: Moat's, and not the one that is to be checked. */
    @Test
    void aNameThatMoatHasIsRefused() throws IOException {
        Path renamed = Files.writeString(
                directory.resolve("ToyFamily.java"),
                Files.readString(EXAMPLE.resolve("ToyFamily.java")).replace("\"toy\"", "\"vtd\""));
        compile(renamed);
        assertThat(moat("check", "xen-step", "--depth", "2")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("moat: two IOMMUs are named 'vtd': class 'dev.moat.iommu.vtd.")
                .contains(" and class 'example.ToyFamily'");
    }

    /** It does not say that it reads states through slots, so nothing is remembered of what letters do over it. */
    @ParameterizedTest
    @ValueSource(strings = {"xen-vtd", "xen-io-spaces"})
    void isExecuted(String component) throws IOException {
        assertThat(isWatchable(component, "vtd")).isTrue();
        assertThat(Families.ids()).doesNotContain("toy");
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            assertThat(isWatchable(component, "toy")).isFalse();
            assertThat(Families.ids()).contains("toy");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static boolean isWatchable(String component, String family) {
        return Catalog.load()
                .machine(new MachineSpec(component, Map.of("iommu", family), Granularity.STEP, true, List.of()))
                .schema()
                .isWatchable();
    }

    @Test
    void devicesAndBatchesToo() {
        int code = moat("check", SCENARIO, "-P", "assign=true", "-P", "iommu-domains=all", "-P", "devices=1");
        assertThat(code).as(err.toString()).isZero();
        code = moat("check", SCENARIO, "-P", "batch=2", "-P", "handles=2", "-P", "flush=domain-wide");
        assertThat(code).as(err.toString()).isZero();
    }

    @Test
    void faultsOfXenAreCaughtAndThoseOfOtherFamiliesRefused() {
        assertThat(moat("check", SCENARIO, "--inject", "unmap.no-invalidation")).isEqualTo(12);
        assertThat(out.toString()).contains("no-foreign, no-stale");
        assertThat(moat("check", SCENARIO, "--inject", "invalidation.page-zero-names-another"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("'invalidation.page', which this machine does not have");
    }

    @Test
    void otherFamiliesParametersAreNotThere() {
        assertThat(moat("check", SCENARIO, "-P", "ring=4")).isEqualTo(2);
        assertThat(err.toString())
                .contains("parameter 'ring' is there with iommu=")
                .contains("vtd, amd-vi, riscv, smmuv3 only");
        assertThat(moat("check", SCENARIO, "-P", "flush=batch-range", "-P", "batch=2"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("this IOMMU is modelled without invalidations of ranges");
    }

    @Test
    void theApiRunsOverItToo() {
        assertThat(moat("check", "iommu-api-strict", "-P", "iommu=toy"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("HELD");
    }
}
