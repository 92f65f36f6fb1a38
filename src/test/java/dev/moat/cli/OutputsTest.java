package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.check.ExitCode;
import dev.moat.cli.site.Site;
import dev.moat.cli.site.StandardOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of each output when a part fails: docs/reference/exit-codes-and-files.md. */
class OutputsTest {
    private static final Path HERE = Path.of("");
    private static final String CONTROL = "xen-unmap-no-invalidation";

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int moat(PrintWriter to, String... args) {
        return Moat.run(new Site(HERE, to, new PrintWriter(err), false, false, CheckoutEngine::open), args);
    }

    private int moat(String... args) {
        return moat(new PrintWriter(out), args);
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    /** The first violates something, the second has no such fault: nothing is searched, so nothing that was found is hidden. */
    @Test
    void whatDoesNotFitOneScenarioIsRefusedBeforeTheFirst() {
        String[] both = {"check", "r1", "iommu-api-strict", "-q", "--save", path("save")};
        for (String[] change : new String[][] {{"--inject", "unmap.no-invalidation"}, {"-P", "refs=1"}}) {
            String[] args = Stream.concat(Stream.of(both), Stream.of(change)).toArray(String[]::new);
            out.getBuffer().setLength(0);
            err.getBuffer().setLength(0);
            assertThat(moat(args)).isEqualTo(2);
            assertThat(out.toString()).doesNotContain("VIOLATED").doesNotContain("HELD");
            assertThat(err.toString()).contains(change[1].replaceFirst("=.*", ""));
        }
        assertThat(moat("check", "r1", "-q", "--save", path("save"), "--inject", "unmap.no-invalidation"))
                .isEqualTo(12);
    }

    @Test
    void aLostStandardOutputIsSeventyFour() {
        for (String why : List.of("No space left on device", "Broken pipe")) {
            err.getBuffer().setLength(0);
            StandardOutput full = StandardOutput.on(new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException(why);
                }
            });
            String junit = path(why + ".xml");
            assertThat(moat(full, "check", "r1", "--json", "-q", "--junit", junit))
                    .isEqualTo(74);
            String complaint = "moat: cannot write the standard output: No space left on device\n";
            assertThat(err).hasToString(why.startsWith("No") ? complaint : "");
            assertThat(Path.of(junit)).content().contains("tests=\"1\" failures=\"0\" errors=\"0\"");
        }
    }

    /** Each file that cannot be written costs its own line; the verdict and the others are there. */
    @Test
    void aFailingFileLosesNothingElse() throws IOException {
        Path blocked = Files.writeString(directory.resolve("blocked"), "");
        String junit = path("moat.xml");
        assertThat(moat(
                        "check",
                        CONTROL,
                        "r1",
                        "-q",
                        "--save",
                        blocked.toString(),
                        "--sarif",
                        path("blocked/moat.sarif"),
                        "--junit",
                        junit))
                .isEqualTo(74);
        assertThat(out.toString())
                .contains(CONTROL + ": VIOLATED no-foreign", "r1: HELD, as expected", "2 scenarios, 2 as expected");
        assertThat(err.toString())
                .contains("moat: cannot read or write: " + blocked + "/" + CONTROL + ".itf.json: ")
                .contains("moat: cannot read or write: " + blocked + "/moat.sarif: ")
                .hasLineCount(2);
        assertThat(Path.of(junit)).content().contains("tests=\"2\" failures=\"0\"");
    }

    @Test
    void whatEndsARunIsInEveryReport() throws IOException {
        Path bad = Files.writeString(directory.resolve("bad.yaml"), "id: bad\nsays: [\n");
        Path junit = directory.resolve("moat.xml");
        Path sarif = directory.resolve("moat.sarif");
        String[] args = {
            "check", bad.toString(), "--json", "--junit", junit.toString(), "--sarif", sarif.toString(), "-q"
        };
        assertThat(moat(args)).isEqualTo(65);
        JsonObject failed = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(failed.get("exit").getAsInt()).isEqualTo(65);
        assertThat(failed.getAsJsonObject("failed").get("message").getAsString())
                .startsWith(bad + ":");
        assertThat(junit).content().contains("tests=\"1\" failures=\"0\" errors=\"1\"", bad + ":");
        assertThat(sarif).content().contains("\"executionSuccessful\": false", bad + ":");
    }

    /** In a process of its own: nothing but a heap that is too small fills it. */
    @Test
    void afterAFullHeapTheNextScenarioRuns() throws Exception {
        String junit = path("moat.xml");
        Path printed = directory.resolve("out.json");
        assertThat(java("-Xmx32m", printed, "check", "xen-step-2cpu", "r1", "--json", "-q", "--junit", junit))
                .isEqualTo(5);
        JsonObject document = JsonParser.parseString(Files.readString(printed)).getAsJsonObject();
        JsonArray scenarios = document.getAsJsonArray("scenarios");
        JsonObject full = scenarios.get(0).getAsJsonObject();
        assertThat(full.get("verdict").getAsString()).isEqualTo("inconclusive");
        assertThat(full.get("limit").getAsString()).startsWith("memory");
        assertThat(full.get("distinct").getAsLong()).isGreaterThan(1000);
        assertThat(scenarios.get(1).getAsJsonObject().get("verdict").getAsString())
                .isEqualTo("held");
        assertThat(Path.of(junit)).content().contains("tests=\"2\" failures=\"0\" errors=\"1\"");
    }

    @Test
    void aHeapThatIsTooSmallForAnythingIsRefused() throws Exception {
        Path printed = directory.resolve("out");
        assertThat(java("-Xmx20m", printed, "check", "r1")).isEqualTo(2);
        assertThat(printed).hasContent("moat: Java's heap is too small; Moat needs at least 32m (MOAT_HEAP)");
    }

    private static int java(String heap, Path to, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Moat.class.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(to.toFile())
                .start();
        return process.waitFor();
    }

    @Test
    void thePageHasEveryExitCode() throws IOException {
        String page = Files.readString(Path.of("docs/reference/exit-codes-and-files.md"), StandardCharsets.UTF_8);
        String rows = Stream.of(ExitCode.values())
                .sorted((a, b) -> Integer.compare(a.code(), b.code()))
                .map(e -> "| " + e.code() + " | " + e.says() + " |")
                .reduce("", (a, b) -> a + b + "\n");
        assertThat(page).contains(rows);
    }
}
