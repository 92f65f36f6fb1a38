package dev.moat.check.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.ExitCode;
import dev.moat.prove.GoalAnswer;
import dev.moat.prove.Theory;
import dev.moat.prove.infer.Inference;
import dev.moat.prove.infer.Lock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What runs say and what the solver says, side by side. */
class InferredProofTest {
    private static final Theory THEORY = Lock.theory();

    private static InferredProof proof(GoalAnswer.Status status) {
        Inference.Found found = new Inference.Found(
                new Inference.Lemmas("", List.of()),
                List.of(),
                new Inference.Missed(List.of("one-inside.1"), 0),
                new Inference.Broken(List.of("one-inside.1"), List.of("take(client0, door0)"), 2),
                List.of());
        List<GoalAnswer> others = THEORY.goals().stream()
                .map(goal -> new GoalAnswer(goal, status, null, ""))
                .toList();
        return new InferredProof(THEORY, found, List.of(), others);
    }

    @Test
    void aRunThatBreaksWhatIsProvedIsADisagreement() {
        assertThat(proof(GoalAnswer.Status.PROVED).exit()).isEqualTo(ExitCode.DISAGREEMENT);
        assertThat(proof(GoalAnswer.Status.PROVED).lines())
                .contains("DISAGREEMENT one-inside.1: proved, and false after a run");
        assertThat(proof(GoalAnswer.Status.FAILED).exit()).isEqualTo(ExitCode.VIOLATION);
        assertThat(proof(GoalAnswer.Status.FAILED).lines()).noneMatch(l -> l.startsWith("DISAGREEMENT "));
    }
}
