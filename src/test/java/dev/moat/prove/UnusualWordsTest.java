package dev.moat.prove;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import dev.moat.logic.Discipline;
import dev.moat.logic.Invariant;
import dev.moat.logic.Vocabulary;
import dev.moat.prove.GoalAnswer.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names that people may choose, and limits, change no verdict. */
class UnusualWordsTest {
    private static Theory theory(String words, String discipline, String... formulas) {
        Vocabulary vocabulary = Vocabulary.read("v.smt2", words);
        List<Invariant> properties = new ArrayList<>();
        for (String formula : formulas) {
            properties.add(Invariant.read("p" + properties.size() + ".smt2", """
                    (set-info :says "It is so.") (set-info :kind safety) (set-info :source "made up")
                    (define-fun invariant () Bool %s)
                    (define-fun witness () Bool true)
                    """.formatted(formula), vocabulary));
        }
        Theory theory = Theory.of(vocabulary, Discipline.read("d.smt2", discipline, vocabulary), properties);
        theory.requireFragment();
        return theory;
    }

    private static List<GoalAnswer> proved(Theory theory, int rlimit) {
        Proofs.prover(theory).close();
        try (Prover prover = new Prover(theory, rlimit)) {
            return prover.prove(theory);
        }
    }

    /** Of an inner x a solver is told as x.1, which was this relation's name. */
    @Test
    void relationsMayBeCalledAsInnerVariablesArePrinted() {
        Theory theory = theory(
                "(declare-sort U 0) (declare-fun x.1 (U) Bool) (declare-fun x.2 () Bool)",
                """
                (define-fun initially () Bool (and x.2 (forall ((x U)) (not (x.1 x)))))
                (set-info :mark "one that is another's opposite is marked")
                (define-fun mark.guard ((u U)) Bool (not (x.1 u)))
                (define-fun mark.x.1 ((u U) (y U)) Bool (or (= u y) (x.1 y)))
                """,
                "(forall ((x U)) (or x.2 (x.1 x) (forall ((x U)) (=> (x.1 x) x.2))))",
                "(exists ((x U)) (not (x.1 x)))");
        List<GoalAnswer> answers = proved(theory, Prover.RLIMIT);
        assertThat(answers)
                .extracting(a -> a.goal().id() + " " + a.status())
                .contains("p0.1@initially PROVED", "p0.1@mark FAILED", "p1.1@mark FAILED");
        assertThat(answers).allMatch(a -> a.cti() == null || a.cti().disagreement() == null);
    }

    /** Where the family does not keep all, the property was dropped, and all was called proved. */
    @Test
    void aPropertyThatIsCalledAsAFamilysLemmaIsRefused() {
        Theory theory = Theory.load(Proofs.HOME);
        Invariant mine = Invariant.read("of-calgary-alone.smt2", """
                (set-info :says "Nothing is live.") (set-info :kind safety) (set-info :source "made up")
                (define-fun invariant () Bool (forall ((k Hold)) (not (live k))))
                (define-fun witness () Bool true)
                """, theory.vocabulary());
        Theory more = Proofs.theory(Proofs.text(), List.of(mine));
        Path family = Path.of("specs/families/calgary-alone.smt2");
        assertThat(theory.ofFamily(family).statements()).hasSizeGreaterThan(10);
        assertThatThrownBy(() -> more.ofFamily(family))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("of-calgary-alone.smt2:3:")
                .hasMessageContaining("two properties have the name 'of-calgary-alone'");
    }

    /** A step makes of one relation a large formula, and a property speaks of it many times: as large as both times each other. */
    @Test
    void whatAStepMakesOfAPropertyIsNoLargerThanCanBeRead() {
        String many = " (or" + " (p u)".repeat(4_000) + ")";
        Theory theory = theory("(declare-sort U 0) (declare-fun p (U) Bool)", """
                (define-fun initially () Bool (forall ((u U)) (not (p u))))
                (set-info :take "one is taken")
                (define-fun take.guard ((x U)) Bool true)
                (define-fun take.p ((x U) (u U)) Bool (and (not (= x u)) %s))
                """.formatted(many), "true");
        Invariant large = Invariant.read("large.smt2", """
                (set-info :says "It is so.") (set-info :kind safety) (set-info :source "made up")
                (define-fun invariant () Bool (forall ((u U)) (not %s)))
                (define-fun witness () Bool true)
                """.formatted(many), theory.vocabulary());
        Theory both = Theory.of(theory.vocabulary(), theory.discipline(), List.of(large));
        assertThatThrownBy(both::goals)
                .isInstanceOf(InputException.class)
                .hasMessageContaining("larger than 2000000 formulas with what a step makes of each relation");
    }

    /** No state is initial here, which takes the solver more than it may take: nothing is known of nothing. */
    @Test
    void whatMayBeProvedOfNothingIsNotProved() {
        Theory theory = theory("(declare-sort U 0) (declare-fun p (U) Bool) (declare-fun q () Bool)", """
                (define-fun initially () Bool
                  (and q (forall ((a U) (b U) (c U)) (=> (distinct a b c) (and (p a) (not (p b)))))
                       (exists ((a U) (b U) (c U)) (distinct a b c))))
                (set-info :take "one is taken")
                (define-fun take.guard ((u U)) Bool true)
                (define-fun take.p ((u U) (a U)) Bool (and (p a) (not (= a u))))
                """, "q");
        assertThat(proved(theory, 1)).singleElement().satisfies(a -> {
            assertThat(a.status()).isEqualTo(Status.UNKNOWN);
            assertThat(a.reason()).isEqualTo("whether any state is initial was not found out");
        });
    }
}
