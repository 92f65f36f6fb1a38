package dev.moat.prove;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.discipline.Designs;
import dev.moat.input.InputException;
import dev.moat.logic.Discipline;
import dev.moat.logic.ResponseRule;
import dev.moat.model.BadSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For any size: what waits is answered, if those who help go on; and what a rule says is noticed to be false where it is. */
class ResponsesTest {
    private static final Path RULES = Path.of("specs/responses");
    private static final Theory THEORY = Theory.load(Path.of(""));
    private static final Responses SHIPPED = Responses.load(RULES, THEORY);

    private static ResponseProof proof(Responses responses) {
        Z3Required.orSkipped("responses are");
        try (Prover prover = new Prover(responses.theory(), Prover.RLIMIT)) {
            return ResponseProof.of(responses, prover);
        }
    }

    private static List<String> broken(Responses responses) {
        ResponseProof proof = proof(responses);
        assertThat(proof.disagreements()).isEmpty();
        return proof.outcomes().keySet().stream()
                .filter(id -> !proof.isProved(id))
                .toList();
    }

    /** A rule, with those that it awaits. */
    private static Responses alone(Responses all, String id) {
        Map<String, ResponseRule> rules = new TreeMap<>(all.rules());
        Set<String> awaited = Set.copyOf(Objects.requireNonNull(rules.get(id)).awaited());
        rules.keySet().removeIf(other -> !other.equals(id) && !awaited.contains(other));
        return new Responses(all.theory(), rules);
    }

    private static Responses without(String part) {
        return SHIPPED.of(THEORY.with(Designs.inject(THEORY.discipline(), List.of(part))));
    }

    /** An action of the committed discipline, written otherwise. */
    private static Responses edited(String from, String to) throws IOException {
        String text = Files.readString(Path.of("specs/discipline.smt2"));
        assertThat(text).containsOnlyOnce(from);
        Discipline other = Discipline.read(
                "d.smt2", text.replace(from, to), Theory.load(Path.of("")).vocabulary());
        return SHIPPED.of(THEORY.with(other));
    }

    @Test
    void everyShippedResponseIsProvedAndDecidable() {
        SHIPPED.requireFragment();
        assertThat(SHIPPED.rules())
                .containsKeys(
                        "invalidations-complete",
                        "unmaps-return",
                        "assigns-return",
                        "deassigns-return",
                        "moves-return");
        ResponseProof proof = proof(SHIPPED);
        assertThat(proof.isProved()).isTrue();
        assertThat(proof.goals()).isGreaterThan(300);
        assertThat(proof.verdict()).last().asString().startsWith("PROVED " + proof.goals() + " goals of 10 responses");
        assertThat(proof.verdict())
                .anyMatch(line -> line.startsWith("assumed (unmaps-return): software empties"))
                .anyMatch(line -> line.startsWith("assumed (debts-are-paid): ")
                        && line.endsWith(" (clear-entry, clear-entry-ro, demote-entry, owe, give-up)"));
    }

    /** No premise of an unmap speaks of the step that pays nothing: it is the rule that it awaits which does not hold. */
    @Test
    void whatAwaitsARuleThatIsNotProvedIsNotProved() {
        ResponseProof proof = proof(without("acknowledge.dirty"));
        assertThat(proof.open("unmaps-return")).isEmpty();
        assertThat(proof.isProved("unmaps-return")).isFalse();
        assertThat(proof.isProved("deassigns-return")).isTrue();
        assertThat(proof.openWithAwaited("unmaps-return"))
                .isNotEmpty()
                .isEqualTo(proof.open("debts-are-paid"))
                .allMatch(o -> o.premise().id().startsWith("debts-are-paid."));
        assertThat(proof.explained("unmaps-return"))
                .containsExactly("unmaps-return rests on debts-are-paid, which is not proved");
        assertThat(proof.lines())
                .anyMatch(l -> l.contains(" unmaps-return ") && l.endsWith("NOT PROVED: rests on debts-are-paid"))
                .anyMatch(l -> l.contains(" debts-are-paid ") && l.matches(".* NOT PROVED: [0-9]+"))
                .anyMatch(l -> l.contains(" deassigns-return ") && l.endsWith("proved"));
    }

    /** Hardware that does not take a token out, or does not say so; software that forgets, or that is not owed what it was promised. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "complete-invalidation.queued | tokens-return",
                "complete-invalidation.done | invalidations-complete",
                "acknowledge.dirty | debts-are-paid",
                "acknowledge.dirtyQ | context-debts-are-paid",
                "acknowledge.undrained | drains-are-seen",
                "submit.queued | debts-are-paid",
                "clear-entry.mapR | unmaps-return",
                "deassign.assigned | deassigns-return",
                "assign.assigned | assigns-return",
                "open.opening | maps-return",
            })
    void aDisciplineThatDoesNotAnswerIsSeen(String part, String rule) {
        assertThat(broken(alone(without(part), rule))).contains(rule);
    }

    /** More of the same. */
    @Tag("deep")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "acknowledge.done | tokens-return",
                "submit.pays | debts-are-paid",
                "end-hold.closing | unmaps-return",
                "clear-context.ent | deassigns-return",
            })
    void noOtherOneThatDoesNotAnswerIsMissed(String part, String rule) {
        aDisciplineThatDoesNotAnswerIsSeen(part, rule);
    }

    /** An action that has nothing to do with tokens puts one back, or takes one out. */
    @Test
    void anActionThatInterferesIsSeen() throws IOException {
        String evicts = "(define-fun evict.guard ((u Unit) (t Tag) (p Page)) Bool true)\n";
        String loses = evicts + "(define-fun evict.queued ((u Unit) (t Tag) (p Page) (j Inv)) Bool false)\n";
        assertThat(broken(edited(evicts, loses)))
                .contains("invalidations-complete")
                .doesNotContain("tokens-return");
        String again = evicts
                + "(define-fun evict.queued ((u Unit) (t Tag) (p Page) (j Inv)) Bool (or (queued j) (done j)))\n";
        assertThat(broken(edited(evicts, again))).contains("tokens-return");
    }

    /** The guard of the helpful action can be lost while one waits. */
    @Test
    void aHelpfulActionThatCannotBeTakenIsSeen() throws IOException {
        String guard = "(define-fun complete-invalidation.guard ((i Inv)) Bool (queued i))";
        Responses stuck = edited(guard, guard.replace("(queued i))", "(and (queued i) (not (done i))))"));
        ResponseProof proof = proof(stuck);
        assertThat(proof.open("invalidations-complete"))
                .as("done is its answer")
                .isEmpty();
        assertThat(proof.open("tokens-return"))
                .extracting(o -> o.premise().id())
                .contains("tokens-return.submitted.possible");
        assertThat(proof.explained("tokens-return"))
                .contains("FAILED  tokens-return.submitted.possible")
                .anyMatch(line -> line.matches(" *state: +queued\\(inv0\\) done\\(inv0\\)"));
    }

    /** Each thing that a rule relies on is needed by it. */
    @Test
    @Tag("deep")
    void nothingIsReliedOnInVain() {
        Z3Required.orSkipped("responses are");
        ResponseAudit audit = ResponseAudit.of(SHIPPED, List.of("waive.dirty", "submit.queued"), Prover.RLIMIT);
        assertThat(audit.lines()).isEmpty();
        assertThat(audit.broken()).containsExactly("submit.queued");
        Responses less = SHIPPED.without(List.of("unmaps-return.without.owe"));
        assertThat(broken(less)).containsExactly("unmaps-return");
        assertThatThrownBy(() -> SHIPPED.without(List.of("unmaps-return.without.walk")))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("no rule has the part 'unmaps-return.without.walk'");
    }

    /** A wait that starts nowhere, a stage in which nothing can be left, an exclusion that nobody needs. */
    @Test
    void rulesThatSayNothingAreReported(@TempDir Path directory) throws IOException {
        Z3Required.orSkipped("responses are");
        write(
                directory,
                "idle",
                "(and (queued i) (not (queued i)))",
                "(define-fun without.open ((i Inv) (k Hold)) Bool true)");
        ResponseAudit audit = ResponseAudit.of(Responses.load(directory, THEORY), List.of(), Prover.RLIMIT);
        assertThat(audit.lines())
                .containsExactly(
                        "HOLLOW idle.waiting: no state allows it",
                        "HOLLOW idle.only: no state allows it",
                        "UNNEEDED idle.without.open: the response is proved without it");
    }

    /** Its stage is possible, and where it begins everything is proved of it, because it begins nowhere. */
    @Test
    void aWaitThatNeverBeginsIsReported(@TempDir Path directory) throws IOException {
        Z3Required.orSkipped("responses are");
        write(
                directory,
                "idle",
                "(queued i)",
                "(define-fun without.give-up ((i Inv) (j Inv)) Bool (= i j))",
                "(and (queued i) (not (queued i)))");
        Responses idle = Responses.load(directory, THEORY);
        assertThat(proof(idle).isProved()).isTrue();
        assertThat(ResponseAudit.of(idle, List.of(), Prover.RLIMIT).lines())
                .containsExactly("HOLLOW idle.waiting: no state allows it");
    }

    /** Of a rule whose name has a dot, too. */
    @Test
    void aPartIsOfItsRule(@TempDir Path directory) throws IOException {
        Z3Required.orSkipped("responses are");
        write(
                directory,
                "idle.too",
                "(queued i)",
                "(define-fun without.give-up ((i Inv) (j Inv)) Bool (= i j))",
                "(queued i)");
        assertThat(ResponseAudit.of(Responses.load(directory, THEORY), List.of(), Prover.RLIMIT)
                        .lines())
                .isEmpty();
    }

    private static void write(Path directory, String name, String stage, String more) throws IOException {
        write(directory, name, stage, more, stage);
    }

    private static void write(Path directory, String name, String stage, String more, String waiting)
            throws IOException {
        Files.writeString(directory.resolve(name + ".smt2"), """
                (set-info :says "It ends.") (set-info :source "planted") (set-info :fair "all") (set-info :rely "nothing")
                (define-fun waiting ((i Inv)) Bool %s)
                (define-fun answered ((i Inv)) Bool (done i))
                (define-fun only.stage ((i Inv)) Bool %s)
                (define-fun only.takes.complete-invalidation ((i Inv) (j Inv)) Bool (= i j))
                %s
                """.formatted(waiting, stage, more));
    }

    /** A rule may not promise more than stages that come to an end: here what is left grows. */
    @Test
    void aRankThatGrowsIsSeen(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("clean.smt2"), """
                (set-info :says "Some day nothing is cached.") (set-info :source "planted") (set-info :fair "all")
                (define-fun waiting ((u Unit)) Bool true)
                (define-fun answered ((u Unit)) Bool (forall ((t Tag) (p Page) (f Frame)) (not (mayR u t p f))))
                (define-fun full.stage ((u Unit)) Bool true)
                (define-fun full.left ((u Unit) (t Tag) (p Page) (f Frame)) Bool (mayR u t p f))
                (define-fun full.takes.evict ((u Unit) (t Tag) (p Page) (f Frame) (v Unit) (x Tag) (q Page)) Bool
                  (and (= u v) (= t x) (= p q)))
                """);
        ResponseProof proof = proof(Responses.load(directory, THEORY));
        assertThat(proof.open("clean")).extracting(o -> o.premise().id()).containsExactly("clean.full.shrinks@fill");
        assertThat(proof.open("clean").get(0).status()).isEqualTo(GoalAnswer.Status.FAILED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "(assert true) # a rule holds set-info and define-fun, not '(assert ...)'",
                "(set-info :kind safety) # a rule's infos are :says, :source, :fair and :rely",
                "(define-fun answered ((i Inv)) Bool true) # (define-fun waiting (...) Bool ...) comes first",
                "(define-fun waiting ((i Inv)) Bool true) (define-fun answered () Bool true) # the parameters' sorts are [Inv], not []",
                "(define-fun waiting ((i Inv)) Bool true) (define-fun without.fly ((i Inv)) Bool true) # unknown action 'fly'; known: fill, fill-context, free",
                "(define-fun waiting ((i Inv)) Bool true) (define-fun s.left ((i Inv)) Bool true) # 's.stage' comes first",
                "(define-fun waiting ((i Inv)) Bool true) (define-fun s.stage ((i Inv)) Bool true) (define-fun s.takes.submit ((i Inv) (j Inv)) Bool (done j)) # which instance helps may not depend on what actions change: done",
                "(define-fun waiting ((i Inv)) Bool true) (define-fun s.stage ((i Inv)) Bool true) # stage 's' has one .takes.ACTION or .awaits.RULE, not 0",
                "(define-fun waiting ((i Inv)) Bool true) (define-fun s.stage ((i Inv)) Bool true) (define-fun s.takes.submit ((i Inv) (j Inv)) Bool (= i j)) (define-fun s.left ((i Inv) (j Inv)) Bool (done j)) # 's.left' comes before what helps",
                "(define-fun waiting ((i Inv)) Bool true) # missing (define-fun NAME.stage (...) Bool ...)",
            })
    void badRulesAreRefused(String text, String message, @TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("bad.smt2"), text);
        assertThatThrownBy(() -> Responses.load(directory, THEORY))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("bad.smt2:1:")
                .hasMessageEndingWith(message);
    }

    @Test
    void aRuleThatAwaitsNobodyIsRefused(@TempDir Path directory) throws IOException {
        String text = Files.readString(RULES.resolve("unmaps-return.smt2"));
        Files.writeString(directory.resolve("unmaps-return.smt2"), text);
        assertThatThrownBy(() -> Responses.load(directory, THEORY))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("unknown rule 'debts-are-paid'; known: unmaps-return");
    }

    @Test
    void aDirectoryThatIsNotThereHasNoRules(@TempDir Path directory) {
        Map<String, ResponseRule> none =
                Responses.load(directory.resolve("none"), THEORY).rules();
        assertThat(none).isEmpty();
    }
}
