package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.TinyEngine;
import dev.moat.prove.SolverException;
import dev.moat.prove.SolverLibrary;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exit codes and output of {@code moat prove}, on a copy of the committed files. */
class ProveCommandTest {
    @TempDir
    Path home;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void copyTheFiles() throws IOException {
        try {
            SolverLibrary.version();
        } catch (SolverException e) {
            System.err.println("*** Z3's native libraries cannot be loaded: moat prove is NOT tested (" + e + ")");
            Assumptions.abort("no Z3");
        }
        for (String directory : new String[] {"specs", "invariants"}) {
            try (Stream<Path> files = Files.walk(Path.of(directory))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.createDirectories(home.resolve(file).getParent());
                    Files.copy(file, home.resolve(file));
                }
            }
        }
    }

    private int run(String... args) {
        return Moat.run(
                new Site(home, new PrintWriter(out), new PrintWriter(err), false, false, path -> new TinyEngine()),
                args);
    }

    private void replace(String from, String to) throws IOException {
        Path file = home.resolve("specs/discipline.smt2");
        String text = Files.readString(file);
        assertThat(text).containsOnlyOnce(from);
        Files.writeString(file, text.replace(from, to));
    }

    @Test
    void provedIsZeroAndGoalsAreKept() throws IOException {
        assertThat(run("prove", "--goals", home.resolve("goals").toString())).isZero();
        Matcher verdict = Pattern.compile("\nPROVED ([0-9]+) goals: ").matcher(out.toString());
        assertThat(verdict.find()).isTrue();
        assertThat(out.toString())
                .contains("assumed (drain): ")
                .containsPattern("pins +pins-match-holds +[0-9]+ goals +proved")
                .containsPattern("pins +bytes/take-unguarded +1 goal +found: pins = 0x");
        try (Stream<Path> goals = Files.list(home.resolve("goals"))) {
            assertThat(goals).hasSize(Integer.parseInt(verdict.group(1)));
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
                .contains("REACHABLE: a real defect, 7 steps from the initial one (domains=2 frames=1")
                .containsPattern(" 7  end-hold\\(hold0, dom1, frame0\\)")
                .contains("NOT PROVED ")
                .contains("audit: left out, because not everything is proved");
    }

    /** Without a lemma goals fail although nothing is wrong: the explorer finds no such state. */
    @Test
    void aMissingLemmaIsFive() throws IOException {
        Files.delete(home.resolve("specs/lemmas/done-is-clean.smt2"));
        assertThat(run("prove")).isEqualTo(5);
        assertThat(out.toString())
                .contains("FAILED  no-stale.1@acknowledge")
                .containsPattern("not reached: true in all [0-9,]+ states, up to depth [0-9]+ \\(domains=2")
                .contains("a lemma is missing")
                .doesNotContain("REACHABLE");
    }

    @Test
    void faultsAreInjectedByName() {
        assertThat(run("prove", "--inject", "write-map-of-a-read-only-grant")).isEqualTo(12);
        assertThat(out.toString())
                .contains("FAILED  holds-granted.2@begin-open")
                .contains("REACHABLE: a real defect, 2 steps from the initial one");
        assertThat(run("prove", "--inject", "no-such-fault")).isEqualTo(2);
        assertThat(err.toString()).contains("the discipline has no fault 'no-such-fault'");
    }

    @Test
    void boundedQuestionsAreAskedToo() {
        assertThat(run("prove", "--bmc", "4", "--k-induction", "2", "-P", "holds=2"))
                .isZero();
        assertThat(out.toString())
                .contains("bmc: every safety property holds for 4 steps (domains=2 ")
                .contains("holds=2")
                .contains("k-induction: the safety properties alone are not inductive with k up to 2;")
                .contains("k-induction: safety properties and lemmas are proved for these bounds with k = 1");
        assertThat(run("prove", "--bmc", "9", "--inject", "unmap-forgets-to-request"))
                .isEqualTo(12);
        assertThat(out.toString()).contains("bmc: VIOLATED no-stale after 6 steps (domains=2 ");
        assertThat(run("prove", "--bmc", "1", "-P", "holds=9")).isEqualTo(2);
        assertThat(err.toString()).contains("holds must be a whole number from 1 to 3, not '9'");
    }

    @Test
    void anUnknownGoalIsFive() {
        assertThat(run("prove", "--rlimit", "1")).isEqualTo(5);
        assertThat(out.toString()).contains("the solver gave up").contains("NOT PROVED ");
    }

    @Test
    void otherFailuresHaveTheirCodes() throws IOException {
        assertThat(run("prove", "--second-solver", "no-such-solver")).isEqualTo(71);
        replace("Bool (opening k))\n", "Bool (opening j))\n");
        assertThat(run("prove")).isEqualTo(65);
        assertThat(err.toString()).contains("specs/discipline.smt2:").contains("unknown name 'j'");
    }

    @Test
    void tooLittleMemoryIsSeventyOne() {
        for (String memory : new String[] {"1m", "20m"}) {
            assertThat(run("prove", "--memory", memory)).as(memory).isEqualTo(71);
        }
        assertThat(err.toString()).contains("moat: the solver needs more memory than its limit allows, see --memory");
    }

    /** Z3's library is unpacked to the directory for temporary files; without one it is not there. */
    @Test
    void aMissingLibraryIsSeventyOne() {
        String temporary = System.getProperty("java.io.tmpdir");
        System.setProperty("java.io.tmpdir", home.resolve("no such directory").toString());
        try {
            assertThat(run("prove")).isEqualTo(71);
        } finally {
            System.setProperty("java.io.tmpdir", temporary);
        }
        assertThat(err.toString()).contains("moat: the solver's native library cannot be loaded: ");
    }

    /** However the solver's process ends, there is a line and an exit code. */
    @Test
    void aKilledProcessIsSeventyOne() throws InterruptedException {
        AtomicInteger exit = new AtomicInteger(-1);
        Thread proving = new Thread(() -> exit.set(run("prove", "--audit")));
        proving.start();
        while (proving.isAlive()) {
            ProcessHandle.current()
                    .children()
                    .filter(ProveCommandTest::isSolver)
                    .forEach(ProcessHandle::destroyForcibly);
            Thread.sleep(20);
        }
        assertThat(exit.get()).isEqualTo(71);
        assertThat(err.toString()).contains("moat: the solver died: its process was ended by signal 9; ");
    }

    private static boolean isSolver(ProcessHandle process) {
        return process.info().arguments().map(Arrays::asList).orElse(List.of()).contains("-Dmoat.solver=true");
    }
}
