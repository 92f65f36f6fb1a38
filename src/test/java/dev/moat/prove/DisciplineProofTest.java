package dev.moat.prove;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.z3.BoolExpr;
import com.microsoft.z3.Context;
import com.microsoft.z3.Solver;
import com.microsoft.z3.Status;
import dev.moat.input.InputException;
import dev.moat.logic.Discipline;
import dev.moat.logic.Invariant;
import dev.moat.logic.Vocabulary;
import dev.moat.output.Counted;
import dev.moat.prove.export.GoalFiles;
import dev.moat.prove.export.SecondSolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/** The committed discipline, its proof and what is printed of it. */
class DisciplineProofTest {
    /** Properties that the discipline has no words for, by name. */
    private static final String OUTSIDE = """
            addresses-balance assigned-device-is-led blocked-dma-is-recorded blocked-interrupt-is-recorded
            bounce-is-reachable break-before-make buffer-reaches-device buffers-balance coherent-is-one-piece completion
            composed-is-reachable composition copy-is-shown copy-keeps-off-tables copy-reaches-lent data-stays-home
            destroyed-leaves-nothing detach-leaves-no-interrupt detach-leaves-nothing device-data-arrives dids-balance
            direct-is-the-buffer entry-follows-holds exchanged-is-in-use exposed-device-is-ready first-level-completion
            first-level-is-reachable frames-are-kept free-is-unreachable front-ends-agree frontend-has-its-device
            given-up-goes-back handed-address-is-fresh handed-is-in-reach handles-balance index-is-one-devices interrupt-follows-entry
            interrupt-in-domain invalidation-is-no-wider io-table-is-unreachable iomap-follows-assignment iomap-is-no-memory legitimate-dma-passes
            lingering-is-revoked lingering-request-is-revoked live-mapping-is-readable live-mapping-is-writable
            mapped-address-is-served mapping-has-its-transfer mapping-is-permitted message-goes-by-its-entry
            message-window-is-unmapped moved-interrupt-arrives no-alias-in-the-way no-foreign-cpu no-foreign-request no-request-strays no-sleep-under-lock
            nothing-else-changes nothing-lingers
            nothing-older-leaks nothing-outlives-its-domain only-the-part-shows own-entry-is-owned own-frame-is-reachable
            p2m-is-entitled p2m-is-injective p2m-matches-m2p page-request-is-answered-once pasid-is-one-guests pins-match-holds
            pool-is-low pool-is-recognised posted-interrupt-is-noticed pte-follows-p2m quarantine
            queued-is-flushed reads-stay-in-guest records-are-used-in-turn references-match-holds
            register-write-is-bounded released-is-blank released-is-unreachable reserved-is-not-handed
            returned-leads-nowhere-else routed-interrupt-arrives same-answer silent-entry-records-nothing
            slot-counts-are-right slot-has-one-mapping status-is-as-commanded status-matches-pins status-stays-in-guest
            stopped-traffic-goes-on table-is-not-writable tables-balance tables-follow-p2m transfer-has-its-device
            type-count-matches-uses
            unbound-pasid-serves-nothing unit-is-private untrusted-is-confined waiting-vcpu-is-woken walked-is-table
            write-only-is-kept
            """;

    private static final Theory THEORY = Theory.load(Proofs.HOME);

    private static List<GoalAnswer> proved = List.of();

    private static synchronized List<GoalAnswer> proved() {
        if (proved.isEmpty()) {
            try (Prover prover = Proofs.prover(THEORY)) {
                proved = List.copyOf(prover.prove(THEORY));
            }
        }
        return proved;
    }

    @Test
    void everyGoalIsProved() {
        List<GoalAnswer> answers = proved();
        assertThat(answers.stream()
                        .filter(a -> a.status() != GoalAnswer.Status.PROVED)
                        .map(a -> a.goal().id()))
                .isEmpty();
        assertThat(answers).hasSizeGreaterThan(300);
        assertThat(THEORY.outside()).containsExactly(OUTSIDE.strip().split("\\s+"));
        assertThat(THEORY.discipline().actions()).hasSizeGreaterThanOrEqualTo(25);
        assertThat(ProofText.verdict(THEORY, answers, cti -> List.of()))
                .anyMatch(line -> line.startsWith("PROVED " + answers.size() + " goals: 10 safety properties and "));
    }

    /**
     * Goals are those of each conjunct that a proof assumes: that it holds initially, and after each action that changes a word in it;
     * the words are read off what is printed.
     */
    @Test
    void whatIsAssumedIsAGoal() {
        List<String> expected = new ArrayList<>();
        for (ProofStatement statement : THEORY.statements()) {
            for (int i = 0; i < statement.conjuncts().size(); i++) {
                String name = statement.id() + "." + (i + 1) + "@";
                String words = statement.conjuncts().get(i).toString();
                expected.add(name + "initially");
                THEORY.discipline().actions().stream()
                        .filter(a -> a.effects().keySet().stream().anyMatch(r -> words.contains("relation=" + r + ",")))
                        .forEach(a -> expected.add(name + a.name()));
            }
        }
        assertThat(THEORY.goals()).extracting(Goal::id).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Both readings of the file have the same result: Z3 takes the text as it is, after the vocabulary's. */
    @Test
    void z3ReadsTheDisciplineItself() throws IOException {
        try (Prover prover = Proofs.prover(THEORY);
                Context context = new Context()) {
            assertThat(prover.satisfiable(List.of(), THEORY.initially(), List.of()))
                    .isEqualTo(Status.SATISFIABLE);
            String text = Files.readString(Path.of("specs/vocabulary.smt2")) + Proofs.text();
            BoolExpr[] read = context.parseSMTLIB2String(text + "(assert initially)", null, null, null, null);
            assertThat(read).hasSize(1);
            StringBuilder calls = new StringBuilder();
            for (var action : THEORY.discipline().actions()) {
                StringBuilder given = new StringBuilder();
                for (var v : action.parameters()) {
                    String constant = action.name() + "." + v.name() + ".constant";
                    calls.append("(declare-const ")
                            .append(constant)
                            .append(' ')
                            .append(v.sort())
                            .append(")\n");
                    given.append(' ').append(constant);
                }
                calls.append("(assert (")
                        .append(action.name())
                        .append(".guard")
                        .append(given)
                        .append("))\n");
            }
            assertThat(context.parseSMTLIB2String(text + calls, null, null, null, null))
                    .hasSize(THEORY.discipline().actions().size());
        }
    }

    /** What is written out is read back by Z3's own parser, and has the same answer, for proved and failed goals. */
    @Test
    void writtenGoalsHaveTheirStatus(@TempDir Path directory) throws IOException {
        List<GoalAnswer> answers = new ArrayList<>(proved().subList(0, 60));
        Theory faulty = Proofs.edited("Bool (done i))\n", "Bool (or (queued i) (done i)))\n");
        try (Prover prover = Proofs.prover(faulty)) {
            answers.addAll(prover.prove(faulty).stream()
                    .filter(a -> a.goal().action() != null)
                    .toList());
        }
        List<Path> files = GoalFiles.write(THEORY, answers, directory);
        assertThat(answers.stream().map(GoalFiles::status)).contains("sat", "unsat");
        try (Context context = new Context()) {
            for (int i = 0; i < files.size(); i++) {
                Solver solver = context.mkSolver();
                solver.fromFile(files.get(i).toString());
                String expected = answers.get(i).status() == GoalAnswer.Status.PROVED ? "UNSATISFIABLE" : "SATISFIABLE";
                assertThat(solver.check()).hasToString(expected);
                assertThat(Files.readString(files.get(i)))
                        .contains("(set-info :status " + GoalFiles.status(answers.get(i)) + ")");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"z3", "cvc5"})
    void aSecondSolverAgrees(String program, @TempDir Path directory) throws IOException {
        List<GoalAnswer> answers = new ArrayList<>(proved().subList(100, 110));
        List<Path> files = GoalFiles.write(THEORY, answers, directory);
        SecondSolver.Opinion opinion;
        try {
            opinion = new SecondSolver(program).ask(answers, files);
        } catch (SolverException e) {
            System.err.println("*** " + program + " is not installed: a second opinion is NOT tested");
            assertThat(e).hasMessageContaining("the second solver '" + program + "' cannot be started");
            throw new TestAbortedException(program + " is not installed");
        }
        assertThat(opinion.agreed()).isEqualTo(answers.size());
        List<GoalAnswer> lies = answers.stream()
                .map(a -> new GoalAnswer(a.goal(), GoalAnswer.Status.FAILED, null, ""))
                .toList();
        assertThat(new SecondSolver(program).ask(lies, files).against())
                .hasSize(lies.size())
                .allMatch(line -> line.endsWith(": Z3 sat, " + program + " unsat"));
    }

    @Test
    void aSolverThatIsNotThereOrSaysNothingIsNoOpinion(@TempDir Path directory) throws IOException {
        List<GoalAnswer> answers = proved().subList(0, 1);
        List<Path> files = GoalFiles.write(THEORY, answers, directory);
        assertThatThrownBy(() -> new SecondSolver("no-such-solver").ask(answers, files))
                .isInstanceOf(SolverException.class)
                .hasMessageContaining("'no-such-solver' cannot be started");
        assertThat(new SecondSolver("true").ask(answers, files).silent())
                .singleElement()
                .asString()
                .endsWith(": Z3 unsat, true nothing");
    }

    /** A limit that is too small leaves goals unknown, and the verdict says so. */
    @Test
    void unknownIsNotProved() {
        Proofs.prover(THEORY).close();
        try (Prover prover = new Prover(THEORY, 1)) {
            List<GoalAnswer> answers = prover.prove(THEORY);
            assertThat(answers).extracting(GoalAnswer::status).contains(GoalAnswer.Status.UNKNOWN);
            assertThat(ProofText.verdict(THEORY, answers, cti -> List.of()))
                    .anyMatch(line -> line.startsWith("NOT PROVED "
                            + answers.stream()
                                    .filter(a -> a.status() != GoalAnswer.Status.PROVED)
                                    .count() + " of "
                            + Counted.of(answers.size(), "goal")))
                    .anyMatch(line -> line.startsWith("UNKNOWN ") && line.contains("the solver gave up"));
        }
    }

    @Test
    void everyGoalIsInTheFragment() {
        THEORY.requireFragment();
        Vocabulary vocabulary = THEORY.vocabulary();
        Invariant owned = Invariant.read("owned.smt2", """
                (set-info :says "Every device has a unit.") (set-info :kind lemma) (set-info :source "planted")
                (define-fun invariant () Bool (forall ((q Req)) (exists ((u Unit)) (dirtyQ u q))))
                (define-fun witness () Bool true)
                """, vocabulary);
        Invariant owning = Invariant.read("owning.smt2", """
                (set-info :says "Every unit has a device.") (set-info :kind lemma) (set-info :source "planted")
                (define-fun invariant () Bool (forall ((u Unit)) (exists ((q Req)) (dirtyQ u q))))
                (define-fun witness () Bool true)
                """, vocabulary);
        Proofs.theory(Proofs.text(), List.of(owned)).requireFragment();
        Proofs.theory(Proofs.text(), List.of(owning)).requireFragment();
        assertThatThrownBy(() ->
                        Proofs.theory(Proofs.text(), List.of(owned, owning)).requireFragment())
                .isInstanceOf(InputException.class)
                .hasMessage("owning.smt2:2:50: not in the decidable fragment: quantifiers close the cycle"
                        + " Req -> Unit -> Req: for every Req some Unit (owned.smt2:2:49), for every Unit some Req"
                        + " (owning.smt2:2:50)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "(define-fun a.guard ((d Dom)) Bool true) # d.smt2:1:41: missing (define-fun initially () Bool ...)",
                "(define-fun initially () Bool true) (define-fun a.guard () Bool true) # d.smt2:1:65: missing (set-info :a \"what it does\")",
                "(define-fun initially () Bool true) (set-info :a \"x\") # d.smt2:1:47: ':a' describes no action",
                "(define-fun initially () Bool true) (define-fun initially () Bool true) # d.smt2:1:37: 'initially' is defined twice",
                "(define-fun a.live ((k Hold)) Bool true) # d.smt2:1:1: 'a.guard' comes before the effects of 'a'",
                "(define-fun a.guard () Bool true) (define-fun a.lives ((k Hold)) Bool true) # d.smt2:1:47: unknown relation 'lives'; known: leads, leadsBeyond, ledToMessages, lentBy, lentOut, limbo, lineOf, live, ...",
                "(define-fun a.guard () Bool true) (define-fun a.live () Bool true) # d.smt2:1:54: the parameters' sorts are [Hold], not []",
                "(assert true) # d.smt2:1:1: a discipline holds set-info and define-fun, not '(assert ...)'",
                "(define-fun initially.guard () Bool true) # d.smt2:1:13: 'initially' is where everything starts, and no action",
                "(define-fun initially.live ((k Hold)) Bool true) # d.smt2:1:13: 'initially' is where everything starts, and no action",
            })
    void badDisciplinesAreRefusedAtTheirPlace(String text, String message) {
        assertThatThrownBy(() -> Discipline.read("d.smt2", text, THEORY.vocabulary()))
                .isInstanceOf(InputException.class)
                .hasMessage(message);
    }

    /** A promise of nothing would be kept by doing nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"live-maping-is-readable", "p2m-is-injective"})
    void whatIsPromisedIsThere(String id) {
        String promising = "(set-info :promises-" + id + " \"x\")\n" + Proofs.text();
        assertThatThrownBy(() -> Proofs.theory(promising, List.of()))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("'promises-" + id + "' names no property that speaks of the discipline");
        String there = "(set-info :promises-live-mapping-is-readable \"x\")\n" + Proofs.text();
        assertThat(Proofs.theory(there, List.of()).statements())
                .anyMatch(s -> s.id().equals("live-mapping-is-readable"));
    }

    @Test
    void aSuperfluousGuardIsReported() {
        Theory theory = Proofs.edited(
                "(define-fun open.guard ((k Hold)) Bool (opening k))",
                "(define-fun open.guard ((k Hold)) Bool (and (opening k) (not (closing k))))");
        Proofs.prover(theory).close();
        TheoryAudit audit = TheoryAudit.of(theory, Prover.RLIMIT);
        assertThat(audit.survivors()).containsKey("open.guard.2").doesNotContainKey("open.guard.1");
        // It can start, and all that it says is said of something.
        assertThat(audit.hollow()).isEmpty();
    }

    /** Contradictory guards, a lemma that helps nobody, and a premise that cannot be true. */
    @Test
    void whatSaysNothingIsReported() {
        Invariant idle = Invariant.read("idle.smt2", """
                (set-info :says "Says nothing of the kind.") (set-info :kind lemma) (set-info :source "planted")
                (define-fun invariant () Bool (forall ((k Hold)) (=> (live k) (or (live k) (closing k)))))
                (define-fun witness () Bool (exists ((k Hold)) (and (live k) (not (live k)))))
                """, THEORY.vocabulary());
        String impossible = Proofs.text()
                .replace(
                        "(define-fun open.guard ((k Hold)) Bool (opening k))",
                        "(define-fun open.guard ((k Hold)) Bool (and (opening k) (not (opening k))))");
        Theory theory = Proofs.only(Proofs.theory(impossible, List.of(idle)), "open");
        Proofs.prover(theory).close();
        TheoryAudit audit = TheoryAudit.of(theory, Prover.RLIMIT);
        assertThat(audit.impossible()).containsExactly("open");
        assertThat(audit.hollow()).containsExactly("idle");
        assertThat(audit.unneeded()).contains("idle.1");
        assertThat(ProofText.of(audit, Map.of("open.guard.9", "gone"), Map.of()))
                .contains(
                        "IMPOSSIBLE open: no state allows the action",
                        "HOLLOW idle: no state satisfies the witness",
                        "EXPLAINED open.guard.9: but it breaks a goal, or there is no such mutant");
    }

    /**
     * Guards of guests look at what only the hypervisor knows. Without them a mapping may rest on an offer that was taken back;
     * no device gets anything by it.
     */
    @Test
    void onlyOfMappingsAndOffersDoGuestsHaveToBeObedient() {
        String free = Proofs.text();
        for (String guard : List.of(
                "(define-fun grant.guard ((g Gref) (e Dom) (f Frame)) Bool (forall ((x Dom) (y Frame)) (not (offer g x y))))",
                "(define-fun grant-ro.guard ((g Gref) (e Dom) (f Frame)) Bool (forall ((x Dom) (y Frame)) (not (offer g x y))))",
                "(define-fun end-access.guard ((g Gref)) Bool (forall ((k Hold)) (=> (by k g) (not (unfinished k)))))",
                "(define-fun restrict.guard ((g Gref)) Bool (forall ((k Hold)) (=> (by k g) (holdW k) (not (unfinished k)))))")) {
            assertThat(free).containsOnlyOnce(guard);
            free = free.replace(guard, guard.substring(0, guard.indexOf(" Bool ")) + " Bool true)");
        }
        Theory theory = Proofs.theory(free, List.of());
        Theory without = theory.with(theory.statements().stream()
                .filter(s -> !s.id().equals("holds-granted"))
                .toList());
        assertThat(without.statements()).hasSize(theory.statements().size() - 1);
        try (Prover prover = Proofs.prover(theory)) {
            assertThat(prover.prove(without)).allMatch(a -> a.status() == GoalAnswer.Status.PROVED);
            assertThat(prover.prove(theory))
                    .filteredOn(a -> a.status() != GoalAnswer.Status.PROVED)
                    .isNotEmpty()
                    .allMatch(a -> a.goal().statement().id().equals("holds-granted"));
        }
    }

    /** Everything would be proved of a discipline that never starts: it is refused, and the audit asks, too. */
    @Test
    void aDisciplineThatCannotStartIsReported() {
        String never = Proofs.text()
                .replace(
                        "(define-fun initially () Bool\n  (and\n",
                        "(define-fun initially () Bool\n  (and\n    (exists ((k Hold)) (unfinished k))\n");
        Theory theory = Proofs.only(Proofs.theory(never, List.of()), "open");
        try (Prover prover = Proofs.prover(theory)) {
            assertThatThrownBy(() -> prover.prove(theory))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("no state is initial, so that everything would be proved of nothing");
        }
        TheoryAudit audit = TheoryAudit.of(theory, Prover.RLIMIT);
        assertThat(audit.hollow()).containsExactly(TheoryAudit.INITIALLY);
        assertThat(ProofText.of(audit, Map.of(), Map.of()))
                .contains("HOLLOW initially: no state is initial, so that everything is proved of nothing");
    }
}
