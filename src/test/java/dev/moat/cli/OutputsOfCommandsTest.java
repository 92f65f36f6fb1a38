package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.check.needed.PromisePage;
import dev.moat.cli.site.Site;
import dev.moat.output.MarkedPage;
import dev.moat.prove.Z3Required;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of {@code docs/reference/exit-codes-and-files.md} that no test of a command's own shows. */
class OutputsOfCommandsTest {
    private static final String LAZY = "src/test/resources/traces/linux-6.1-vtd-lazy-nvme.trace.gz";

    @TempDir
    Path directory;

    private Path blocked;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void block() throws IOException {
        blocked = Files.writeString(directory.resolve("blocked"), "");
    }

    private int moat(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Moat.run(site(), args);
    }

    private Site site() {
        return new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, CheckoutEngine::open);
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    @Test
    void aWrongCommandLineWritesNothing() {
        String[] files = {"--junit", path("moat.xml"), "--sarif", path("moat.sarif")};
        for (List<String> wrong : List.of(List.of("--nope"), List.of("--workers", "0"), List.of("--set", "none"))) {
            String[] args = new String[3 + files.length + wrong.size()];
            System.arraycopy(new String[] {"check", "r1", "--json"}, 0, args, 0, 3);
            System.arraycopy(files, 0, args, 3, files.length);
            System.arraycopy(wrong.toArray(new String[0]), 0, args, 3 + files.length, wrong.size());
            assertThat(moat(args)).isEqualTo(2);
            assertThat(out.toString()).isEmpty();
            assertThat(directory)
                    .isDirectoryContaining(file -> file.equals(blocked))
                    .isDirectoryNotContaining("glob:**moat.*");
        }
    }

    /** What ends a run while a scenario is checked leaves the verdicts before it. */
    @Test
    void aScenarioThatCannotBeCheckedEndsTheRun() throws IOException {
        Path meaningless = Files.writeString(directory.resolve("meaningless.yaml"), """
                id: meaningless
                says: The reference model knows nothing of copies.
                component: r1
                granularity: operation
                properties: {hold: [copy-is-shown]}
                expect: {verdict: held}
                """);
        String[] args = {
            "check",
            "r1",
            meaningless.toString(),
            "xen-op",
            "--json",
            "-q",
            "--junit",
            path("moat.xml"),
            "--sarif",
            path("moat.sarif")
        };
        assertThat(moat(args)).isEqualTo(65);
        JsonObject document = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(document.getAsJsonArray("scenarios")).hasSize(1);
        assertThat(document.get("exit").getAsInt()).isEqualTo(65);
        assertThat(document.has("failed")).isTrue();
        assertThat(Path.of(path("moat.xml"))).content().contains("tests=\"2\" failures=\"0\" errors=\"1\"");
        assertThat(Path.of(path("moat.sarif"))).content().contains("\"executionSuccessful\": false");
    }

    @Test
    void aSimulationShowsWhatItCannotSave() {
        String[] args = {
            "simulate",
            "xen-op",
            "--steps",
            "20k",
            "--inject",
            "invalidation.wrong-did",
            "--save",
            blocked.toString(),
            "-q"
        };
        assertThat(moat(args)).isEqualTo(74);
        assertThat(out.toString()).startsWith("xen-op: VIOLATED (seed 1, ").contains("minimised to", "Length: ");
        assertThat(err.toString()).contains("moat: cannot read or write: " + blocked + "/xen-op.itf.json: ");
    }

    @Test
    void anAuditReportsWhatItCannotSave() {
        assertThat(moat("audit", "--json", LAZY, "--save", blocked.toString())).isEqualTo(74);
        JsonObject document = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(document.getAsJsonArray("saved")).isEmpty();
        assertThat(document.get("exit").getAsInt()).isEqualTo(74);
    }

    /** Of several traces each has its verdict. */
    @Test
    void aTraceThatIsNoneCostsNoOtherItsVerdict() throws IOException {
        Path none = Files.writeString(directory.resolve("none.trace"), "a,b,c\n");
        assertThat(moat("audit", "--lazy", none.toString(), path("absent"), LAZY))
                .isEqualTo(74);
        assertThat(err.toString()).contains(none + ":1:1: no trace text", path("absent") + ": no such file");
        assertThat(out.toString()).contains(LAZY);
    }

    @Test
    void aCounterexampleThatIsNoneCostsNoOtherItsReplay() {
        String good = "counterexamples/r1-unmap-no-invalidation.itf.json";
        assertThat(moat("replay", blocked.toString(), path("absent"), good)).isEqualTo(74);
        assertThat(err.toString()).contains(blocked + ":1:1: ", path("absent") + ": no such file");
        assertThat(out.toString()).startsWith(good + ": reproduced");
    }

    /** The place that is told is one in Moat's own files otherwise. */
    @Test
    void aCounterexampleOfAPropertyThatItsMachineIsNotJudgedByIsNamed() throws IOException {
        String good = Files.readString(Path.of("counterexamples/r1-unmap-no-invalidation.itf.json"));
        Path strange = directory.resolve("strange.itf.json");
        Files.writeString(strange, good.replaceFirst("\"no-stale\"", "\"quarantine\""));
        assertThat(moat("replay", strange.toString())).isEqualTo(65);
        assertThat(err.toString())
                .startsWith("moat: " + strange + ":1:1: cannot be judged: ")
                .contains("the component gives no meaning to relation 'scratch'");
    }

    @Test
    void aPageStaysAsItWasWhereTheRunIsEnded() throws IOException {
        String text = "# Page\n\n" + PromisePage.BEGIN + "\nold\n" + MarkedPage.END + "\n";
        Path page = Files.writeString(directory.resolve("page.md"), text);
        Thread.currentThread().interrupt();
        assertThat(moat("promises", "--page", page.toString())).isEqualTo(130);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(page).hasContent(text);
    }

    @Test
    void aPageOfPromisesWithoutMarksIsRefusedBeforeAnySearch() throws IOException {
        Path page = Files.writeString(directory.resolve("page.md"), "# No marks\n");
        assertThat(moat("promises", "--page", page.toString())).isEqualTo(74);
        assertThat(err.toString()).contains("has no lines '" + PromisePage.BEGIN + "'");
        assertThat(out.toString()).isEmpty();
        assertThat(page).hasContent("# No marks\n");
    }

    @Test
    void aCounterexampleThatCannotBeSavedDoesNotCostWhatWasSettled() {
        String[] cell = {"--column", "defaults", "--row", "omit.unmap-wait", "--save", blocked.toString()};
        assertThat(moat(Stream.concat(Stream.of("needed"), Stream.of(cell)).toArray(String[]::new)))
                .isEqualTo(74);
        assertThat(out.toString()).contains("omit.unmap-wait").contains(" needed ");
    }

    @Test
    void aReportOfAProofThatCannotBeWrittenCostsNothingElse() {
        Z3Required.orSkipped("the report of a proof is");
        String[] prove = {"prove", "--rlimit", "1000", "--junit", blocked + "/moat.xml", "--sarif", path("moat.sarif")};
        assertThat(Moat.run(site().solvingHere(), prove)).isEqualTo(74);
        assertThat(out.toString()).contains("no-foreign");
        assertThat(err.toString()).contains("moat: cannot read or write: " + blocked + "/moat.xml: ");
        assertThat(Path.of(path("moat.sarif"))).exists();
    }
}
