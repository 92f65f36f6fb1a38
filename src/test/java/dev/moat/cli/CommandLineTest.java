package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.check.DisagreementException;
import dev.moat.check.Engine;
import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Quantity;
import dev.moat.cli.site.Site;
import dev.moat.prove.SolverException;
import dev.moat.scenario.CounterComponent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    @TempDir
    Path home;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Function<Path, Engine> engines = path -> new TinyEngine();
    private boolean terminal;

    @BeforeEach
    void writeScenarios() throws IOException {
        Files.createDirectories(home.resolve("specs/scenarios"));
        write("held", "", "{hold: [bounded]}", "{verdict: held, distinct: 4, generated: 7, depth: 4}", "default");
        write(
                "caught",
                "inject: [add.no-bound]",
                "{hold: [no-deadlock], fail: [bounded]}",
                "{verdict: violated, invariants: [bounded], length: 4}",
                "default");
        write("broken", "inject: [add.no-unlock]", "{hold: [bounded]}", "{verdict: held}", "extra");
        write("missed", "", "{hold: [bounded]}", "{verdict: held, distinct: 5}", "extra");
    }

    private void write(String id, String inject, String properties, String expect, String set) throws IOException {
        String text = "id: " + id + "\nsays: Counts.\ncomponent: " + CounterComponent.NAME
                + "\ngranularity: operation\n" + inject + "\nproperties: " + properties + "\nexpect: " + expect
                + "\nset: " + set + "\n";
        Files.writeString(home.resolve("specs/scenarios/" + id + ".yaml"), text);
    }

    private int moat(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Site site = new Site(home, new PrintWriter(out), new PrintWriter(err), terminal, terminal, engines);
        return Moat.run(site, args);
    }

    private int check(String... args) {
        List<String> all = new java.util.ArrayList<>(
                List.of("check", "--save", home.resolve("run").toString()));
        all.addAll(List.of(args));
        return moat(all.toArray(new String[0]));
    }

    @Test
    void theDefaultSetIsWhatIsCheckedWithoutNames() {
        assertThat(check("--verbose")).isZero();
        assertThat(out.toString())
                .containsSubsequence(
                        "caught: VIOLATED bounded, as expected (",
                        "  4  cpu0: add()",
                        "  saved         " + home.resolve("run/caught.itf.json"),
                        "held: HELD, as expected (4 states, 7 generated, depth 4)",
                        "2 scenarios, 2 as expected, 0 not;")
                .doesNotContain("broken")
                .doesNotContain("\u001b");
        assertThat(home.resolve("run/caught.itf.json")).exists();
        assertThat(home.resolve("run/held.itf.json")).doesNotExist();
        assertThat(err.toString()).containsPattern("held: depth [1-4], ").contains("held: 1.50 s, ");
    }

    @Test
    void exitCodesOfVerdicts() {
        assertThat(check("broken")).isEqualTo(12);
        assertThat(check("missed")).isEqualTo(15);
        assertThat(check("held", "--states", "2")).isEqualTo(5);
        assertThat(check("missed", "broken", "held")).isEqualTo(12);
        assertThat(check("--set", "extra")).isEqualTo(12);
        assertThat(check("missed", "-P", "limit=5")).isZero();
        assertThat(check("held", "--inject", "add.no-bound")).isEqualTo(12);
        assertThat(check("broken", "--inject", "none")).isZero();
        assertThat(check(home.resolve("specs/scenarios/missed.yaml").toString()))
                .isEqualTo(15);
    }

    @Test
    void usageErrorsAreTwoLinesAndExitWithTwo() {
        assertUsage("moat: Unmatched argument at index 0: 'chek'; did you mean 'check'?", "chek");
        assertUsage("moat: Unknown option: '--dept'; did you mean '--depth'?", "check", "--dept", "3");
        assertUsage("moat: a command is needed");
        assertUsage("'4x' is not a time such as 30s, 5m or 2h", "check", "--time", "4x");
        assertUsage("'0' is not a count such as 1000, 10k or 2M", "check", "--states", "0");
        assertUsage("moat: --workers must be from 1 to 64, not 65", "check", "--workers", "65");
        assertUsage("moat: --depth must be from 1 to ", "check", "--depth", "0");
        assertUsage(
                "moat: --set must be one of default, extra, deep, bench, needed, promises, simulate, not daily",
                "check",
                "--set",
                "daily");
        assertUsage("moat: no scenario belongs to the set 'bench'", "check", "--set", "bench");
        assertUsage("--class-path: /no/where does not exist", "check", "--class-path", "/no/where");
        assertUsage("Missing required parameter: 'FILE'", "replay");
    }

    private void assertUsage(String message, String... args) {
        assertThat(moat(args)).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains(message).endsWith("--help'.\n").hasLineCount(2);
    }

    @Test
    void aWordThatCanBeNoFileNameIsNamedWithoutJavasWords() {
        for (String word : List.of("a\0b", "a\ud800b")) {
            assertThat(moat("show", word)).isEqualTo(2);
            assertThat(err).asString().contains("cannot be the name of a file").doesNotContain("Exception");
        }
    }

    @Test
    void aWordThatBeginsWithAnAtSignIsNoFileOfMoreWords() throws IOException {
        Path words = Files.writeString(home.resolve("words"), "held");
        for (String word : List.of("@" + home, "@" + words)) {
            assertThat(check(word)).isEqualTo(74);
            assertThat(err.toString()).isEqualTo("moat: " + word + ": no such file\n");
        }
        assertThat(check("@words")).isEqualTo(2);
        assertThat(err.toString()).contains("no scenario '@words'").hasLineCount(1);
    }

    /** A violation that was found must not end as 2 because a later scenario does not know the fault. */
    @Test
    void argumentsAreRefusedBeforeTheFirstScenarioRuns() throws IOException {
        write("other", "", "{hold: [bounded]}", "{verdict: held}", "extra");
        Path other = home.resolve("specs/scenarios/other.yaml");
        Files.writeString(other, Files.readString(other).replace(CounterComponent.NAME, "r1"));
        assertThat(check("held", "other", "--inject", "add.no-bound")).isEqualTo(2);
        assertThat(out.toString()).doesNotContain("VIOLATED").doesNotContain("held:");
        assertThat(err.toString()).contains("component r1 has no injected fault 'add.no-bound'");
        assertThat(check("held", "other", "-P", "limit=4")).isEqualTo(2);
        assertThat(out.toString()).doesNotContain("HELD");
    }

    @Test
    void namesOnTheCommandLineThatDoNotExistAreUsageErrors() {
        assertThat(check("heald")).isEqualTo(2);
        assertThat(err.toString()).contains("no scenario 'heald'", "did you mean 'held'?");
        assertThat(check("held", "-P", "limits=2")).isEqualTo(2);
        assertThat(err.toString()).contains("unknown parameter 'limits'; did you mean 'limit'?");
        assertThat(check("held", "--inject", "add.no-bond")).isEqualTo(2);
        assertThat(err.toString()).contains("did you mean 'add.no-bound'?");
    }

    /** What others wrote may hold sequences that a terminal obeys. */
    @Test
    void messagesHoldNoControlCharacters() {
        assertThat(check("\u001b[2Jheld")).isEqualTo(2);
        assertThat(err.toString()).contains("no scenario '\\x1b[2Jheld'").doesNotContain("\u001b");
        assertThat(moat("check", "--\u001b]0;x\u0007")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--\\x1b]0;x\\x07")
                .doesNotContain("\u001b")
                .doesNotContain("\u0007");
    }

    @Test
    void badFilesAndMissingFilesAreToldApart() throws IOException {
        Path bad = home.resolve("specs/scenarios/bad.yaml");
        Files.writeString(bad, "id: bad\nsays: [\n");
        assertThat(check("bad")).isEqualTo(65);
        assertThat(err.toString())
                .startsWith("moat: " + bad + ":3:1: not YAML: ")
                .hasLineCount(1);
        assertThat(check("./absent.yaml")).isEqualTo(74);
        assertThat(err.toString()).isEqualTo("moat: ./absent.yaml: no such file\n");
        assertThat(check())
                .as("one bad file stops the whole set before anything runs")
                .isEqualTo(65);
        assertThat(out.toString()).isEmpty();
        assertThat(check("held", "--junit", home.toString())).isEqualTo(74);
    }

    @Test
    void failuresOfEveryKindAreOneLine() {
        assertFailure(
                70, "internal error: java.lang.IllegalStateException: a b (please", new IllegalStateException("a\n b"));
        assertFailure(14, "moat: replay differs", new DisagreementException("replay differs"));
        assertFailure(71, "moat: no Z3", new SolverException("no Z3", new UnsatisfiedLinkError()));
        assertFailure(5, "out of memory; give Java more", new OutOfMemoryError());
        assertFailure(70, "internal error: java.lang.AssertionError: x", new AssertionError("x"));
        assertFailure(
                74,
                "no-dir: no such file",
                new java.io.UncheckedIOException(new java.nio.file.NoSuchFileException("no-dir")));
    }

    private void assertFailure(int exit, String message, Throwable failure) {
        engines = path -> {
            if (failure instanceof Error e) {
                throw e;
            }
            throw (RuntimeException) failure;
        };
        assertThat(check("held")).isEqualTo(exit);
        assertThat(err.toString()).startsWith("moat: ").contains(message).hasLineCount(1);
    }

    @Test
    void aFailureInTheMiddleLosesNothing() throws IOException {
        engines = path -> new TinyEngine() {
            @Override
            public Session open(dev.moat.scenario.Scenario scenario, dev.moat.machine.Machine machine) {
                if (scenario.machine().faults().contains("add.no-unlock")) {
                    throw new IllegalStateException("died");
                }
                return super.open(scenario, machine);
            }
        };
        Path junit = home.resolve("moat.xml");
        assertThat(check("held", "broken", "--junit", junit.toString())).isEqualTo(70);
        assertThat(junit).content().contains("name=\"held\"");
        assertThat(out.toString()).contains("held: HELD, as expected");
    }

    @Test
    void jsonIsAllThatStandsOnStdout() {
        assertThat(check("--json")).isZero();
        JsonObject json = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(json.getAsJsonArray("scenarios")).hasSize(2);
        String twice = out.toString();
        check("--json", "--workers", "2");
        assertThat(out.toString()).isEqualTo(twice);
        assertThat(home.resolve("run/caught.itf.json")).exists();
    }

    @Test
    void reportsAreWritten() {
        Path junit = home.resolve("reports/moat.xml");
        Path sarif = home.resolve("reports/moat.sarif");
        assertThat(check("held", "broken", "--junit", junit.toString(), "--sarif", sarif.toString()))
                .isEqualTo(12);
        assertThat(junit).content().contains("tests=\"2\" failures=\"1\" errors=\"0\"");
        assertThat(sarif).content().contains("\"ruleId\": \"no-deadlock\"", "specs/scenarios/broken.yaml");
    }

    @Test
    void quietIsOneLineAndCoverageIsATable() {
        check("held", "--quiet");
        assertThat(out.toString()).isEqualTo("held: HELD, as expected (4 states, 7 generated, depth 4)\n");
        assertThat(err.toString()).isEmpty();
        check("held", "--coverage");
        assertThat(out.toString()).contains("  executions by step\n", "                 3  clear\n");
    }

    @Test
    void aTerminalGetsColourAndOneRewrittenLine() {
        terminal = true;
        check("held");
        assertThat(out.toString()).startsWith("\u001b[32mheld: HELD");
        assertThat(err.toString()).contains("\r\u001b[Kheld: depth 4").contains("\r\u001b[Kheld: 1.50 s");
        check("broken");
        assertThat(out.toString()).startsWith("\u001b[31mbroken: VIOLATED");
    }

    @Test
    void anInterruptedRunPrintsItsCountsAndStops() {
        Path junit = home.resolve("moat.xml");
        engines = path -> {
            Thread.currentThread().interrupt();
            return new TinyEngine();
        };
        try {
            assertThat(check("held", "missed", "--junit", junit.toString())).isEqualTo(130);
        } finally {
            assertThat(Thread.interrupted())
                    .as("the flag would keep files from being written")
                    .isFalse();
        }
        assertThat(out.toString())
                .contains(
                        "held: INCONCLUSIVE (2 states, 2 generated, depth 2)",
                        "  to go on  ",
                        "1 scenario was not begun")
                .doesNotContain("missed");
        assertThat(junit).content().contains("errors=\"2\"", "not begun: the run was interrupted before");
    }

    @Test
    void replayMapsResultsToExitCodes() throws IOException {
        Path reproduced = Files.writeString(home.resolve("r"), "REPRODUCED");
        Path fixed = Files.writeString(home.resolve("f"), "FIXED");
        Path diverged = Files.writeString(home.resolve("d"), "DIVERGED");
        assertThat(moat("replay", reproduced.toString())).isZero();
        assertThat(out.toString()).isEqualTo(reproduced + ": reproduced\n  at step 1\n");
        assertThat(moat("replay", fixed.toString())).isEqualTo(15);
        assertThat(moat("replay", fixed.toString(), "--expect", "fixed")).isZero();
        assertThat(moat("replay", reproduced.toString(), "--expect", "fixed")).isEqualTo(12);
        assertThat(moat("replay", reproduced.toString(), diverged.toString())).isEqualTo(14);
        Path undecided = Files.writeString(home.resolve("u"), "UNDECIDED");
        assertThat(moat("replay", undecided.toString(), "--expect", "fixed")).isEqualTo(5);
        assertThat(moat("replay", "absent")).isEqualTo(74);
        assertThat(moat("show", reproduced.toString())).isZero();
        assertThat(out.toString()).isEqualTo("REPRODUCED\n");
    }

    @Test
    void listPrintsEachTopicOnce() {
        assertThat(moat("list")).isZero();
        assertThat(out.toString())
                .containsSubsequence("scenarios\n", "invariants\n", "components", "parameters", "faults")
                .containsPattern("  held +\\S+ +default +operation +held +Counts\\.")
                .containsPattern("  bounded +safety +The count stays within its limit\\.")
                .containsPattern("  operations-return +liveness +Every operation that is begun returns");
        assertThat(moat("list", "invariants")).isZero();
        assertThat(out.toString()).startsWith("invariants\n").doesNotContain("scenarios");
        assertThat(moat("list", "invariant")).isEqualTo(2);
    }

    @Test
    void doctorNamesEveryBadFile() throws IOException {
        assertThat(moat("doctor")).isZero();
        assertThat(out.toString()).contains("ok   solver      Z3 4.", "ok   scenarios   4 files read");
        Files.writeString(home.resolve("specs/scenarios/bad.yaml"), "id: worse\n");
        assertThat(moat("doctor")).isEqualTo(65);
        assertThat(out.toString()).contains("BAD  scenario    moat: ", "bad.yaml:1:1: a scenario needs 'says', ");
    }

    /** Scenarios may lie in directories of any depth, but a name means one file. */
    @Test
    void twoScenariosOfOneNameAreBadInput() throws IOException {
        Path below = Files.createDirectories(home.resolve("specs/scenarios/a/b"));
        Files.move(home.resolve("specs/scenarios/held.yaml"), below.resolve("held.yaml"));
        assertThat(moat("check", "held")).isZero();
        write("held", "", "{hold: [bounded]}", "{verdict: held}", "default");
        for (String[] command :
                List.of(new String[] {"check"}, new String[] {"list"}, new String[] {"check", "held"})) {
            assertThat(moat(command)).isEqualTo(65);
            assertThat(err.toString())
                    .contains("specs/scenarios/held.yaml:1:1: the id 'held' is that of ")
                    .endsWith("specs/scenarios/a/b/held.yaml already\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "check", "replay", "show", "list", "doctor"})
    void everyHelpHasExamples(String command) {
        assertThat(moat(Stream.of(command, "--help").filter(a -> !a.isEmpty()).toArray(String[]::new)))
                .isZero();
        assertThat(out.toString())
                .startsWith("Usage: moat " + command)
                .containsPattern("Examples?:\n  moat " + command)
                .doesNotContain("${");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void theMainHelpListsExitCodesAndTheVersionIsTheBuilds() throws IOException {
        moat("--help");
        assertThat(out.toString()).containsSubsequence("Exit codes:", "  0  ", "  12  ", "  74  ", "  130  ");
        assertThat(moat("--version")).isZero();
        String version = out.toString().replace("moat ", "").strip();
        assertThat(Files.readString(Path.of("pom.xml"))).contains("<version>" + version + "</version>\n  <name>Moat");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1|1", "30s|30", "5m|300", "2h|7200"})
    void seconds(String row) throws Exception {
        String[] cells = row.split("\\|");
        assertThat(new Quantity.Seconds().convert(cells[0])).isEqualTo(Long.parseLong(cells[1]));
    }

    @Test
    void countsAndBytes() {
        assertThat(new Quantity.Count().convert("10k")).isEqualTo(10_000);
        assertThat(new Quantity.Count().convert("2M")).isEqualTo(2_000_000);
        assertThat(new Quantity.Bytes().convert("2g")).isEqualTo(2L << 30);
        for (String bad : List.of("", "-1", "1.5k", "k", "10kk", "99999999999999999999", "999999999999g")) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> new Quantity.Bytes().convert(bad))
                    .as(bad)
                    .isInstanceOf(picocli.CommandLine.TypeConversionException.class)
                    .hasMessageContaining("is not an amount of memory");
        }
    }
}
