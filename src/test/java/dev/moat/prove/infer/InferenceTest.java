package dev.moat.prove.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.check.ExitCode;
import dev.moat.check.proof.InferredProof;
import dev.moat.input.InputException;
import dev.moat.prove.GoalAnswer;
import dev.moat.prove.Prover;
import dev.moat.prove.Theory;
import dev.moat.prove.Z3Required;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lemmas are found where there are some, nothing is proved that is false, and what is missing is said. */
class InferenceTest {
    private static final Inference.Settings FEW = settings(Inference.Shape.USUAL, 5);

    private static Inference.Settings settings(Inference.Shape shape, int runs) {
        return new Inference.Settings(shape, runs, 40, 1, Prover.RLIMIT);
    }

    private static InferredProof proof(Theory theory, Inference.Settings settings) {
        return InferredProof.of(theory, settings, line -> {});
    }

    @BeforeEach
    void z3IsThere() {
        Z3Required.orSkipped("inference is");
    }

    /** Mutual exclusion is not kept by every step; that who is inside has the lock, and one only, and no idle one, is. */
    @Test
    void theKnownLemmasAreFound() {
        InferredProof found = proof(Lock.theory(), FEW);
        assertThat(found.exit()).isEqualTo(ExitCode.OK);
        assertThat(found.found().carried()).containsExactly("one-inside");
        assertThat(found.found().lemmas().text())
                .contains("(forall ((d Door) (c Client)) (=> (inside c d) (given d c)))")
                .contains("(=> (and (given d0 c1) (given d0 c1x)) (= c1 c1x))")
                .contains("(set-info :kind lemma)");
        assertThat(found.found().lemmas().serves()).hasSize(3).allMatch(List.of("one-inside")::equals);
        assertThat(found.carried()).allMatch(a -> a.status() == GoalAnswer.Status.PROVED);
        assertThat(found.lines())
                .anyMatch(l -> l.startsWith("PROVED ") && l.contains("1 safety properties and 1 lemmas"));
    }

    /** Without runs the first candidate is that there is no state at all: the solver has to do away with all that is false. */
    @Test
    void whatIsOfferedAndFalseIsDropped() {
        InferredProof found = proof(Lock.theory(), settings(Inference.Shape.USUAL, 0));
        assertThat(found.exit()).isEqualTo(ExitCode.OK);
        assertThat(found.found().lemmas().serves()).hasSize(3);
        InferredProof faulty = proof(Lock.edited("Bool (idle l))", "Bool true)"), settings(Inference.Shape.USUAL, 0));
        assertThat(faulty.exit()).isEqualTo(ExitCode.LIMIT);
        assertThat(faulty.found().missed().conjuncts()).containsExactly("one-inside.1");
    }

    @Test
    void aFalsePropertyIsShownWithItsRun() {
        InferredProof found = proof(Lock.edited("Bool (idle l))", "Bool true)"), FEW);
        assertThat(found.exit()).isEqualTo(ExitCode.VIOLATION);
        assertThat(found.isProved()).isFalse();
        Inference.Broken broken = found.found().broken();
        assertThat(broken).isNotNull();
        assertThat(broken.conjuncts()).containsExactly("one-inside.1");
        assertThat(broken.steps())
                .hasSize(4)
                .anyMatch(s -> s.startsWith("take("))
                .anyMatch(s -> s.startsWith("enter("));
        assertThat(found.lines())
                .anyMatch(l -> l.startsWith("REACHABLE: one-inside.1 false after 4 steps"))
                .anyMatch(l -> l.startsWith("NOT PROVED "));
    }

    /** Clauses without a goal cannot say that who is inside has the lock. */
    @Test
    void whatNoLemmaOfTheShapeCarriesIsSaidWithItsState() {
        InferredProof found = proof(Lock.theory(), settings(new Inference.Shape(2, 0, 2), 5));
        assertThat(found.exit()).isEqualTo(ExitCode.LIMIT);
        assertThat(found.found().carried()).isEmpty();
        assertThat(found.found().broken()).isNull();
        assertThat(found.lines())
                .anyMatch(l -> l.startsWith("NOT CARRIED one-inside.1: "))
                .anyMatch(l -> l.startsWith("FAILED  one-inside.1@enter"))
                .anyMatch(l -> l.startsWith("NOT PROVED "))
                .noneMatch(l -> l.startsWith("PROVED "));
    }

    /** A solver that gives up proves nothing. */
    @Test
    void aLimitIsNoSuccess() {
        Inference.Settings poor = new Inference.Settings(Inference.Shape.USUAL, 5, 40, 1, 1);
        InferredProof found = proof(Lock.theory(), poor);
        assertThat(found.exit()).isEqualTo(ExitCode.LIMIT);
        assertThat(found.found().carried()).isEmpty();
        assertThat(found.found().missed().undecided()).isPositive();
        assertThat(found.lines()).anyMatch(l -> l.startsWith("NOT CARRIED one-inside.1: the solver gave up "));
    }

    @Test
    void theSameSeedGivesTheSameText() {
        String text = proof(Lock.theory(), FEW).found().lemmas().text();
        assertThat(proof(Lock.theory(), FEW).found().lemmas().text()).isEqualTo(text);
    }

    @Test
    void whereNothingIsWantedNothingIsProved() {
        Theory theory = Lock.theory().with(List.of(), List.of());
        assertThatThrownBy(() -> proof(theory, FEW))
                .isInstanceOf(InputException.class)
                .hasMessage("lock.smt2: no safety property speaks of its relations only");
    }
}
