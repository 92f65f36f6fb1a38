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
        for (String directory : new String[] {"specs", "specs/properties", "specs/lemmas", "invariants"}) {
            Files.createDirectories(home.resolve(directory));
            try (Stream<Path> files = Files.list(Path.of(directory))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
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
        assertThat(out.toString()).contains("\nPROVED 345 goals: ").contains("assumed (drain): ");
        try (Stream<Path> goals = Files.list(home.resolve("goals"))) {
            assertThat(goals).hasSize(345);
        }
        assertThat(home.resolve("goals/no-stale.1@fill.smt2")).content().contains("(set-info :status unsat)");
    }

    @Test
    void aFailedGoalIsFiveWithItsCounterexample() throws IOException {
        replace("(or (and (unmappedR e f) (settled e f))", "(or (unmappedR e f)");
        assertThat(run("prove", "--audit")).isEqualTo(5);
        assertThat(out.toString())
                .contains("FAILED  no-foreign.3@end-hold")
                .contains("step:    end-hold(k = hold0, e = dom0, f = frame0)")
                .contains("NOT PROVED 345 goals")
                .contains("audit: left out, because not everything is proved");
    }

    @Test
    void anUnknownGoalIsFive() {
        assertThat(run("prove", "--rlimit", "1")).isEqualTo(5);
        assertThat(out.toString()).contains("the solver gave up").contains("NOT PROVED 345 goals");
    }

    @Test
    void otherFailuresHaveTheirCodes() throws IOException {
        assertThat(run("prove", "--second-solver", "no-such-solver")).isEqualTo(71);
        replace("Bool (opening k))\n", "Bool (opening j))\n");
        assertThat(run("prove")).isEqualTo(65);
        assertThat(err.toString()).contains("specs/discipline.smt2:").contains("unknown name 'j'");
    }
}
