package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.MoatEngine;
import dev.moat.cli.site.Site;
import dev.moat.prove.Z3Required;
import dev.moat.prove.infer.Lock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit codes of {@code moat prove} for responses, families and code, as its pages promise them. */
class ProveExitsTest {
    /** Who has the lock goes inside: so says the rule, and nobody has to. */
    private static final String RULE = """
            (set-info :says "Who was given a lock goes inside.")
            (set-info :source "made up")
            (set-info :fair "clients")
            (define-fun waiting ((c Client) (l Door)) Bool (given l c))
            (define-fun answered ((c Client) (l Door)) Bool (inside c l))
            (define-fun door.stage ((c Client) (l Door)) Bool (given l c))
            (define-fun door.takes.take ((c Client) (l Door) (d Client) (m Door)) Bool (= m l))
            """;

    @TempDir
    Path mine;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void z3() {
        Z3Required.orSkipped("moat prove is");
    }

    private int run(String... args) {
        Path home = Path.of("").toAbsolutePath();
        return Moat.run(
                new Site(home, new PrintWriter(out), new PrintWriter(err), false, false, MoatEngine::open)
                        .solvingHere(),
                args);
    }

    private String file(String name) {
        return mine.resolve(name).toString();
    }

    @Test
    void aFalseResponseIsTwelve() {
        assertThat(run(
                        "prove",
                        "--inject",
                        "unmaps-return.without.owe",
                        "-P",
                        "holds=1",
                        "--save",
                        mine.toString(),
                        "--junit",
                        file("moat.xml"),
                        "--sarif",
                        file("moat.sarif")))
                .as("%s%s", out, err)
                .isEqualTo(12);
        assertThat(out.toString())
                .contains("FAILED  unmaps-return.")
                .contains("FALSE: a run on which unmaps-return waits for ever (hold0, dom1, frame0):")
                .contains("\nPROVED ")
                .contains("\nNOT PROVED ")
                .contains("saved " + mine.resolve("unmaps-return.lasso.txt"))
                .doesNotContain("none was looked at");
        assertThat(run("replay", file("unmaps-return.lasso.txt"))).isZero();
        assertThat(mine.resolve("moat.xml")).content().contains("name=\"unmaps-return\"", "failures=\"1\"");
        assertThat(mine.resolve("moat.sarif")).content().contains("\"ruleId\": \"unmaps-return\"");
    }

    @Test
    void aFamilySaysWhatItDoesNotKeepAndShowsIt() {
        String cases = file("moat.xml");
        assertThat(run("prove", "--family", "gart-inside", "--junit", cases))
                .as("%s%s", out, err)
                .isZero();
        assertThat(out.toString())
                .contains(
                        "NOT KEPT no-foreign.2: what was granted for reading can be written, in the table; false 4 steps")
                .contains("PROVED 512 goals: 9 safety properties and 9 lemmas, except for 7 conjuncts not kept");
        assertThat(mine.resolve("moat.xml")).content().contains("name=\"no-foreign.2\"", "failures=\"0\"");
    }

    /** What is left of a property that is not kept whole is broken by a fault as any other. */
    @Test
    void aFaultOfAFamilyThatKeepsLittleIsTwelve() {
        assertThat(run("prove", "--family", "calgary-alone", "--inject", "unmap-returns-without-waiting"))
                .as("%s%s", out, err)
                .isEqualTo(12);
        assertThat(out.toString()).contains("FAILED  no-foreign.3@end-hold");
    }

    /** Instances have the shape of the shipped discipline: nobody looks whether what is said to fail does. */
    @Test
    void whatNobodyShowsToFailIsFive() {
        String own = "specs/discipline.smt2";
        assertThat(run("prove", "--discipline", own, "--lemmas", "specs/lemmas", "--family", "calgary-alone"))
                .as("%s%s", out, err)
                .isEqualTo(5);
        assertThat(out.toString()).contains("NOT SHOWN no-foreign.1: ").contains("\nPROVED 573 goals");
    }

    @Test
    void codeThatRefinesTheDisciplineIsZero() {
        assertThat(run("prove", "--code", "r1", "--refinement"))
                .as("%s%s", out, err)
                .isZero();
        assertThat(out.toString()).contains("REFINEMENT PROVED");
    }

    @Test
    void codeOfWhichTooLittleMayBeAskedIsFive() {
        assertThat(run("prove", "--code", "r1", "--rlimit", "1"))
                .as("%s%s", out, err)
                .isEqualTo(5);
    }

    /** Instances have the shape of the shipped discipline: none of another is searched, and its own words are no mistake. */
    @Test
    void aFalseResponseOfADisciplineOfOnesOwnIsFiveAndNothingIsSearched() throws IOException {
        Files.createDirectories(mine.resolve("properties"));
        Files.createDirectories(mine.resolve("rules"));
        Files.writeString(mine.resolve("properties/vocabulary.smt2"), Lock.WORDS);
        Files.writeString(mine.resolve("properties/one-inside.smt2"), Lock.PROPERTY);
        String begin = "(forall ((l Door)) (idle l))";
        assertThat(Lock.TEXT).containsOnlyOnce(begin);
        Files.writeString(
                mine.resolve("lock.smt2"), Lock.TEXT.replace(begin, begin + " (exists ((c Client)) (= c c))"));
        Files.writeString(mine.resolve("rules/goes-inside.smt2"), RULE);
        assertThat(run(
                        "prove",
                        "--discipline",
                        file("lock.smt2"),
                        "--properties",
                        file("properties"),
                        "--responses",
                        file("rules")))
                .as("%s%s", out, err)
                .isEqualTo(5);
        assertThat(out.toString())
                .contains("FAILED  goes-inside.")
                .contains(
                        "no run shown on which goes-inside waits for ever: not looked for: instances are shaped for the"
                                + " shipped discipline");
    }

    /** That others are proved, and certified, is ProveCommandTest's. */
    @Test
    void anInvariantOfOnesOwnThatIsBrokenIsTwelve() throws IOException {
        assertThat(run(
                        "prove",
                        "--invariants",
                        own("no-owner", "(not (owner f d))").toString()))
                .as("%s%s", out, err)
                .isEqualTo(12);
        assertThat(out.toString())
                .contains("REACHABLE: a real defect, no-owner is broken 0 steps")
                .endsWith("these rest on the properties and lemmas above, of which not all are proved\n");
    }

    /** Of a discipline of one's own there is no audit to tell. */
    @Test
    void aDisciplineThatStartsNowhereIsSixtyFive() throws IOException {
        Path nowhere = mine.resolve("nowhere.smt2");
        Files.writeString(nowhere, """
                (define-fun initially () Bool
                  (and (exists ((f Frame) (d Dom)) (owner f d)) (forall ((f Frame) (d Dom)) (not (owner f d)))))
                (set-info :take "a frame is taken")
                (define-fun take.guard ((g Frame) (e Dom)) Bool true)
                (define-fun take.owner ((g Frame) (e Dom) (f Frame) (d Dom)) Bool (or (owner f d) (and (= f g) (= d e))))
                """);
        Path absurd = own("absurd", "(not (owner f d))");
        Path lemma = absurd.resolve("never.smt2");
        Files.writeString(
                lemma,
                Files.readString(absurd.resolve("absurd.smt2"))
                        .replace("kind safety", "kind lemma")
                        .replace("(not (owner f d))", "false"));
        assertThat(run("prove", "--discipline", nowhere.toString(), "--properties", absurd.toString()))
                .as("%s%s", out, err)
                .isEqualTo(65);
        assertThat(err.toString()).contains(nowhere + ":2:3: no state is initial");
    }

    /** What is proved of an action that can never happen says nothing. */
    @Test
    void anActionThatNeverHappensIsTold() throws IOException {
        Path never = mine.resolve("never.smt2");
        String text = """
                (define-fun initially () Bool (forall ((f Frame)) (not (free f))))
                (set-info :keep "a frame stays")
                (define-fun keep.guard ((f Frame)) Bool (not (free f)))
                (define-fun keep.free ((f Frame) (a Frame)) Bool (free a))
                (set-info :give "a frame is given back")
                (define-fun give.guard ((f Frame)) Bool (free f))
                (define-fun give.free ((f Frame) (a Frame)) Bool (or (= a f) (free a)))
                """;
        Files.writeString(never, text);
        Path none = own("none", "(not (free f))");
        String[] command = {"prove", "--discipline", never.toString(), "--properties", none.toString()};
        assertThat(run(command)).as("%s%s", out, err).isZero();
        assertThat(out.toString().lines().filter(line -> line.startsWith("note: ")))
                .containsExactly(
                        "note: give never happens, so that nothing was to be proved of it: no state in which all"
                                + " statements hold has its guard (" + never + ":6:42)");
        Files.writeString(never, text.replace("Bool (free f))", "Bool true)"));
        assertThat(run(command)).isEqualTo(5);
        assertThat(out.toString().lines().filter(line -> line.startsWith("note: ")))
                .as("of both runs")
                .hasSize(1);
    }

    /** As where the directory of its properties is forgotten: it was "PROVED 0 goals". */
    @Test
    void aDisciplineOfWhichNothingIsAskedIsSixtyFive() throws IOException {
        Path free = mine.resolve("free.smt2");
        Files.writeString(free, """
                (define-fun initially () Bool true)
                (set-info :give "a frame is given back")
                (define-fun give.guard ((f Frame)) Bool true)
                (define-fun give.free ((f Frame) (a Frame)) Bool (or (= a f) (free a)))
                """);
        assertThat(run("prove", "--discipline", free.toString()))
                .as("%s%s", out, err)
                .isEqualTo(65);
        assertThat(err.toString()).contains(free + ": no safety property speaks of its relations only");
        assertThat(out.toString()).isEmpty();
    }

    /** The document is the last that is written: what has no certificate counts in it, and is told beside it. */
    @Test
    void theDocumentHasTheExitCodeOfGoalsWithoutCertificates() throws IOException {
        Path plus = mine.resolve("plus.smt2");
        Files.writeString(plus, """
                (define-fun initially () Bool (forall ((f Frame) (d Dom)) (not (owner f d))))
                (set-info :take+ "a frame is taken, by an action of which no manifest has the name")
                (define-fun take+.guard ((g Frame) (e Dom)) Bool (forall ((d Dom)) (not (owner g d))))
                (define-fun take+.owner ((g Frame) (e Dom) (f Frame) (d Dom)) Bool (or (owner f d) (and (= f g) (= d e))))
                """);
        String own = own("one-owner", "(=> (owner f d) (owner f e) (= d e))").toString();
        assertThat(run(
                        "prove",
                        "--discipline",
                        plus.toString(),
                        "--properties",
                        own,
                        "--json",
                        "--certify",
                        file("certificates")))
                .as("%s%s", out, err)
                .isEqualTo(5);
        assertThat(out.toString()).startsWith("{").contains("\"exit\": 5,");
        assertThat(err.toString()).contains("NO CERTIFICATE one-owner.1@take+");
    }

    /** What was behind the slash lay in a directory of its own, and a second solver's directory could not be taken away again. */
    @Test
    void goalsOfAnActionWithASlashLieBesideTheOthers() throws IOException {
        Path slash = mine.resolve("slash.smt2");
        Files.writeString(slash, """
                (define-fun initially () Bool (forall ((f Frame) (d Dom)) (not (owner f d))))
                (set-info :take/first "a frame is taken")
                (define-fun take/first.guard ((g Frame) (e Dom)) Bool (forall ((d Dom)) (not (owner g d))))
                (define-fun take/first.owner ((g Frame) (e Dom) (f Frame) (d Dom)) Bool
                  (or (owner f d) (and (= f g) (= d e))))
                """);
        String own = own("one-owner", "(=> (owner f d) (owner f e) (= d e))").toString();
        String[] prove = {"prove", "--discipline", slash.toString(), "--properties", own, "--goals", file("goals")};
        assertThat(run(prove)).as("%s%s", out, err).isZero();
        assertThat(mine.resolve("goals"))
                .isDirectoryContaining("glob:**/one-owner.1@initially.smt2")
                .isDirectoryContaining("glob:**/one-owner.1@take%2Ffirst.smt2")
                .isDirectoryNotContaining("glob:**/one-owner.1@take");
    }

    /** A directory with a property of frames and domains. */
    private Path own(String id, String formula) throws IOException {
        Path own = Files.createDirectories(mine.resolve("of-" + id));
        Files.writeString(own.resolve(id + ".smt2"), """
                (set-info :says "Made up.") (set-info :kind safety) (set-info :source "made up")
                (define-fun invariant () Bool (forall ((f Frame) (d Dom) (e Dom)) %s))
                (define-fun witness () Bool true)
                """.formatted(formula));
        return own;
    }

    /** An option that would be dropped is refused. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "prove --infer --responses specs/responses",
                "prove --infer --inject unmaps-return.without.owe",
                "prove --code r1 --responses specs/responses",
                "prove --code r1 --refinement --responses specs/responses",
                "prove --code r1 --family gart",
                "prove --code r1 --lemmas specs/lemmas",
                "prove --code r1 --properties specs/properties",
                "prove --code r1 --invariants invariants",
                "prove --code r1 --refinement --invariants invariants",
                "prove --code r1 --refinement --lemmas specs/lemmas",
                "prove --code r1 --refinement --family gart",
                "prove --code r1 --refinement --certify out/none",
                "prove --code r1 --certify out/none",
                "prove --code r1 --seed 3",
                "prove --code r1 --save none.smt2",
                "prove --code r1 --rlimit 0",
            })
    void whatIsNotLookedAtIsRefused(String words) {
        assertThat(run(words.split(" "))).as("%s: %s%s", words, out, err).isEqualTo(2);
        assertThat(err.toString().lines().findFirst().orElse(""))
                .startsWith("moat: ")
                .contains("--");
    }
}
