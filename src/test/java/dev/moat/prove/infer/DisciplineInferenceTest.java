package dev.moat.prove.infer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.ExitCode;
import dev.moat.check.proof.InferredProof;
import dev.moat.discipline.Designs;
import dev.moat.prove.GoalAnswer;
import dev.moat.prove.Prover;
import dev.moat.prove.Theory;
import dev.moat.prove.Z3Required;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The shipped discipline without its lemmas: what the machine finds in their place. */
class DisciplineInferenceTest {
    private static final Theory THEORY = Theory.load(Path.of(""));

    private static InferredProof proof(Theory theory, int runs) {
        Inference.Settings settings = new Inference.Settings(Inference.Shape.USUAL, runs, 300, 1, Prover.RLIMIT);
        return InferredProof.of(theory, settings, line -> {});
    }

    private static Theory faulty(String fault) {
        return THEORY.with(Designs.inject(THEORY.discipline(), List.of(fault)));
    }

    @BeforeEach
    void z3IsThere() {
        Z3Required.orSkipped("inference is");
    }

    /** One that needs a lemma, alone: what others need is not asked about. */
    @Test
    void whatRestsOnOffersIsProvedWithTheLemmaItNeeds() {
        Theory one = THEORY.with(List.of("holds-granted", "one-did-one-domain"), List.of());
        InferredProof found = proof(one, 4);
        assertThat(found.exit()).as("%s", found.lines()).isEqualTo(ExitCode.OK);
        assertThat(found.found().carried()).containsExactly("holds-granted", "one-did-one-domain");
        assertThat(found.found().lemmas().text()).contains("(tableOf g0 d1x)) (= d1 d1x)");
        assertThat(found.carried()).allMatch(a -> a.status() == GoalAnswer.Status.PROVED);
    }

    /** A guard less, and what it carried is not proved: shown with a run where one breaks it, else with a state before a step. */
    @Test
    void aStepWithoutItsGuardTakesThePropertyAway() {
        Theory one = faulty("frame-freed-while-mapped-by-others")
                .with(List.of("holds-granted", "one-did-one-domain"), List.of());
        InferredProof found = proof(one, 4);
        assertThat(found.exit()).as("%s", found.lines()).isIn(ExitCode.LIMIT, ExitCode.VIOLATION);
        assertThat(found.isProved()).isFalse();
        assertThat(found.found().carried()).containsExactly("one-did-one-domain");
        assertThat(found.lines()).anyMatch(l -> l.startsWith("NOT CARRIED holds-granted."));
    }

    /** All of them, which takes minutes. */
    @Test
    @Tag("deep")
    void allSafetyPropertiesAreProvedWithoutTheLemmas() {
        InferredProof found = InferredProof.of(THEORY, Inference.Settings.of(1, Prover.RLIMIT), line -> {});
        assertThat(found.exit()).as("%s", found.lines()).isEqualTo(ExitCode.OK);
        assertThat(found.found().missed().conjuncts()).isEmpty();
        assertThat(found.lines())
                .anyMatch(l -> l.contains("36 of 36 conjuncts of the lemmas that were left out follow"));
    }
}
