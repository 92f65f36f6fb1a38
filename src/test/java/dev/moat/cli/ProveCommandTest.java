package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.check.MoatEngine;
import dev.moat.cli.site.Site;
import dev.moat.prove.Z3Required;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** Exit codes and output of {@code moat prove}, on a copy of the committed files. */
class ProveCommandTest {
    @TempDir
    Path home;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void copyTheFiles() throws IOException {
        Z3Required.orSkipped("moat prove is");
        for (String directory : new String[] {"specs", "invariants"}) {
            try (Stream<Path> files = Files.walk(Path.of(directory))) {
                // Scenarios are a thousand files, of which no proof reads one.
                for (Path file : files.filter(Files::isRegularFile)
                        .filter(f -> !f.startsWith("specs/scenarios"))
                        .toList()) {
                    Files.createDirectories(home.resolve(file).getParent());
                    Files.copy(file, home.resolve(file));
                }
            }
        }
    }

    /** With the solver in this process: one of its own has to start, and to load all there is, each time. */
    private int run(String... args) {
        return Moat.run(site().solvingHere(), args);
    }

    /** As users run it. */
    private int runApart(String... args) {
        return Moat.run(site(), args);
    }

    private Site site() {
        return new Site(home, new PrintWriter(out), new PrintWriter(err), false, false, MoatEngine::open);
    }

    private void replace(String from, String to) throws IOException {
        Path file = home.resolve("specs/discipline.smt2");
        String text = Files.readString(file);
        assertThat(text).containsOnlyOnce(from);
        Files.writeString(file, text.replace(from, to));
    }

    /** An invariant of one's own as the shipped ones: else what nobody has asked about would be called proved. */
    @Test
    void provedIsZeroAndGoalsAreKept() throws IOException {
        Path own = Files.createDirectories(home.resolve("own"));
        Files.writeString(own.resolve("one-owner.smt2"), """
                (set-info :says "Made up.") (set-info :kind safety) (set-info :source "made up")
                (define-fun invariant () Bool
                  (forall ((f Frame) (d Dom) (e Dom)) (=> (owner f d) (owner f e) (= d e))))
                (define-fun witness () Bool true)
                """);
        String certificates = home.resolve("certificates").toString();
        assertThat(run(
                        "prove",
                        "--goals",
                        home.resolve("goals").toString(),
                        "-P",
                        "devices=2",
                        "--certify",
                        certificates,
                        "--invariants",
                        own.toString()))
                .as("%s%s", out, err)
                .isZero();
        assertThat(run("certificate", "--discipline", "--invariants", own.toString(), certificates))
                .as("%s%s", out, err)
                .isZero();
        Matcher verdict = Pattern.compile("\nPROVED ([0-9]+) goals: ").matcher(out.toString());
        assertThat(verdict.find()).isTrue();
        assertThat(out.toString())
                .contains("note: -P bounds the instances of --bmc")
                .containsPattern("\nsafety +one-owner +1 conjunct +[1-9][0-9]* goals +proved\n")
                .contains("assumed (drain): ")
                .containsPattern("pins +pins-match-holds +[0-9]+ goals +proved")
                .containsPattern("pins +bytes/take-unguarded +1 goal +found: pins = 0x");
        try (Stream<Path> goals = Files.list(home.resolve("goals"))) {
            Matcher answered = Pattern.compile("\nPROVED ([0-9]+) goals of [0-9]+ responses")
                    .matcher(out.toString());
            assertThat(answered.find()).isTrue();
            assertThat(goals).hasSize(Integer.parseInt(verdict.group(1)) + Integer.parseInt(answered.group(1)));
        }
        assertThat(home.resolve("goals/no-stale.1@fill.smt2")).content().contains("(set-info :status unsat)");
    }

    /** A real defect: the explorer reaches it. */
    @Test
    void aReachableCounterexampleIsTwelve() throws IOException {
        replace("(or (and (unmappedR e f) (settled e f))", "(or (unmappedR e f)");
        assertThat(run("prove", "--audit")).isEqualTo(12);
        assertThat(out.toString())
                .contains("FAILED  no-foreign.3@end-hold")
                .contains("step:    end-hold(k = hold0, e = dom0, f = frame0)")
                .contains(
                        "REACHABLE: a real defect, no-foreign is broken 7 steps from the initial one (domains=2 frames=1")
                .containsPattern(" 7  end-hold\\(hold0, dom1, frame0\\)")
                .containsPattern("\\nNOT PROVED [1-9][0-9]* of [0-9]+ goals \\(")
                .contains("audit: left out, because not everything is proved");
    }

    /** Without a lemma goals fail although nothing is wrong: the explorer finds no such state. */
    @Test
    @Tag("deep")
    void aMissingLemmaIsFive() throws IOException {
        Files.delete(home.resolve("specs/lemmas/done-is-clean.smt2"));
        assertThat(run("prove")).isEqualTo(5);
        assertThat(out.toString())
                .contains("FAILED  no-stale.1@acknowledge")
                .containsPattern(
                        "not reached: every property is true in all [0-9,]+ states, up to depth [0-9]+ \\(domains=2")
                .contains("a lemma is missing")
                .doesNotContain("REACHABLE");
    }

    /** The smallest counterexample to induction needs one mapping and no run leads to it; with two the defect is real. */
    @Test
    void theSearchGrowsUntilADefectShows() {
        assertThat(run("prove", "--inject", "unmap-leaves-the-write-bit")).isEqualTo(12);
        assertThat(out.toString())
                .contains("REACHABLE: a real defect, no-foreign is broken 4 steps from the initial one (domains=2 ")
                .contains(" holds=1 invalidations=1 wide=true):")
                .containsPattern("\n +4  assign\\(");
    }

    /** The same as the hole was found: with bounds that had no effect then, the six steps of a writer that leaves and a reader that stays. */
    @Test
    @Tag("deep")
    void withTwoMappingsTheSixStepsAreShown() {
        assertThat(run("prove", "--inject", "unmap-leaves-the-write-bit", "-P", "holds=2"))
                .isEqualTo(12);
        String shown = out.toString();
        int at = shown.indexOf(
                "REACHABLE: a real defect, no-foreign is broken 6 steps from the initial one (domains=2 ");
        assertThat(at).as(shown).isPositive();
        List<String> steps = shown.substring(at)
                .lines()
                .skip(1)
                .takeWhile(line -> line.startsWith("    "))
                .filter(line -> line.matches(" +[0-9]+ {2}.*"))
                .map(line -> line.trim().replaceAll("^[0-9]+ +|\\(.*", ""))
                .toList();
        assertThat(steps)
                .hasSize(6)
                .startsWith("grant")
                .contains("begin-open", "begin-open-ro", "set-entry", "end-hold")
                .endsWith("assign");
        assertThat(shown.substring(at).lines().findFirst().orElseThrow()).contains(" holds=2 ");
    }

    @Test
    @Tag("deep")
    void boundsAreThoseThatTheSearchStartsFrom() {
        assertThat(run("prove", "--inject", "unmap-returns-without-waiting", "-P", "frames=2"))
                .isEqualTo(12);
        assertThat(out.toString())
                .contains("no-foreign is broken 7 steps from the initial one (domains=2 frames=2 ")
                .doesNotContain("note: -P");
    }

    @Test
    @Tag("deep")
    void boundedQuestionsAreAskedToo() {
        assertThat(run("prove", "--bmc", "3", "--k-induction", "1", "-P", "devices=2"))
                .isZero();
        assertThat(out.toString())
                .contains("bmc: every safety property holds for 3 steps (domains=2 ")
                .contains("devices=2")
                .contains("k-induction: the safety properties alone are not inductive with k up to 1;")
                .contains("k-induction: safety properties and lemmas are proved for these bounds with k = 1");
    }

    @Test
    void whatIsNotThereIsRefused() {
        assertThat(run("prove", "--inject", "no-such-fault")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "the discipline has no fault 'no-such-fault' ('moat list faults discipline' has its designs)");
        assertThat(run("prove", "--bmc", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--bmc and --k-induction take at least 1");
        assertThat(run("prove", "--bmc", "1", "-P", "nope=1")).isEqualTo(2);
        assertThat(err.toString()).contains("unknown parameter 'nope'");
        for (String rlimit : List.of("0", "-1")) {
            assertThat(run("prove", "--rlimit", rlimit)).isEqualTo(2);
            assertThat(err.toString()).contains("--rlimit must be from 1 to 2147483647, not " + rlimit);
        }
        assertThat(out.toString()).isEmpty();
    }

    /** Failing goals in all three forms, from one run. */
    @Test
    void reportsAreForPrograms() throws Exception {
        Path junit = home.resolve("moat.xml");
        Path sarif = home.resolve("moat.sarif");
        assertThat(run(
                        "prove",
                        "--inject",
                        "deassign-without-drain",
                        "--json",
                        "--bmc",
                        "2",
                        "--junit",
                        junit.toString(),
                        "--sarif",
                        sarif.toString()))
                .isEqualTo(12);
        JsonObject document = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(document.get("format").getAsString()).isEqualTo("moat-prove-1");
        assertThat(document.get("exit").getAsInt()).isEqualTo(12);
        assertThat(document.getAsJsonObject("assumptions").keySet()).contains("drain");
        List<JsonObject> open = new ArrayList<>();
        document.getAsJsonArray("statements")
                .forEach(s -> s.getAsJsonObject().getAsJsonArray("open").forEach(g -> open.add(g.getAsJsonObject())));
        assertThat(open).isNotEmpty();
        assertThat(open.get(0).get("goal").getAsString()).isEqualTo("entries-follow-assignment.1@deassign");
        assertThat(open.get(0).get("reachable").getAsBoolean()).isTrue();
        assertThat(open.get(0).get("length").getAsInt()).isEqualTo(2);
        assertThat(document.getAsJsonArray("bounded")
                        .get(0)
                        .getAsJsonObject()
                        .get("exit")
                        .getAsInt())
                .isEqualTo(12);
        Element suite = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(junit.toFile())
                .getDocumentElement();
        assertThat(suite.getAttribute("failures")).isEqualTo("2");
        assertThat(suite.getElementsByTagName("failure").item(0).getTextContent())
                .contains("step:    deassign(q = req0)")
                .contains("REACHABLE: a real defect, entries-follow-assignment is broken 2 steps");
        JsonObject result = JsonParser.parseString(Files.readString(sarif))
                .getAsJsonObject()
                .getAsJsonArray("runs")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("results")
                .get(0)
                .getAsJsonObject();
        assertThat(result.get("ruleId").getAsString()).isEqualTo("entries-follow-assignment");
        assertThat(result.toString()).contains("specs/properties/entries-follow-assignment.smt2");
        assertThat(run("prove", "--json", "--audit")).isEqualTo(2);
        assertThat(err.toString()).contains("--json goes with neither --audit nor --second-solver");
    }

    @Test
    void anUnknownGoalIsFive() {
        assertThat(run("prove", "--rlimit", "1")).isEqualTo(5);
        assertThat(out.toString()).contains("the solver gave up").contains("NOT PROVED ");
    }

    @Test
    void otherFailuresHaveTheirCodes() throws IOException {
        assertThat(run("prove", "--second-solver", "no-such-solver")).isEqualTo(71);
        assertThat(out.toString()).as("nothing is proved before").isEmpty();
        replace("Bool (opening k))\n", "Bool (opening j))\n");
        assertThat(run("prove")).isEqualTo(65);
        assertThat(err.toString()).contains("specs/discipline.smt2:").contains("unknown name 'j'");
    }

    @Test
    void aMissingFileIsSeventyFour() throws IOException {
        for (String missing : List.of("specs/discipline-survivors.txt", "specs/lemmas", "specs/vocabulary.smt2")) {
            err.getBuffer().setLength(0);
            Path there = home.resolve(missing);
            Files.move(there, home.resolve("elsewhere"));
            assertThat(run("prove", "--audit")).as(missing).isEqualTo(74);
            assertThat(err.toString()).contains("moat: " + there + ": no such file\n");
            Files.move(home.resolve("elsewhere"), there);
        }
    }

    @Test
    void tooLittleMemoryIsSeventyOne() {
        assertThat(runApart("prove", "--memory", "20m")).isEqualTo(71);
        assertThat(err.toString()).contains("moat: the solver needs more memory than its limit allows, see --memory");
    }

    @Test
    void theTimeLimitEndsItsProcess() {
        long began = System.nanoTime();
        assertThat(runApart("prove", "--audit", "--time", "1s")).isEqualTo(5);
        assertThat(err.toString())
                .contains("moat: the limit on time 1 s (--time) was hit; what it printed until then is above");
        // Without the limit it takes a minute; the machine may be busy.
        assertThat((System.nanoTime() - began) / 1e9).isLessThan(20);
    }

    /** However the solver's process ends, there is a line and an exit code. */
    @Test
    void aKilledProcessIsSeventyOne() throws InterruptedException {
        AtomicInteger exit = new AtomicInteger(-1);
        Thread proving = new Thread(() -> exit.set(runApart("prove", "--audit")));
        proving.start();
        while (proving.isAlive()) {
            ProcessHandle.current().children().filter(this::isItsSolver).forEach(ProcessHandle::destroyForcibly);
            Thread.sleep(20);
        }
        assertThat(exit.get()).isEqualTo(71);
        assertThat(err.toString()).contains("moat: the solver died: its process was ended by signal 9; ");
    }

    /** Other tests of this process have solvers of their own. */
    private boolean isItsSolver(ProcessHandle process) {
        List<String> arguments = process.info().arguments().map(Arrays::asList).orElse(List.of());
        return arguments.contains("-Dmoat.solver=true")
                && arguments.stream().anyMatch(argument -> argument.contains(home.toString()));
    }
}
